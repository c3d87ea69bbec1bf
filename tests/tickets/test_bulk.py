"""Writing in bulk leaves the rows that the verbs would have left."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts.actor import Actor
from accounts.models import Door, Team, User
from tests.factories import TeamFactory, acting
from tickets import actions, bulk, tagging, tally
from tickets.filters import Filters
from tickets.models import Category, Comment, Ticket, TicketEvent, TicketTag
from tickets.words import Kind, Priority, Resolution, Status

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWN = {"id", "uuid", "tracking_token", "ticket_id", "comment_id"}  # differ from row to row


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def draft(rita: User, agnes: User, team: Team) -> bulk.Draft:
    """A story that touches everything a draft can say."""
    asking, answering = acting(rita, Door.MAIL), acting(agnes)
    return bulk.Draft(
        by=asking,
        at=START,
        requester=rita,
        subject="Printer on fire",
        values={
            "description": "It smokes since Monday.",
            "priority": Priority.HIGH,
            "category": Category.objects.get(name="Technical Support"),
        },
        tags=tagging.find_or_make(["printer", "fire"]),
        steps=[
            bulk.Change(
                answering, at(1), {"team": team, "assignee": agnes, "due_at": at(30), "priority": Priority.HIGH}
            ),
            bulk.Reply(answering, at(2), "Mind the cat.", internal=True),
            bulk.Reply(answering, at(3), "Do you have water?", set_status=Status.PENDING),
            bulk.Reply(asking, at(4), "Plenty."),
            bulk.Reply(answering, at(5), "Then it is out.", set_status=Status.RESOLVED),
            bulk.Reply(asking, at(6), "It burns again."),
            bulk.Change(answering, at(7), {"status": Status.OPEN}),
            bulk.Change(answering, at(8), {"status": Status.CLOSED, "resolution": Resolution.FIXED}),
            bulk.Change(answering, at(9), {"status": Status.CLOSED}),
        ],
    )


def by_the_verbs(draft: bulk.Draft) -> Ticket:
    """The same, one verb after the other, at its time; like a bulk of them, it tells nobody."""
    with time_machine.travel(draft.at, tick=False):
        words = [tag.text for tag in draft.tags]
        ticket = actions.open_ticket(
            by=draft.by, requester=draft.requester, subject=draft.subject, tags=words, silent=True, **draft.values
        )
    for step in draft.steps:
        with time_machine.travel(step.at, tick=False):
            if isinstance(step, bulk.Change):
                actions.change(ticket, by=step.by, silent=True, **step.values)
            else:
                said = {"content": step.content, "internal": step.internal, "set_status": step.set_status}
                actions.reply(ticket, by=step.by, silent=True, **said)
    return ticket


def plain(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in OWN
    }


def left_by(ticket: Ticket) -> dict[str, Any]:
    """Every row of a ticket without what is its own."""
    links = TicketTag.objects.filter(ticket=ticket).order_by("position").values_list("tag_id", "position")
    return {
        "ticket": plain(Ticket.objects.get(pk=ticket.pk)),
        "tags": list(links),
        "comments": [plain(comment) for comment in Comment.objects.filter(ticket=ticket).order_by("id")],
        "events": [plain(event) for event in TicketEvent.objects.filter(ticket=ticket).order_by("id")],
        "commented": [
            event.comment.content
            for event in TicketEvent.objects.filter(ticket=ticket, kind=Kind.COMMENTED).order_by("id")
            if event.comment
        ],
    }


def cells() -> dict[Status, int]:
    everything = Actor.system()
    return {status: tally.total(everything, Filters(statuses=frozenset({status}))) for status in Status}


def test_the_rows_are_those_of_the_verbs(rita: User, agnes: User) -> None:
    told = draft(rita, agnes, TeamFactory(name="Desk"))
    one = by_the_verbs(told)
    counted = cells()
    [other] = bulk.write([told])
    assert left_by(other) == left_by(one)
    assert cells() == {status: 2 * number for status, number in counted.items()}


def test_the_time_stamps_are_those_of_the_story(rita: User, agnes: User) -> None:
    [ticket] = bulk.write([draft(rita, agnes, TeamFactory(name="Desk"))])
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_response_at, ticket.closed_at) == (Status.CLOSED, at(3), at(8))
    assert (ticket.first_resolved_at, ticket.last_resolved_at) == (at(5), at(8))


def test_a_team_may_keep_resolved_tickets_resolved(rita: User, agnes: User) -> None:
    team = TeamFactory(name="Desk", reopen_on_reply=False)
    steps = [
        bulk.Change(acting(agnes), at(1), {"team": team, "status": Status.RESOLVED}),
        bulk.Reply(acting(rita), at(2), "Thanks."),
    ]
    [ticket] = bulk.write([bulk.Draft(acting(rita), START, rita, "Printer", steps=steps)])
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_what_was_written_is_found(rita: User, agnes: User) -> None:
    [ticket] = bulk.write([draft(rita, agnes, TeamFactory(name="Desk"))])
    everybody = Ticket.objects.visible_to(Actor.system())
    assert list(everybody.matching(Filters(words="smokes fire"))) == [ticket]
    assert list(everybody.matching(Filters(words="rita smokes", also_people=True))) == [ticket]


def test_a_batch_goes_in_whole_or_not_at_all(rita: User) -> None:
    unsayable = bulk.Reply(acting(rita), at(1), None)  # type: ignore[arg-type]  # no comment is without content
    good, bad = (bulk.Draft(acting(rita), START, rita, "Printer", steps=steps) for steps in ([], [unsayable]))
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.write([good, bad])
    assert not Ticket.everything.exists()
    assert not TicketEvent.objects.exists()


def test_every_ticket_has_its_own_secret_address(rita: User) -> None:
    tickets = bulk.write(bulk.Draft(acting(rita), START, rita, f"Printer {number}") for number in range(3))
    tokens = {ticket.tracking_token for ticket in tickets}
    assert len(tokens) == 3
    assert {UUID(str(token)).version for token in tokens} == {4}
