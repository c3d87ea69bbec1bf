"""Making a contract's OpenAPI document from its routes, with drf-spectacular."""

from importlib import import_module
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from api import examples
from api.base import ContractViewSet

VERSION = "1.0.0"


def document(
    view: type[ContractViewSet],
    urls: str,
    *typical: Exception,
    base: str,
    title: str,
    about: str,
    security: dict[str, Any],
) -> dict[str, Any]:
    """The OpenAPI 3 document of the routes in module `urls`, served below `base`.

    `view` says what its refusals look like; `typical` ones stand for those of their status.
    """
    generator = SchemaGenerator(patterns=import_module(urls).urlpatterns)
    made: dict[str, Any] = dict(generator.get_schema(request=None, public=True))
    made["info"] = {"title": title, "version": VERSION, "description": about}
    made["servers"] = [{"url": base}]
    made.setdefault("components", {})["securitySchemes"] = security
    for operation in examples.operations(made):
        if "requestBody" in operation:  # a change of nothing is an empty object, not an empty body
            operation["requestBody"]["required"] = True
    examples.fill(made, view().voice, *typical)
    return made
