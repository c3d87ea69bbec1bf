"""The contract's own description, at `/ticketing/v1/openapi.json`, open without a key."""

from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Problem
from api.errors import BadInput
from api.keys import InvalidKey
from api.schema import document
from api.taas.base import TaasViewSet

TITLE = "Polydesk taas API"
ABOUT = (
    "Ticketing as a service: one instance is one team's desk. Send the desk's key as `?key=`; the primary key reads "
    "and writes, the secondary only reads. Objects come in `item`, lists in `items` with a `continuationToken` while "
    "more follows. Who acts is the `user` of the body; people whom nobody knows are made. Unknown fields and "
    "parameters are ignored. Every answer carries `X-RateLimit-Limit`, `-Remaining` and `-Reset`."
)
_TYPICAL = (
    BadInput(Problem("priority", "Priority must be one of: Low, Medium, Important, Urgent", "invalid_choice")),
    InvalidKey(),
)
KEY = {"key": {"type": "apiKey", "in": "query", "name": "key"}}


class Document(TaasViewSet):
    is_open: ClassVar[bool] = True
    schema = None

    def retrieve(self, request: Request) -> HttpResponse:
        return self.show(build())


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """The document, made once a process."""
    return document(
        TaasViewSet, "api.taas.urls", *_TYPICAL, base="/ticketing/v1", title=TITLE, about=ABOUT, security=KEY
    )
