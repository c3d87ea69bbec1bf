"""Tickets through contract taas (§3.1 to §3.4)."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.errors import Gone
from accounts.walking import KEY, Place
from api.taas import asking, documented, people, reading, tokens, writing
from api.taas.base import TaasViewSet
from api.taas.params import Params, first
from api.taas.serializers import ChangeIn, StatusIn, TicketIn
from api.taas.tokens import Continuation
from api.taas.vocabulary import RESOLVED, STATUS
from tickets import actions, keyset, lists
from tickets.models import Ticket
from tickets.words import Status

PAGE, MOST = 10, 1000
LIST = "tickets"


class Tickets(TaasViewSet):
    @documented.list_tickets
    def index(self, request: Request) -> HttpResponse:
        limit = min(self.params.number("limit", PAGE, least=1), MOST)
        offset = self.params.number("offset", 0, least=0)
        token = first(request.headers, "continuationToken") or self.params.text("continuationToken")
        going_on = tokens.read(LIST, self.desk.uuid, token) if token else None
        question = Params(going_on.asked) if going_on else self.params
        asked = asking.asked(question, self.actor)
        fields = reading.chosen(self.params.parts("select"), self.params.parts("include"))
        rows = keyset.rows(
            asked.tickets,
            asked.sort,
            reading.columns(fields),
            descending=asked.descending,
            most=limit + 1,
            offset=0 if going_on else min(offset, 2**62),
            after=going_on.place if going_on else None,
        )
        answer: dict[str, Any] = {"items": reading.items(rows[:limit], fields, self.desk)}
        if len(rows) > limit:
            last = rows[limit - 1]
            place = Place(last["id"], key=last[KEY])
            answer["continuationToken"] = tokens.issue(LIST, self.desk.uuid, Continuation(asking.kept(question), place))
        answer["itemCount"] = lists.total_of(self.actor, asked.tickets, asked.tallied)
        return self.show(answer)

    @documented.create_ticket
    def create(self, request: Request) -> HttpResponse:
        self.actor.must_write()
        hours = self.params.hours()
        sent = self.read(TicketIn)
        with transaction.atomic():
            values = writing.values(sent["ticket"], by=self.actor, team=self.desk, hours=hours)
            by = people.acting(sent["user"], by=self.actor)
            ticket = actions.open_ticket(by=by, team=self.desk, first_status=Status.OPEN, **values)
        return self.shown(ticket, 201)

    @documented.get_ticket
    def retrieve(self, request: Request, ticket_id: str) -> HttpResponse:
        self.params.hours()
        item = reading.item(self.named(ticket_id), self.actor, self.params.parts("include"))
        if item is None:
            raise Gone("There is no such ticket.")
        return self.show({"item": item})

    @documented.change_ticket
    def update(self, request: Request, ticket_id: str) -> HttpResponse:
        self.actor.must_write()
        hours = self.params.hours()
        sent = self.read(ChangeIn)
        updates = sent["updates"]
        with transaction.atomic():
            ticket = self.locked(ticket_id)
            values = writing.values(updates, by=self.actor, team=self.desk, hours=hours, ticket=ticket)
            by = people.acting(sent["user"], by=self.actor)
            if "status" in updates:
                _move(ticket, updates, by=by, others=values)
            else:
                actions.change(ticket, by=by, **values)
        return self.shown(ticket)

    @documented.patch_ticket
    def partial_update(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.update(request, ticket_id)

    @documented.set_status
    def status(self, request: Request, ticket_id: str) -> HttpResponse:
        self.actor.must_write()
        self.params.hours()
        sent = self.read(StatusIn)
        with transaction.atomic():
            ticket = self.locked(ticket_id)
            _move(ticket, sent, by=people.acting(sent["user"], by=self.actor), others={})
        return self.shown(ticket)

    @documented.post_status
    def post_status(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.status(request, ticket_id)

    def shown(self, ticket: Ticket, status: int = 200) -> HttpResponse:
        """The ticket as it is now."""
        tickets = Ticket.objects.filter(pk=ticket.pk)
        return self.show({"item": reading.item(tickets, self.actor, self.params.parts("include"))}, status)


def _move(ticket: Ticket, sent: dict[str, Any], *, by: Actor, others: dict[str, Any]) -> None:
    """The status with what is said about it: one step, one line of history; `others` change before it is said."""
    status = STATUS.read(sent["status"], Status(ticket.status))
    comment = sent.get("comment") or ""
    values: dict[str, Any] = {}
    if sent["status"] in RESOLVED:
        if sent.get("resolution"):
            values["resolution"] = sent["resolution"]
        if comment.strip():
            values["resolution_comment"] = comment
    if comment.strip():
        actions.change(ticket, by=by, **others)
        actions.reply(ticket, by=by, content=comment, set_status=status, values=values)
    else:
        actions.change(ticket, by=by, status=status, **values, **others)
