"""The contract's own description, at `/v1/openapi.json`, open without a key."""

from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import NotYours
from api.errors import BadInput
from api.schema import document
from api.toptickets import wording
from api.toptickets.base import NotAuthenticated, TopTicketsViewSet
from api.toptickets.vocabulary import PRIORITIES

TITLE = "Polydesk toptickets API"
ABOUT = (
    "Send `Authorization: Bearer tt_…` with every call. Objects and lists come bare; what goes wrong is in `detail`, a "
    "sentence or, for fields and parameters (422), a list of `loc`, `msg` and `type`. Unknown fields and parameters "
    "are ignored. Every answer carries `X-RateLimit-Limit`, `-Remaining` and `-Reset`."
)
_TYPICAL = (
    BadInput(wording.problem("priority", wording.ENUM, permitted=wording.permitted(PRIORITIES))),
    NotAuthenticated(),
    NotYours("Insufficient permissions. Required scope: tickets:write"),
)
KEY = {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "tt_…"}}


class Document(TopTicketsViewSet):
    is_open: ClassVar[bool] = True
    schema = None

    def retrieve(self, request: Request) -> HttpResponse:
        return self.show(build())


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """The document, made once a process."""
    return document(
        TopTicketsViewSet,
        "api.toptickets.urls",
        *_TYPICAL,
        base="/v1",
        title=TITLE,
        about=ABOUT,
        security=KEY,
    )
