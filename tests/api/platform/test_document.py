"""GET /openapi.json: the contract's own description."""

import re

from django.core.management import call_command
from openapi_spec_validator import validate

from api.platform.document import build
from api.platform.urls import urlpatterns
from tests.api.platform.caller import Platform


def test_it_is_open_and_a_valid_openapi_document(db: None) -> None:
    answer = Platform().get("/openapi.json")
    assert answer.status == 200
    validate(answer.body)
    assert answer.body["servers"] == [{"url": "/api/v1"}]


def test_it_names_every_route_and_how_each_may_fail() -> None:
    document = build()
    routes = {re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern)) for route in urlpatterns}
    assert {path.lstrip("/") for path in document["paths"]} == routes - {"openapi.json", r"^[\s\S]*"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            failures = {status for status in operation["responses"] if status >= "400"}
            assert {"429", "500"} <= failures, (method, path)
            assert ("401" in failures) == (operation.get("security") != [] or path.startswith("/auth/"))


def test_the_file_in_the_docs_is_up_to_date() -> None:
    call_command("openapi", "--check")
