"""Every answer a contract test gets is held against the contract's own document."""

from functools import lru_cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker


class Validator:
    """Checks answers against an OpenAPI 3.1 document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        some = next(operation for methods in document["paths"].values() for operation in methods.values())
        self.refusal = some["responses"]["500"]["content"]["application/json"]["schema"]  # of what no operation is
        self.routes = [(path.strip("/").split("/"), path) for path in document["paths"]]

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        """`path` is below the contract's base, without query. Fails on an undocumented status or a wrong body."""
        if path == "/openapi.json":  # the document does not describe itself
            return
        documented = self._operation(method, path)
        if documented is None or status == 405:
            assert status in (404, 405), f"{method} {path} is not documented but answered {status}"
            if method != "HEAD":
                self._validator(orjson.dumps(self.refusal)).validate(body)
            return
        responses = documented["responses"]
        assert str(status) in responses, f"{method} {path}: {status} is not documented"
        content = responses[str(status)].get("content", {}).get("application/json")
        if content is None:
            assert body is None
            return
        self._validator(orjson.dumps(content["schema"])).validate(body)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        parts = path.strip("/").split("/")
        for route, name in self.routes:
            if len(route) == len(parts) and all(
                there.startswith("{") or there == here for there, here in zip(route, parts, strict=True)
            ):
                found: dict[str, Any] | None = self.document["paths"][name].get(method.lower())
                return found
        return None

    @lru_cache(maxsize=100)  # noqa: B019 (one validator lives as long as the tests)
    def _validator(self, described: bytes) -> Draft202012Validator:
        schema = {**orjson.loads(described), "components": closed(self.document["components"])}
        return Draft202012Validator(schema, format_checker=FormatChecker())


def closed(components: dict[str, Any]) -> dict[str, Any]:
    """The components, with keys that the document does not name forbidden: an undocumented field fails a test."""
    schemas = {
        name: {"unevaluatedProperties": False, **schema}
        if schema.get("type") == "object" and "additionalProperties" not in schema
        else schema
        for name, schema in components["schemas"].items()
    }
    return {**components, "schemas": schemas}
