"""Tickets through contract toptickets (§5.1)."""

import re
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.actions import find_or_add_customer
from accounts.errors import Gone, Problem
from accounts.models import Role, Team, User
from api.errors import BadInput
from api.toptickets import documented, showing, wording
from api.toptickets.base import TopTicketsViewSet
from api.toptickets.query import Page, Query
from api.toptickets.serializers import TicketChangeIn, TicketIn
from api.toptickets.showing import TicketRow
from api.toptickets.vocabulary import PRIORITIES, PRIORITY, STATUS, STATUSES
from tickets import actions, desk
from tickets.filters import Filters
from tickets.models import Ticket
from tickets.queries import TicketQuerySet
from tickets.words import Status

DEEP = 1_000  # from this offset on, ids are fetched from the index first
_DISPLAY_ID = re.compile(r"\bTKT-(?=\d)", re.IGNORECASE)
NO_TICKET = "Ticket not found"


class OfTicket(TopTicketsViewSet):
    """What names a ticket in its path."""

    def ticket(self, uuid: UUID) -> Ticket:
        """Number and id of the ticket; verbs read the row again, locked."""
        found: Ticket | None = self.tickets(uuid).only("pk", "uuid").first()
        if found is None:
            raise Gone(NO_TICKET)
        return found

    def tickets(self, uuid: UUID) -> TicketQuerySet:
        visible: TicketQuerySet = Ticket.objects.visible_to(self.actor)
        return visible.filter(uuid=uuid)


class Tickets(OfTicket):
    resource = "tickets"

    @documented.list_tickets
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        statuses, priorities = check.words("status", STATUSES), check.words("priority", PRIORITIES)
        assignee, team, customer = (check.id(name) for name in ("assigned_user_id", "assigned_team_id", "customer_id"))
        filters = Filters(
            statuses=frozenset(status for word in statuses for status in STATUS.selects(word)),
            priorities=frozenset(PRIORITY.read(word) for word in priorities),
            assignees=frozenset({assignee} if assignee else ()),
            teams=frozenset({team} if team else ()),
            requesters=frozenset({customer} if customer else ()),
            words=_DISPLAY_ID.sub("", check.text("search")),
            also_people=True,
        )
        category, unassigned = check.text("category").strip(), check.flag("unassigned")
        page = check.page()
        check.finish()
        found = Ticket.objects.visible_to(self.actor).matching(filters)
        if category:
            found = found.filter(category__name__iexact=category)
        if unassigned is not None:
            nobody = Q(assignee=None, team=None)
            found = found.filter(nobody if unassigned else ~nobody)
        return self.show([showing.ticket(row) for row in _rows(found, page)])

    @documented.create_ticket
    def create(self, request: Request) -> HttpResponse:
        values = self.read(TicketIn)
        with transaction.atomic():  # a new customer or category only with the ticket
            ticket = actions.open_ticket(by=self.actor, first_status=Status.NEW, **self._canonical(values))
        return self.show(showing.ticket(showing.row_of(ticket)), 201)

    @documented.get_ticket
    def retrieve(self, request: Request, ticket_id: str) -> HttpResponse:
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        values = self.tickets(uuid).values_list(*TicketRow._fields).first()
        if values is None:
            raise Gone(NO_TICKET)
        return self.show(showing.ticket(TicketRow(*values)))

    @documented.change_ticket
    def partial_update(self, request: Request, ticket_id: str) -> HttpResponse:
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        self.ticket(uuid)  # what is not there is said before what is wrong with the body
        values = self.read(TicketChangeIn)
        with transaction.atomic():
            now = self._locked(uuid)
            changed = actions.change(now, by=self.actor, **self._canonical(values, now))
        return self.show(showing.ticket(showing.row_of(changed)))

    @documented.delete_ticket
    def destroy(self, request: Request, ticket_id: str) -> HttpResponse:
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        actions.delete_ticket(self.ticket(uuid), by=self.actor)
        return HttpResponse(status=204)

    def _locked(self, uuid: UUID) -> Ticket:
        """The ticket as it is now: what a word means depends on the status it meets."""
        related = self.tickets(uuid).select_related("requester", "assignee", "team")
        found: Ticket | None = related.select_for_update(of=("self",)).first()
        if found is None:
            raise Gone(NO_TICKET)
        return found

    def _canonical(self, values: dict[str, Any], now: Ticket | None = None) -> dict[str, Any]:
        """What was read in the domain's names. References that `now` holds already are left out: people may have left
        who still stand on a ticket. Raises BadInput for those to nobody."""
        if "status" in values:
            values["status"] = STATUS.read(values["status"], Status(now.status) if now else None)
        if "priority" in values:
            values["priority"] = PRIORITY.read(values["priority"])
        email, name = values.pop("customer_email", None), values.pop("customer_name", None)
        problems = _refer(values, now)
        if problems:
            raise BadInput(*problems)
        if now is None and "requester" not in values:
            values["requester"] = find_or_add_customer(by=self.actor, email=email, full_name=name or "")
        if values.get("category") is not None:
            values["category"] = desk.find_or_add_category(by=self.actor, name=values["category"])
        return values


def _refer(values: dict[str, Any], now: Ticket | None) -> list[Problem]:
    """Puts people and teams in the place of their ids; returns what is wrong with ids that name nobody."""
    problems = []
    for name, field, rows, thing in (
        ("customer_id", "requester", User.objects.filter(role=Role.CUSTOMER), "customer"),
        ("assigned_user_id", "assignee", User.objects.all().staff(), "user"),
        ("assigned_team_id", "team", Team.objects.all(), "team"),
    ):
        if name not in values:
            continue
        uuid = values.pop(name)
        held = getattr(now, field, None)
        if held is not None and held.uuid == uuid:
            continue
        values[field] = rows.filter(uuid=uuid).first() if uuid else None
        if uuid and values[field] is None:
            problems.append(wording.absent(name, thing))
    return problems


def _rows(found: TicketQuerySet, page: Page) -> list[TicketRow]:
    """The rows of a page, newest first, with one query."""
    order = ("-created_at", "-id")
    wanted = found.order_by(*order)[page.cut()]
    if page.offset >= DEEP:
        wanted = Ticket.objects.filter(pk__in=wanted.values("pk")).order_by(*order)
    return [TicketRow(*values) for values in wanted.values_list(*TicketRow._fields)]
