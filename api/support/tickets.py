"""Tickets through contract support (§3.1 to §3.5)."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from accounts.errors import Gone, Problem
from api.errors import BadInput
from api.support import documented
from api.support.base import SupportViewSet
from api.support.rows import BATCH, FAR, TicketShape, batches, comments_of, row_of, rows_of, ticket_shape
from api.support.serializers import TicketChangeIn, TicketIn
from api.support.streams import streamed
from api.support.vocabulary import PRIORITY, STATUS
from tickets import actions
from tickets.filters import Filters
from tickets.models import Ticket
from tickets.queries import TicketQuerySet
from tickets.words import Status

MOST_DIGITS = 18  # of an id


class Tickets(SupportViewSet):
    @documented.list_tickets
    def index(self, request: Request) -> HttpResponse | StreamingHttpResponse:
        """Complete. What one batch holds goes out at once, longer lists as a stream."""
        asked = _numbers(request._request, "assignee_id", "limit", "offset")
        filters = _filters(request._request.GET.get("status", ""), asked.get("assignee_id"))
        if filters is None:
            return self.show([])
        found = Ticket.objects.visible_to(self.actor).matching(filters)
        shapes: Iterator[list[TicketShape]] = (
            [ticket_shape(row) for row in rows]
            for rows in batches(found, offset=asked.get("offset", 0), limit=asked.get("limit", FAR))
        )
        first = next(shapes, [])
        return self.show(first) if len(first) < BATCH else streamed(chain([first], shapes))

    @documented.create_ticket
    def create(self, request: Request) -> HttpResponse:
        self.actor.must_write()
        values = _canonical(self.read(TicketIn))
        team = self.actor.key.team if self.actor.key else None  # the key's default team
        ticket = actions.open_ticket(by=self.actor, first_status=Status.OPEN, team=team, **values)
        shape = ticket_shape(row_of(ticket))
        if ticket.category:  # an object in this answer, and only here (§3.2)
            shape["category"] = {"id": ticket.category.pk, "name": ticket.category.name}
        return self.show(shape, 201)

    @documented.get_ticket
    def retrieve(self, request: Request, ticket_id: str) -> HttpResponse:
        rows = rows_of(self._named(ticket_id))
        if not rows:
            raise Gone
        return self.show({**ticket_shape(rows[0]), "comments": comments_of(rows[0].id)})

    @documented.change_ticket
    def update(self, request: Request, ticket_id: str) -> HttpResponse:
        self._ticket(ticket_id)
        self.actor.must_write()
        values = self.read(TicketChangeIn)
        with transaction.atomic():  # a status word means what it means at this moment: nobody may move it in between
            ticket = self._ticket(ticket_id, locked=True)
            changed = actions.change(ticket, by=self.actor, **_canonical(values, Status(ticket.status)))
        return self.show(ticket_shape(row_of(changed)))

    @documented.delete_ticket
    def destroy(self, request: Request, ticket_id: str) -> HttpResponse:
        actions.delete_ticket(self._ticket(ticket_id), by=self.actor)
        return HttpResponse(status=204)

    def _named(self, ticket_id: str) -> TicketQuerySet:
        """The ticket of this number among those the caller may see; empty when there is none."""
        visible = Ticket.objects.visible_to(self.actor)
        is_number = ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) <= MOST_DIGITS
        return visible.filter(pk=int(ticket_id)) if is_number else visible.none()

    def _ticket(self, ticket_id: str, *, locked: bool = False) -> Ticket:
        tickets = self._named(ticket_id).only("pk", "status")
        ticket: Ticket | None = (tickets.select_for_update() if locked else tickets).first()
        if ticket is None:
            raise Gone
        return ticket


def _filters(status: str, assignee: int | None) -> Filters | None:
    """What the query narrows the list by; None where nothing can match: unknown words and people are no error."""
    statuses: list[Status] = []
    if status:
        try:
            statuses = STATUS.selects(status.lower())
        except KeyError:
            return None
    if assignee is None:
        return Filters(statuses=frozenset(statuses))
    return Filters(statuses=frozenset(statuses), assignees=frozenset({assignee})) if 0 < assignee <= FAR else None


def _numbers(request: HttpRequest, *names: str) -> dict[str, int]:
    """The given integers of the query, `limit` and `offset` from 0 on. Raises BadInput with all problems."""
    numbers: dict[str, int] = {}
    problems: list[Problem] = []
    for name in names:
        text = request.GET.get(name)
        if text is None:
            continue
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            problems.append(Problem(name, "This must be an integer."))
        elif digits != text and name != "assignee_id":
            problems.append(Problem(name, "This must be an integer from 0 on."))
        else:
            numbers[name] = int(text) if len(digits) <= MOST_DIGITS else FAR
    if problems:
        raise BadInput(*problems)
    return numbers


def _canonical(values: dict[str, Any], now: Status | None = None) -> dict[str, Any]:
    if "status" in values:
        values["status"] = STATUS.read(values["status"], now)
    if "priority" in values:
        values["priority"] = PRIORITY.read(values["priority"])
    return values
