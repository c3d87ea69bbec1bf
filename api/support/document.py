"""The contract's own description, at `/v1/support/openapi.json`, open without a key."""

from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Problem
from api.errors import BadInput
from api.schema import document
from api.support.base import SupportViewSet

TITLE = "Polydesk support API"
ABOUT = (
    "Tickets with integer ids. Send the key in `X-API-Key`. Objects and lists come bare; lists are complete. Unknown "
    "fields and parameters are ignored. Every answer carries `X-RateLimit-Limit`, `-Remaining` and `-Reset`."
)
_UNKNOWN_WORD = BadInput(Problem("priority", "Priority must be one of: low, medium, high, urgent", "invalid_choice"))
KEY = {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}


class Document(SupportViewSet):
    is_open: ClassVar[bool] = True
    schema = None

    def retrieve(self, request: Request) -> HttpResponse:
        return self.show(build())


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """The document, made once a process."""
    return document(
        SupportViewSet, "api.support.urls", _UNKNOWN_WORD, base="/v1/support", title=TITLE, about=ABOUT, security=KEY
    )
