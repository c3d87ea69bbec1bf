"""POSTs that may be sent again: with an `Idempotency-Key` they are carried out once (§12)."""

import re
from abc import abstractmethod
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Problem, Refused
from api.bodies import digested
from api.errors import BadInput
from api.once import Attempt, Deed, Kept, begin
from api.platform.base import PlatformViewSet
from attachments.links import signed_url

Once = Callable[[Deed], HttpResponse]

_KEY = re.compile(r'"([ !#-~]{1,255})"|([!#-~][ -~]{0,254})')


class RepeatableViewSet(PlatformViewSet):
    """Whose POSTs are `repeatable`."""

    @abstractmethod
    def must_still_see(self, shown: dict[str, Any], path: dict[str, str]) -> None:
        """Refuses what an earlier answer to a request for `path` has `shown` to whom it would be refused by now."""


def repeatable(handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A handler that makes its change, and the answer to it, inside `once`; files are stored before that."""

    @wraps(handler)
    def handle(view: RepeatableViewSet, request: Request, **path: str) -> HttpResponse:
        key = _key(request)
        if key is None:
            return handler(view, request, once=_at_once, **path)
        with digested(request._request) as body:
            begun = begin(by=view.actor, route=request._request.path_info.rstrip("/"), key=key, body=body)
            if isinstance(begun, Kept):
                return _again(view, begun, path)
            return _first(view, begun, lambda: handler(view, request, once=begun.carry_out, **path))

    return handle


def _key(request: Request) -> str | None:
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        return None
    key = _KEY.fullmatch(given.strip(" \t"))
    if key is None:
        raise BadInput(Problem("Idempotency-Key", "Idempotency-Key must be 1 to 255 printable ASCII characters."))
    return key[1] or key[2]


def _at_once(deed: Deed) -> HttpResponse:
    return deed()


def _first(view: RepeatableViewSet, attempt: Attempt, act: Deed) -> HttpResponse:
    """The answer, whatever it is, so that it can be given again."""
    try:
        return act()
    except Refused as refusal:
        answer = view.handle_exception(refusal)
        attempt.refuse(answer)
        return answer
    except BaseException:
        attempt.give_up()
        raise


def _again(view: RepeatableViewSet, kept: Kept, path: dict[str, str]) -> HttpResponse:
    """The answer as it was; only links to files are signed anew."""
    body = orjson.loads(kept.content)
    if "data" in body:
        view.must_still_see(body["data"], path)
        for file in body["data"].get("attachments", ()):
            file["url"] = signed_url(UUID(file["id"]))
    answer = view.show(body, kept.status)
    answer["Idempotent-Replayed"] = "true"
    if kept.etag:
        answer["ETag"] = kept.etag
    return answer
