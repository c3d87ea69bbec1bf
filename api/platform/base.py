"""The manners of contract platform: JWT, envelopes, `{"error": …}` bodies, pages."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed

from accounts.actor import Actor
from accounts.errors import Clash, Gone, Invalid, NotYours, Problem, Stale, StoreAway, TooManyTries
from accounts.signin import WrongCredentials
from api.base import Allowance, ContractViewSet
from api.errors import BadInput, BodyTooLarge, KeyReused, LengthRequired, TooManyRequests, Unauthorized, UnknownRoute
from api.platform import moments
from api.platform.tokens import identify
from api.platform.vocabulary import NAMES

INVALID = "The request data is invalid"
PER_PAGE, MOST_PER_PAGE = 20, 100

# (status, code) of everything that can go wrong (§6); anything else is an internal error.
ANSWERS: dict[type[Exception], tuple[int, str]] = {
    Unauthorized: (401, "unauthorized"),
    WrongCredentials: (401, "invalid_credentials"),
    NotYours: (403, "forbidden"),
    Gone: (404, "not_found"),
    UnknownRoute: (404, "not_found"),
    MethodNotAllowed: (405, "method_not_allowed"),
    Clash: (409, "conflict"),
    LengthRequired: (411, "length_required"),
    Stale: (412, "precondition_failed"),
    BodyTooLarge: (413, "payload_too_large"),
    Invalid: (422, "validation_error"),
    KeyReused: (422, "idempotency_mismatch"),
    TooManyRequests: (429, "rate_limit_exceeded"),
    TooManyTries: (429, "rate_limit_exceeded"),
    StoreAway: (503, "service_unavailable"),
}
# A body that cannot be read is 400; one that can, but breaks a rule, 422 (§6).
BROKEN_RULES = {
    *("required", "blank", "null", "max_length", "characters", "base64"),
    *("unknown_person", "unknown_staff", "unknown_team"),
}


class PlatformViewSet(ContractViewSet):
    contract: ClassVar[str] = "platform"

    def identify(self, request: HttpRequest) -> tuple[Actor, Allowance]:
        actor, per_minute = identify(request)
        return actor, Allowance(f"user:{actor.user_id}", per_minute)

    def voice(self, error: Exception) -> HttpResponse:
        if isinstance(error, BadInput):
            broken = bool(error.problems) and all(problem.code in BROKEN_RULES for problem in error.problems)
            status, code = (422, "validation_error") if broken else (400, "invalid_input")
            return self._error(status, code, INVALID, error.problems)
        status, code = ANSWERS.get(type(error), (500, "internal_error"))
        if isinstance(error, Invalid):
            return self._error(status, code, INVALID, error.problems)
        message = "Something went wrong on our side." if status == 500 else _sentence(error)
        response = self._error(status, code, message)
        if isinstance(error, Unauthorized):
            response["WWW-Authenticate"] = "Bearer"
        return response

    def _error(self, status: int, code: str, message: str, problems: tuple[Problem, ...] = ()) -> HttpResponse:
        details = [{"field": outer_name(problem.field), "message": problem.message} for problem in problems]
        return self.show({"error": {"code": code, "message": message, "details": details}}, status)

    def page(self, check: "Query") -> "PageAsked":
        """`page` and `per_page` of the query; problems are noted in `check`."""
        return PageAsked(check.number("page", 1), check.page_size())

    def listed(self, data: list[Any], asked: "PageAsked", total: int, *, estimate: bool = False) -> HttpResponse:
        """A list in its envelope (§5)."""
        last = max(1, -(-total // asked.size))
        following = asked.number + 1 if asked.number < last else None
        before = min(asked.number - 1, last) if asked.number > 1 else None
        pagination = {
            "total": total,
            "per_page": asked.size,
            "current_page": asked.number,
            "last_page": last,
            "next_page_url": self._page_url(following),
            "prev_page_url": self._page_url(before),
        }
        if estimate:
            pagination["total_is_estimate"] = True
        return self.show({"data": data, "pagination": pagination})

    def _page_url(self, number: int | None) -> str | None:
        if number is None:
            return None
        query = [(name, value) for name, values in self.request.GET.lists() for value in values if name != "page"]
        return f"{self.request.path}?{urlencode([*query, ('page', number)])}"


class PageAsked:
    """Page `number` from 1 on, of `size` rows."""

    def __init__(self, number: int, size: int) -> None:
        self.number = number
        self.size = size

    @property
    def offset(self) -> int:
        """Rows before it, within what a database can count."""
        return min((self.number - 1) * self.size, 2**62)


class Query:
    """Reads query parameters and collects what cannot be read; `finish()` raises BadInput."""

    def __init__(self, request: HttpRequest) -> None:
        self.given = request.GET
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """Text without NUL."""
        value = self.given.get(name, "")
        if "\x00" in value:
            self.problems.append(Problem(name, "This holds characters that cannot be searched."))
        return value

    def number(self, name: str, default: int) -> int:
        """An integer from 1 on."""
        value = self.given.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value) > 0):
            self.problems.append(Problem(name, f"{name} must be an integer from 1 on"))
            return default
        return int(value)

    def page_size(self) -> int:
        """`per_page`, lowered to the most there may be."""
        return min(self.number("per_page", PER_PAGE), MOST_PER_PAGE)

    def moment(self, name: str) -> datetime | None:
        """A moment in ISO 8601; without a zone it is UTC."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return moments.read(value)
        except ValueError:
            self.problems.append(Problem(name, f"{name} {moments.PROBLEM}"))
            return None

    def words(self, name: str, known: list[str], also: tuple[str, ...] = ()) -> list[str]:
        """A comma list of known words; `also` are taken but not named."""
        value = self.given.get(name, "")
        words = [word.strip() for word in value.split(",") if word.strip()]
        if any(word not in known and word not in also for word in words):
            label = name.replace("_", " ").capitalize()
            self.problems.append(Problem(name, f"{label} must be one of: {', '.join(known)}"))
            return []
        return words

    def word(self, name: str, known: list[str], default: str) -> str:
        """One known word."""
        return (self.words(name, known) or [default])[0] if name in self.given else default

    def finish(self) -> None:
        if self.problems:
            raise BadInput(*self.problems)


def outer_name(field: str) -> str:
    """A field's name as platform says it: `custom.os` is `custom_fields.os`."""
    start, dot, rest = field.partition(".")
    return NAMES.get(start, start) + dot + rest


def _sentence(error: Exception) -> str:
    return "This method is not allowed here." if isinstance(error, MethodNotAllowed) else str(error)
