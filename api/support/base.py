"""The manners of contract support: `X-API-Key`, bare JSON, `{"error", "message", "errors"}` bodies."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed

from accounts.actor import Actor
from accounts.errors import Clash, Gone, Invalid, NotYours, Problem, Stale
from accounts.models import Contract, Door
from api.base import Allowance, ContractViewSet
from api.errors import BadInput, BodyTooLarge, LengthRequired, TooManyRequests, Unauthorized, UnknownRoute
from api.keys import AddressNotAllowed, key_of
from api.support.vocabulary import NAMES

PER_MINUTE = 300  # of one key (§6)

# (status, message) of everything that can go wrong (§5); None: in the error's own words. Anything else is our error.
ANSWERS: dict[type[Exception], tuple[int, str | None]] = {
    BadInput: (400, "The input is not valid."),
    Invalid: (400, "The input is not valid."),
    Unauthorized: (401, "Missing or invalid API key."),
    NotYours: (403, None),
    Gone: (404, "No ticket has this id."),
    UnknownRoute: (404, "Not found."),
    MethodNotAllowed: (405, "This method is not allowed here."),
    Clash: (409, None),
    Stale: (409, None),
    LengthRequired: (411, None),
    BodyTooLarge: (413, None),
    TooManyRequests: (429, None),
}


class SupportViewSet(ContractViewSet):
    contract: ClassVar[str] = "support"

    def identify(self, request: HttpRequest) -> tuple[Actor, Allowance]:
        """The key's owner: all tickets, whatever their role; only reading once the owner may only read (§2)."""
        try:
            key = key_of(Contract.SUPPORT, request.headers.get("X-API-Key", ""), request)
        except AddressNotAllowed as error:  # this contract has no 403 for readers
            raise Unauthorized from error
        read_only = key.owner is not None and key.owner.read_only
        actor = Actor(door=Door.SUPPORT, user=key.owner, key=key, staff=True, read_only=read_only)
        return actor, Allowance(f"key:{key.pk}", PER_MINUTE)

    def voice(self, error: Exception) -> HttpResponse:
        answers = (ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
        status, message = next(answers, (500, "Something went wrong on our side."))
        body: dict[str, Any] = {"error": HTTPStatus(status).phrase, "message": message or str(error)}
        if isinstance(error, BadInput | Invalid):
            body["errors"] = _by_field(error.problems)
        response = self.show(body, status)
        if status == 401:
            response["WWW-Authenticate"] = "ApiKey"
        return response


def _by_field(problems: tuple[Problem, ...]) -> dict[str, list[str]]:
    """Sentences by the contract's name of the field."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(NAMES.get(problem.field, problem.field), []).append(problem.message)
    return found
