"""GET /openapi.json: the contract's own description."""

from django.core.management import call_command
from openapi_spec_validator import validate

from api.taas.document import build
from api.taas.urls import urlpatterns
from tests.api.taas.caller import Taas


def test_it_is_open_and_a_valid_openapi_document(db: None) -> None:
    answer = Taas().get("/openapi.json")
    assert answer.status == 200
    validate(answer.body)
    assert answer.body["servers"] == [{"url": "/ticketing/v1"}]


def test_it_names_every_route_and_how_each_may_fail() -> None:
    document = build()
    routes = {str(route.pattern).replace("<str:", "{").replace(">", "}") for route in urlpatterns}
    assert {path.lstrip("/") for path in document["paths"]} == routes - {"openapi.json", r"^[\s\S]*"}
    operations = [(path, method) for path, methods in document["paths"].items() for method in methods]
    assert len(operations) == 16  # the twelve and their aliases
    for path, method in operations:
        failures = {status for status in document["paths"][path][method]["responses"] if status >= "400"}
        assert {"401", "403", "429", "500"} <= failures, (method, path)


def test_the_file_in_the_docs_is_up_to_date() -> None:
    call_command("openapi", "--check")
