"""The page of one ticket: for staff with composer and properties, for customers the public conversation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.entry import PageRequest, for_people
from accounts.errors import Gone
from tickets import fields
from tickets.choices import choices
from tickets.forms.properties import PropertyForm
from tickets.forms.writing import ReplyForm
from tickets.lists import tags_of_row
from tickets.models import Ticket
from tickets.pages.history import Glossary
from tickets.pages.rail import rail
from tickets.pages.timeline import MESSAGES, timeline
from tickets.rules import CUSTOMER_MAY_SET
from tickets.words import Status


def ticket_of(actor: Actor, number: int) -> Ticket:
    """The ticket with its relations and tags, in one query. Raises Gone."""
    related = ("requester", "assignee", "team", "category")
    rows = Ticket.objects.visible_to(actor).select_related(*related).annotate(row_tags=tags_of_row())
    ticket: Ticket | None = rows.filter(pk=number).first()
    if ticket is None:
        raise Gone
    ticket.tag_texts = list(dict.fromkeys(ticket.row_tags))  # type: ignore[attr-defined]
    return ticket


@require_safe
@for_people
def show(request: PageRequest, number: int) -> HttpResponse:
    """One ticket."""
    return page(request, ticket_of(request.actor, number))


def page(request: PageRequest, ticket: Ticket, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The whole page; `extra` replaces parts of its context (a form with errors, a conflict)."""
    staff = request.actor.staff
    context = desk(request, ticket, **extra) if staff else portal(request, ticket, **extra)
    if staff:
        context["views"] = rail(request.actor)
    return render(request, "tickets/ticket.html" if staff else "tickets/portal_ticket.html", context, status=status)


def desk(request: PageRequest, ticket: Ticket, **extra: Any) -> dict[str, Any]:
    """What staff see of a ticket, without the rail: five queries besides the ticket's own."""
    actor = request.actor
    definitions = fields.definitions_of(ticket.team_id)
    others = Ticket.objects.visible_to(actor).filter(requester=ticket.requester).exclude(pk=ticket.pk)
    offered = choices(people=fields.people_in(ticket.fields), tickets=others)
    glossary = Glossary(
        definitions={definition.uuid: definition for definition in definitions},
        people={pk: person.full_name for pk, person in offered.people.items()},
    )
    context: dict[str, Any] = {
        "ticket": ticket,
        "may_write": not actor.read_only,
        "others": offered.tickets,
        "tags": offered.tags,
        "timeline": timeline(ticket, by=actor, messages=_messages(request), glossary=glossary),
        "reply": ReplyForm(),
        "statuses": [status for status in Status if status != ticket.status and may_follow(status, ticket)],
    }
    context |= extra
    again: PropertyForm | None = context.pop("again", None)
    if again is not None:
        context["properties"] = PropertyForm.again(again, ticket, offered)
    context.setdefault("properties", PropertyForm.of(ticket, offered, definitions))
    return context


def may_follow(status: Status, ticket: Ticket) -> bool:
    """Whether the composer offers to set the status: nothing becomes new, and only what is done is reopened."""
    return status != Status.NEW and (status != Status.REOPENED or bool(ticket.is_done))


def portal(request: PageRequest, ticket: Ticket, **extra: Any) -> dict[str, Any]:
    """What the requester sees."""
    return {
        "ticket": ticket,
        "may_write": not request.actor.read_only,
        "timeline": timeline(ticket, by=request.actor, messages=_messages(request)),
        "reply": ReplyForm(),
        "may_set": [status for status in (Status.CLOSED, Status.REOPENED) if may_set(ticket, status)],
        **extra,
    }


def may_set(ticket: Ticket, status: Status) -> bool:
    """Whether the button makes sense: close what is not closed, reopen what is done."""
    return status in CUSTOMER_MAY_SET and (
        ticket.status != Status.CLOSED if status == Status.CLOSED else bool(ticket.is_done)
    )


def _messages(request: PageRequest) -> int:
    text = request.GET.get("messages", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else MESSAGES
