"""Examples for whatever a contract's document leaves without one, made from the document itself, so that none is stale.

What a refusal looks like is asked of the contract's own voice; an answer is put together from its schema, with values
that read like a helpdesk's.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.exceptions import MethodNotAllowed

from accounts.errors import Clash, Gone, NotYours, StoreAway
from api.errors import BadInput, BodyTooLarge, LengthRequired, TooManyRequests, Unauthorized

Voice = Callable[[Exception], HttpResponse]
Schema = dict[str, Any]

JSON = "application/json"
ID, MOMENT = "0198b6c4-2f6e-7d11-9c55-3a1f0e9d7b20", "2026-04-01T06:00:00Z"
# By the name of the field, in any contract; where a name means different types, the first that fits.
VALUES: dict[str, tuple[Any, ...]] = {
    "author": ("kim@acme.test",),
    "caption": ("Manual",),
    "category": ("Billing",),
    "closed_at": (None,),
    "color": ("#00bb66",),
    "comment": ("Reader swapped.",),
    "comment_HTML": ("<p>Reader swapped.</p>",),
    "company": ("Acme",),
    "content": ("Reader swapped.",),
    "content_type": ("image/png",),
    "createdBy": ("Ada Poe",),
    "custom_fields": ({"floor": 2},),
    "customFields": ({ID: "4711"},),
    "defaultValue": (None,),
    "description": ("Door 4.",),
    "description_HTML": ("<p>Door 4.</p>",),
    "field": ("status",),
    "previous": ("open",),
    "current": ("resolved",),
    "newValue": ("Resolved",),
    "oldValue": ("Started",),
    "filename": ("screenshot.png",),
    "full_name": ("Ada Poe",),
    "hours": (8, 8.0),
    "key_name": ("nightly sync",),
    "key_prefix": ("tt_admin_Ab12Cd34",),
    "last_page": (1,),
    "message": ("API key is valid and working correctly",),
    "mime_type": ("image/png",),
    "name": ("Kim Roe",),
    "next_page_url": (None,),
    "number": (512,),
    "origin": ("platform", "api"),
    "page": (1,),
    "per_page": (20,),
    "prev_page_url": (None,),
    "resolved_at": (None,),
    "resolvedStatus": (["Resolved", "Closed"],),
    "refresh_token": ("eyJhbGciOiJIUzI1NiJ9.…",),
    "role": ("agent",),
    "scopes": (["tickets:read", "comments:read"],),
    "size": (48213,),
    "size_bytes": (48213,),
    "signed_url": (f"https://help.example.com/files/{ID}",),
    "src": ("https://acme.test/manual",),
    "subject": ("Badge reader dead",),
    "tags": (["door"],),
    "text": ("door",),
    "ticketId": (512, ID),
    "ticketNo": (512,),
    "ticket_display_id": ("TKT-512",),
    "ticket_number": (512,),
    "timezone": ("Europe/Berlin",),
    "title": ("Badge reader dead",),
    "token": ("eyJhbGciOiJIUzI1NiJ9.…",),
    "url": (f"https://help.example.com/files/{ID}",),
}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": False, "object": {}, "null": None}
BY_FORMAT = {"uuid": ID, "date-time": MOMENT, "email": "kim@acme.test", "decimal": "1200.00"}


def fill(document: Schema, voice: Voice, *typical: Exception) -> None:
    """Gives every JSON body in `document` an example; `typical` are refusals of this contract."""
    components = document["components"]["schemas"]
    refused = {str(status): body for status, body in refusals(voice, *typical).items()}
    document["components"]["examples"] = {f"Refusal{status}": {"value": body} for status, body in refused.items()}
    for operation in operations(document):
        bodies = [(None, operation["requestBody"])] if "requestBody" in operation else []
        for status, body in (*bodies, *operation["responses"].items()):
            content = body.get("content", {}).get(JSON)
            if content is not None and not content.get("examples"):
                if status in refused:
                    content["examples"] = {"Refusal": {"$ref": f"#/components/examples/Refusal{status}"}}
                else:
                    content["examples"] = {"Example": {"value": sample(content["schema"], components)}}


def operations(document: Schema) -> Iterator[Schema]:
    """All of a document."""
    for methods in document["paths"].values():
        yield from methods.values()


def refusals(voice: Voice, *typical: Exception) -> dict[int, Any]:
    """What the contract says, by status; the first refusal of a status stands for it."""
    errors: tuple[Exception, ...] = (
        *typical,
        BadInput(),
        Unauthorized(),
        NotYours(),
        Gone("There is no such ticket."),
        MethodNotAllowed("PUT"),
        Clash(),
        LengthRequired(),
        BodyTooLarge(),
        TooManyRequests(30),
        StoreAway(),
        Exception(),
    )
    said: dict[int, Any] = {}
    for error in errors:
        response = voice(error)
        said.setdefault(response.status_code, orjson.loads(response.content))
    return said


def sample(schema: Schema, components: dict[str, Schema], name: str = "") -> Any:
    """A value that the schema allows, for the field of this name."""
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return sample(schema[several][0], components, name)
    if "$ref" in schema:
        return sample(components[schema["$ref"].rpartition("/")[2]], components, name)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    for value in VALUES.get(name, ()):
        if _fits(value, kinds, schema):
            return value
    if "properties" in schema:
        return {field: sample(inner, components, field) for field, inner in schema["properties"].items()}
    if "array" in kinds:
        return [sample(schema["items"], components, name)]
    return _plain(schema, kinds)


def _plain(schema: Schema, kinds: list[str]) -> Any:
    """A value that goes by its type alone."""
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema and schema.get("format") == "date-time":  # with milliseconds
        return MOMENT.replace("Z", ".000Z")
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kinds[0]] if kinds else None)


def _fits(value: Any, kinds: list[str], schema: Schema) -> bool:
    """Whether it may stand there; lists of objects and objects with known keys are put together instead."""
    if "enum" in schema:
        return value in schema["enum"]
    if "properties" in schema or "$ref" in schema.get("items", {}):
        return False
    return not kinds or any(isinstance(value, TYPES.get(kind, ())) for kind in kinds)
