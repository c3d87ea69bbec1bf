"""The contract's own description, at `/api/v1/openapi.json`, open without a token."""

from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Problem, Stale
from api.errors import BadInput
from api.platform.base import PlatformViewSet
from api.schema import document

TITLE = "Polydesk platform API"
ABOUT = (
    "The native API. Sign in at `/auth/login`, then send `Authorization: Bearer …`. Objects come in `data`, lists with "
    "`pagination`, refusals in `error` with a code, a message and details by field. Unknown fields and parameters are "
    "ignored. Every answer carries `X-RateLimit-Limit`, `-Remaining` and `-Reset`."
)
_UNKNOWN_WORD = BadInput(Problem("priority", "Priority must be one of: low, medium, high, critical", "invalid_choice"))
_MISSING = BadInput(Problem("subject", "This field is required.", "required"))
TOKEN = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


class Document(PlatformViewSet):
    is_open: ClassVar[bool] = True
    schema = None

    def retrieve(self, request: Request) -> HttpResponse:
        return self.show(build())


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """The document, made once a process."""
    return document(
        PlatformViewSet,
        "api.platform.urls",
        _UNKNOWN_WORD,
        _MISSING,
        Stale(),
        base="/api/v1",
        title=TITLE,
        about=ABOUT,
        security=TOKEN,
    )
