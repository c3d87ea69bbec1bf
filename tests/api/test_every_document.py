"""What holds of all four OpenAPI documents: nothing that an integrator would miss is missing."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from api.management.commands.openapi import DOCUMENTS
from tests.api.validating import closed

JSON = "application/json"
METHODS_WITH_BODIES = {"post", "put", "patch"}
each_document = pytest.mark.parametrize("document", [make() for make in DOCUMENTS.values()], ids=list(DOCUMENTS))


class Operation(NamedTuple):
    """Where it is, and what the document says of it."""

    name: str
    method: str
    path: str
    says: dict[str, Any]

    def contents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every JSON body that is asked or answered, and where it is."""
        asked = {"request": self.says["requestBody"]} if "requestBody" in self.says else {}
        for place, body in {**asked, **self.says["responses"]}.items():
            if JSON in body.get("content", {}):
                yield f"{self.name} {place}", body["content"][JSON]


def operations(document: dict[str, Any]) -> list[Operation]:
    return [
        Operation(f"{method} {path}", method, path, says)
        for path, methods in document["paths"].items()
        for method, says in methods.items()
    ]


def schemas(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that is described below `node`."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield place, node
        for name, inner in node.items():
            if name not in ("example", "examples"):
                yield from schemas(inner, f"{place}/{name}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from schemas(inner, f"{place}/{number}")


@each_document
def test_every_body_has_examples_that_are_what_is_described(document: dict[str, Any]) -> None:
    components = closed(document["components"])
    checked = 0
    for operation in operations(document):
        for place, content in operation.contents():
            assert content.get("examples"), f"{place} has no example"
            validator = Draft202012Validator(
                {**content["schema"], "components": components}, format_checker=FormatChecker()
            )
            for example in content["examples"].values():
                if "$ref" in example:
                    example = document["components"]["examples"][example["$ref"].rpartition("/")[2]]
                assert not list(validator.iter_errors(example["value"])), place
                checked += 1
    assert checked > 30


@each_document
def test_every_operation_says_how_it_fails_and_with_what_body(document: dict[str, Any]) -> None:
    for operation in operations(document):
        says, statuses = operation.says, set(operation.says["responses"])
        needed = {"429", "500"}
        needed |= {"401"} if says.get("security") != [] else set()
        needed |= {"404"} if "{" in operation.path else set()
        needed |= {"400", "411", "413"} if "requestBody" in says else set()
        assert needed <= statuses, operation.name
        assert any(status.startswith("2") for status in statuses), operation.name
        for status, answer in says["responses"].items():
            assert answer["description"] or status.startswith("2"), f"{operation.name} {status}"
            assert (JSON in answer.get("content", {})) == (status != "204"), f"{operation.name} {status}"


@each_document
def test_every_operation_can_be_called_by_what_the_document_says(document: dict[str, Any]) -> None:
    ids = [operation.says["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for operation in operations(document):
        assert operation.says["summary"], operation.name
        assert len(operation.says["tags"]) == 1, operation.name
        named = {one["name"] for one in operation.says.get("parameters", []) if one["in"] == "path"}
        assert named == {part.strip("{}") for part in operation.path.split("/") if part.startswith("{")}
        for parameter in operation.says.get("parameters", []):
            assert parameter["schema"].get("type"), (operation.name, parameter["name"])
        if "requestBody" in operation.says:
            assert operation.says["requestBody"]["required"] is True, operation.name
            assert operation.method in METHODS_WITH_BODIES


@each_document
def test_every_required_field_is_described_and_every_reference_has_a_target(document: dict[str, Any]) -> None:
    components = document["components"]["schemas"]
    found = dict(schemas(document))
    assert len(found) > 8
    for place, schema in found.items():
        assert set(schema.get("required", [])) <= set(schema["properties"]), place
        for name, field in schema["properties"].items():
            if "$ref" in field:
                assert field["$ref"].rpartition("/")[2] in components, (place, name)
