"""The manners of contract toptickets: bearer keys with scopes, bare answers, `{"detail": …}` for what goes wrong."""

import re
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts.actor import Actor
from accounts.errors import Clash, Gone, Invalid, NotYours, Problem, Refused, StoreAway, TooManyTries
from accounts.keys import AGENT_SCOPES, ALL_SCOPES, READ_SCOPES
from accounts.models import ApiKey, Contract, Door
from api.base import Allowance, ContractViewSet, flatten
from api.bodies import read_json
from api.errors import BadInput, BodyTooLarge, LengthRequired, TooManyRequests, Unauthorized, UnknownRoute
from api.keys import AddressNotAllowed, InvalidKey, key_of
from api.toptickets import wording
from api.toptickets.vocabulary import NAMES

PER_MINUTE = {"admin": 2_000}
OTHERS_PER_MINUTE = 200
ACTIONS = {"GET": "read", "HEAD": "read", "POST": "write", "PATCH": "write", "DELETE": "delete"}


class NotAuthenticated(Unauthorized):
    """Not authenticated"""


class Unfit(Refused):
    """The file is not one that this contract takes."""


class BadQuery(BadInput):
    """Parameters of the address that cannot be read."""


class BadPath(BadInput):
    """An id in the path that cannot be one."""


STATUSES: dict[type[Exception], int] = {
    Unauthorized: 401,
    AddressNotAllowed: 403,
    NotYours: 403,
    Gone: 404,
    UnknownRoute: 404,
    MethodNotAllowed: 405,
    LengthRequired: 411,
    BodyTooLarge: 413,
    TooManyRequests: 429,
    TooManyTries: 429,
    StoreAway: 503,
    Clash: 400,
    Unfit: 400,
}
# Where another sentence is the contract's, by kind of error; what the domain misses, by its own sentence.
SENTENCES: dict[type[Exception], str] = {
    UnknownRoute: "Not Found",
    MethodNotAllowed: "Method Not Allowed",
}
MISSED = {
    "There is no such ticket.": "Ticket not found",
    "There is no such comment.": "Comment not found",
    "There is no such file.": "Attachment not found",
    "They are not in this team.": "User not found",
}


class TopTicketsViewSet(ContractViewSet):
    """`resource` names the scopes a route asks for; None: any valid key will do."""

    contract: ClassVar[str] = "toptickets"
    resource: ClassVar[str | None] = None
    writes: ClassVar[frozenset[str]] = frozenset()  # actions that take `write` although their method is DELETE
    actor: Actor

    def identify(self, request: HttpRequest) -> tuple[Actor, Allowance]:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise NotAuthenticated
        key = key_of(Contract.TOPTICKETS, text.strip(), request)
        return actor_of(key), Allowance(f"key:{key.pk}", PER_MINUTE.get(key.kind, OTHERS_PER_MINUTE))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        action = "write" if self.action in self.writes else ACTIONS.get(str(request.method))
        if self.resource is None or self.action is None or action is None:  # no such method here: 405
            return
        scope = f"{self.resource}:{action}"
        if scope not in (self.actor.scopes or ()):
            raise NotYours(f"Insufficient permissions. Required scope: {scope}")

    def read(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        body = read_json(self.request._request)
        if not isinstance(body, dict):
            raise BadInput(wording.problem("", wording.OBJECT))
        reader = serializer(data=body)
        if not reader.is_valid():
            raise BadInput(*flatten(reader.errors))
        return dict(reader.validated_data)

    def path_ids(self, **texts: str) -> list[UUID]:
        """The ids of the path. Raises BadPath for those that are none."""
        found, problems = [], []
        for name, text in texts.items():
            try:
                found.append(UUID(text))
            except ValueError:
                problems.append(wording.problem(name, wording.UUID))
        if problems:
            raise BadPath(*problems)
        return found

    def voice(self, error: Exception) -> HttpResponse:
        if isinstance(error, BadInput | Invalid):
            return self._invalid(error)
        status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
        response = self.show({"detail": _sentence(error, status)}, status)
        if status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response

    def _invalid(self, error: BadInput | Invalid) -> HttpResponse:
        where = "query" if isinstance(error, BadQuery) else "path" if isinstance(error, BadPath) else "body"
        if error.problems:
            return self.show({"detail": [_detail(where, problem) for problem in error.problems]}, 422)
        cause = error.__cause__
        text = str(cause) if isinstance(cause, orjson.JSONDecodeError) else "the body cannot be read"
        return self.show({"detail": [{"loc": ["body"], "msg": text, "type": "value_error.jsondecode"}]}, 400)


def actor_of(key: ApiKey) -> Actor:
    """Who a key acts as: its owner, with the scopes that both the key and the owner's role allow."""
    owner = key.owner
    if owner is None:
        raise InvalidKey
    read_only = key.kind == "ro" or owner.read_only
    scopes = frozenset(key.scopes) & frozenset(ALL_SCOPES if owner.is_admin else AGENT_SCOPES)
    if read_only:
        scopes &= frozenset(READ_SCOPES)
    return Actor(door=Door.TOPTICKETS, user=owner, key=key, staff=True, read_only=read_only, scopes=scopes)


def _sentence(error: Exception, status: int) -> str:
    if status == 500:
        return "Internal server error"
    if isinstance(error, TooManyRequests | TooManyTries):
        return f"Rate limit exceeded. Try again in {error.retry_after} seconds."
    return SENTENCES.get(type(error)) or MISSED.get(str(error), str(error))


def _detail(where: str, problem: Problem) -> dict[str, Any]:
    kind, text = wording.worded(problem)
    start, *rest = re.findall(r"[^.\[\]]+", problem.field) or [""]
    place: list[str | int] = [NAMES.get(start, start)] if start else []
    return {
        "loc": [where, *place, *(int(part) if part.isdecimal() else part for part in rest)],
        "msg": text,
        "type": kind,
    }
