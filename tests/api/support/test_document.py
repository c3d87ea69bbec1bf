"""GET /openapi.json: the contract's own description."""

from django.core.management import call_command
from openapi_spec_validator import validate

from api.support.document import build
from api.support.urls import urlpatterns
from tests.api.support.caller import VALIDATOR, Support


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


def test_its_examples_are_what_it_describes() -> None:
    checked = 0
    for path, operations in build()["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json", {})
                for example in content.get("examples", {}).values():
                    VALIDATOR.check(method, path, int(status), example["value"])
                    checked += 1
    assert checked > 12


def test_the_file_in_the_docs_is_up_to_date() -> None:
    call_command("openapi", "--check")
