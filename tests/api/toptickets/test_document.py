"""GET /openapi.json: the contract's own description."""

import re

from django.core.management import call_command
from openapi_spec_validator import validate

from api.toptickets.document import build
from api.toptickets.urls import urlpatterns
from tests.api.toptickets.caller import TopTickets


def test_it_is_open_and_a_valid_openapi_document(db: None) -> None:
    answer = TopTickets().get("/openapi.json")
    assert answer.status == 200
    validate(answer.body)
    assert answer.body["servers"] == [{"url": "/v1"}]


def test_it_names_every_route_and_how_each_may_fail() -> None:
    document = build()
    routes = {re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern)) for route in urlpatterns}
    assert {path.lstrip("/") for path in document["paths"]} == routes - {"openapi.json", r"^[\s\S]*"}
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) == 36  # the 35 of the contract, where the key test is one with two methods
    assert len({one["operationId"] for one in operations}) == 36
    for one in operations:
        failures = {status for status in one["responses"] if status >= "400"}
        assert {"401", "403", "429", "500"} <= failures, one["operationId"]
        assert one["security"] == [{"key": []}]


def test_the_file_in_the_docs_is_up_to_date() -> None:
    call_command("openapi", "--check")
