"""Making a contract's OpenAPI document from its routes, with drf-spectacular."""

from importlib import import_module
from typing import Any

from drf_spectacular.generators import SchemaGenerator

VERSION = "1.0.0"


def document(urls: str, *, base: str, title: str, about: str, security: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI 3 document of the routes in module `urls`, served below `base`."""
    generator = SchemaGenerator(patterns=import_module(urls).urlpatterns)
    made: dict[str, Any] = dict(generator.get_schema(request=None, public=True))
    made["info"] = {"title": title, "version": VERSION, "description": about}
    made["servers"] = [{"url": base}]
    made.setdefault("components", {})["securitySchemes"] = security
    return made
