"""The manners of contract taas: a key in the query, `{"item"}` and `{"items"}`, one body for everything that fails."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.errors import Clash, Gone, Invalid, NotYours, Refused, StoreAway
from accounts.limits import count_sliding
from accounts.models import Contract, Door, Team
from api.base import Allowance, ContractViewSet
from api.errors import BadInput, BodyTooLarge, LengthRequired, TooManyRequests, Unauthorized, UnknownRoute
from api.keys import AddressNotAllowed, key_of
from api.taas.params import Params
from api.taas.vocabulary import NAMES
from tickets.models import Ticket
from tickets.queries import TicketQuerySet

PER_MINUTE = 100


class DeskDisabled(Refused):
    """This instance is disabled."""

    code = "forbidden"


# The status of everything that can go wrong (§5); anything else is an internal error.
ANSWERS: dict[type[Exception], int] = {
    BadInput: 400,
    Invalid: 400,
    Clash: 400,
    Unauthorized: 401,
    AddressNotAllowed: 403,
    DeskDisabled: 403,
    NotYours: 403,
    Gone: 404,
    UnknownRoute: 404,
    MethodNotAllowed: 405,
    LengthRequired: 411,
    BodyTooLarge: 413,
    TooManyRequests: 429,
    StoreAway: 503,
}


class TaasViewSet(ContractViewSet):
    """`self.actor` is the key (nobody in person); who acts is the `user` of the body."""

    contract: ClassVar[str] = "taas"
    counter = staticmethod(count_sliding)

    def identify(self, request: HttpRequest) -> tuple[Actor, Allowance]:
        key = key_of(Contract.TAAS, Params.of(request).given.get("key", ""), request)
        reads_only = key.kind == "secondary" and not (key.team and key.team.secondary_key_writes)
        actor = Actor(door=Door.TAAS, key=key, staff=True, read_only=reads_only, team_id=key.team_id)
        return actor, Allowance(f"key:{key.pk}", PER_MINUTE)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.is_open and not self.desk.enabled:
            raise DeskDisabled

    def voice(self, error: Exception) -> HttpResponse:
        status = next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), 500)
        if isinstance(error, Invalid) and any(problem.code == "too_large" for problem in error.problems):
            status = 413
        return self.show({"error": True, "message": _sentence(error, status), "statusCode": status}, status)

    # ---- what views ask ----

    @cached_property
    def params(self) -> Params:
        return Params.of(self.request._request)

    @property
    def desk(self) -> Team:
        """The key's team: the instance that it may see."""
        team = self.actor.key.team if self.actor.key else None
        if team is None:
            raise Unauthorized
        return team

    def named(self, ticket_id: str) -> TicketQuerySet:
        """The instance's ticket of a uuid or number; empty when there is none."""
        visible = Ticket.objects.visible_to(self.actor)
        if ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) <= 18:
            return visible.filter(pk=int(ticket_id))
        uuid = uuid_or_none(ticket_id)
        return visible.filter(uuid=uuid) if uuid else visible.none()

    def locked(self, ticket_id: str) -> Ticket:
        """The ticket, held until the transaction ends: what words mean depends on what it shows now. Raises Gone."""
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("a lock needs a transaction")
        ticket: Ticket | None = self.named(ticket_id).select_for_update(of=("self",)).first()
        if ticket is None:
            raise Gone("There is no such ticket.")
        return ticket

    def ticket(self, ticket_id: str) -> Ticket:
        """The ticket. Raises Gone."""
        ticket: Ticket | None = self.named(ticket_id).only("pk", "uuid", "team_id").first()
        if ticket is None:
            raise Gone("There is no such ticket.")
        return ticket


def uuid_or_none(text: str) -> UUID | None:
    """A uuid in the usual spelling; None for everything else."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _sentence(error: Exception, status: int) -> str:
    if status == 500:
        return "Something went wrong on our side."
    if isinstance(error, MethodNotAllowed):
        return "This method is not allowed here."
    if isinstance(error, BadInput | Invalid) and error.problems:
        return "; ".join(
            f"{outer_name(problem.field)}: {problem.message}" if problem.field else problem.message
            for problem in error.problems
        )
    return str(error)


def outer_name(field: str) -> str:
    """A field's name as taas says it: `due_at` is `expectedDate`."""
    start, dot, rest = field.partition(".")
    return NAMES.get(start, start) + dot + rest
