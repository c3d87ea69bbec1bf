"""What all contracts share: three moves (read, do, show) and one way for everything that goes wrong.

A contract fills in `identify`, `allowance` and `voice`; its manners stand together in its `base.py`.
"""

import logging
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ViewSet

from accounts.actor import Actor
from accounts.client import client_address
from accounts.errors import Problem, Refused, StoreAway, TooManyTries
from accounts.limits import Usage, count
from api.bodies import read_object
from api.errors import BadInput, TooManyRequests, UnknownRoute
from api.keys import stamp

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Who a request counts for, and how many a minute they have."""

    who: str
    per_minute: int


class ContractViewSet(ViewSet):
    """One contract's view. `self.actor` is the caller, None where `is_open`."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    contract: ClassVar[str]
    is_open: ClassVar[bool] = False  # True: no credential is asked for
    anonymous_per_minute: ClassVar[int] = 100  # of one address, for requests without a valid credential
    counter: ClassVar[Callable[..., Usage | None]] = staticmethod(count)

    actor: Actor
    usage: Usage | None

    @abstractmethod
    def identify(self, request: HttpRequest) -> tuple[Actor, Allowance]:
        """The caller. Raises Unauthorized, or another refusal of who they are. At most one query."""

    @abstractmethod
    def voice(self, error: Exception) -> HttpResponse:
        """Any refusal, said as the contract says it; every other exception is an internal error."""

    # ---- the three moves ----

    def read(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The body, checked for shape. Raises BadInput with every problem."""
        return self.check(serializer, read_object(self.request._request))

    def check(self, serializer: type[Serializer[Any]], sent: dict[str, Any]) -> dict[str, Any]:
        """What was sent, checked for shape. Raises BadInput with every problem."""
        reader = serializer(data=sent, context={"actor": self.actor_or_none()})
        if not reader.is_valid():
            raise BadInput(*flatten(reader.errors))
        return dict(reader.validated_data)

    @staticmethod
    def show(data: Any, status: int = 200) -> HttpResponse:
        """An answer in JSON."""
        return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)

    # ---- the way of every request ----

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who is it, and may they ask once more this minute?"""
        self.usage = None
        plain = request._request
        if self.is_open:
            self._count(plain, self._anonymous(plain))
            return
        try:
            self.actor, allowance = self.identify(plain)
        except Refused:  # no valid credential, or not from here
            self._count(plain, self._anonymous(plain))
            raise
        self._count(plain, allowance)
        if self.actor.key is not None:
            stamp(self.actor.key)

    def actor_or_none(self) -> Actor | None:
        return getattr(self, "actor", None)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        if isinstance(exc, Http404):
            exc = UnknownRoute()
        elif isinstance(exc, DataError):  # a value that no check foresaw and no database holds
            log.warning("the database refused a value", exc_info=exc)
            exc = BadInput()
        elif isinstance(exc, SuspiciousOperation):  # thousands of parameters
            exc = BadInput()
        elif not isinstance(exc, Refused | MethodNotAllowed):
            if isinstance(exc, ImproperlyConfigured) or settings.DEBUG:
                raise exc
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=exc)
        response = self.voice(exc)
        if isinstance(exc, TooManyRequests | TooManyTries | StoreAway):
            response["Retry-After"] = str(exc.retry_after)
        if isinstance(exc, MethodNotAllowed):
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.usage is not None:
            response["X-RateLimit-Limit"] = str(self.usage.limit)
            response["X-RateLimit-Remaining"] = str(self.usage.remaining)
            response["X-RateLimit-Reset"] = str(self.usage.reset)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response

    def _anonymous(self, request: HttpRequest) -> Allowance:
        return Allowance(f"address:{client_address(request)}", self.anonymous_per_minute)

    def _count(self, request: HttpRequest, allowance: Allowance) -> None:
        self.usage = self.counter(request, group=self.contract, who=allowance.who, per_minute=allowance.per_minute)
        if self.usage is not None and self.usage.exceeded:
            raise TooManyRequests(self.usage.retry_after)


def flatten(errors: Any, prefix: str = "") -> list[Problem]:
    """What a serializer found, as a flat list: `attachments[0].content`."""
    if isinstance(errors, dict):
        return [problem for name, inner in errors.items() for problem in flatten(inner, _joined(prefix, name))]
    found: list[Problem] = []
    for place, item in enumerate(errors):
        if isinstance(item, dict | list):
            found += flatten(item, f"{prefix}[{place}]")
        else:
            found.append(Problem(prefix, str(item), getattr(item, "code", "invalid")))
    return found


def _joined(prefix: str, name: Any) -> str:
    if isinstance(name, int):  # the place of an item in a list
        return f"{prefix}[{name}]"
    if name == "non_field_errors":
        return prefix
    return f"{prefix}.{name}" if prefix else str(name)
