"""GET /openapi.json: the contract's own description."""

from django.core.management import call_command
from openapi_spec_validator import validate

from api.support.document import build
from api.support.urls import urlpatterns
from tests.api.support.caller import Support


def test_it_is_open_and_a_valid_openapi_document(db: None) -> None:
    answer = Support().get("/openapi.json")
    assert answer.status == 200
    validate(answer.body)
    assert answer.body["servers"] == [{"url": "/v1/support"}]


def test_it_names_every_route_and_how_each_may_fail() -> None:
    document = build()
    routes = {str(route.pattern).replace("<str:ticket_id>", "{ticket_id}") for route in urlpatterns}
    assert {path.lstrip("/") for path in document["paths"]} == routes - {"openapi.json", r"^[\s\S]*"}
    operations = [(path, method) for path, found in document["paths"].items() for method in found]
    assert len(operations) == 7
    for path, method in operations:
        operation = document["paths"][path][method]
        assert {"401", "429", "500"} <= set(operation["responses"]), (method, path)
        assert operation["security"] == [{"key": []}]


def test_the_file_in_the_docs_is_up_to_date() -> None:
    call_command("openapi", "--check")
