"""PUT /tickets/{ticket_id} (contract support §3.4, §7)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.support.caller import INVALID, NO_TICKET, Support
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Category, Ticket, TicketEvent
from tickets.words import Status

SHOWN = {
    "new": "open", "open": "open", "reopened": "open", "in_progress": "in_progress", "pending": "in_progress",
    "resolved": "closed", "closed": "closed",
}  # fmt: skip


def expected(now: str, word: str) -> str:
    """The echo rule, then the reopen rule, then the word itself (§7)."""
    if SHOWN[now] == word:
        return now
    if word == "open" and now in ("resolved", "closed"):
        return "reopened"
    return word


def test_the_sources_example(agnes: User) -> None:
    ticket = TicketFactory(
        subject="Login Issue",
        description="User cannot log in to their account.",
        priority=3,
        status="open",
        category=Category.objects.create(name="account"),
        assignee=agnes,
        created_at=datetime(2023, 10, 27, 10, tzinfo=UTC),
    )
    with time_machine.travel(datetime(2023, 10, 27, 11, 30, tzinfo=UTC), tick=False):
        answer = Support.of().put(f"/tickets/{ticket.pk}", {"status": "closed", "assignee_id": None})
    assert answer.status == 200
    assert answer.body == {
        "id": ticket.pk,
        "subject": "Login Issue",
        "description": "User cannot log in to their account.",
        "status": "closed",
        "priority": "high",
        "category": "account",
        "created_at": "2023-10-27T10:00:00Z",
        "updated_at": "2023-10-27T11:30:00Z",
        "assignee_id": None,
    }
    ticket.refresh_from_db()
    assert ticket.closed_at == ticket.resolved_at == datetime(2023, 10, 27, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("word", list(Status.values))
@pytest.mark.parametrize("now", list(Status.values))
def test_every_status_word_on_every_status(now: str, word: str, agnes: User) -> None:
    ticket = TicketFactory(status=now)
    answer = Support.of(agnes).put(f"/tickets/{ticket.pk}", {"status": word.upper()})
    ticket.refresh_from_db()
    assert ticket.status == expected(now, word)
    assert answer.body["status"] == SHOWN[ticket.status]
    assert TicketEvent.objects.filter(ticket=ticket, kind="changed").count() == int(ticket.status != now)


@pytest.mark.parametrize("now", list(Status.values))
def test_putting_back_what_was_got_changes_nothing(now: str, agnes: User) -> None:
    ticket = TicketFactory(status=now, category=Category.objects.all()[0], assignee=agnes)
    support = Support.of(agnes)
    before = Ticket.objects.values().get()
    got = support.get(f"/tickets/{ticket.pk}").body
    answer = support.put(f"/tickets/{ticket.pk}", got)
    assert answer.body == {name: value for name, value in got.items() if name != "comments"}
    assert Ticket.objects.values().get() == before


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"subject": "New"}, {}),
        ({"description": "New"}, {}),
        ({"description": ""}, {}),
        ({"priority": "Urgent"}, {"priority": "urgent"}),
        ({"category_id": 3}, {"category": "Technical Support"}),
        ({"category_id": None}, {"category": None}),
        ({"assignee_id": None}, {}),
        ({"unknown": 1, "category": "x", "id": 7, "created_at": "2020-01-01"}, None),
        ({}, None),
    ],
)
def test_one_field_changes_and_the_rest_stays(
    change: dict[str, Any], shown: dict[str, Any] | None, agnes: User
) -> None:
    team = TeamFactory()
    ticket = TicketFactory(
        category=Category.objects.all()[0], assignee=agnes, team=team, tags=["vpn"], custom={"os": "x"}
    )
    support = Support.of(agnes)
    got = support.get(f"/tickets/{ticket.pk}").body
    del got["comments"]
    after = support.put(f"/tickets/{ticket.pk}", change).body
    differ = {name for name in got if got[name] != after[name]} - {"updated_at"}
    if shown is None:
        assert after == got
    else:
        wanted = shown or change
        assert differ == set(wanted)
        assert {name: after[name] for name in wanted} == wanted
    ticket = Ticket.objects.get()
    assert (ticket.team, ticket.tag_texts, ticket.custom) == (team, ["vpn"], {"os": "x"})


def test_somebody_is_assigned(agnes: User, ada: User) -> None:
    ticket = TicketFactory()
    assert Support.of(agnes).put(f"/tickets/{ticket.pk}", {"assignee_id": ada.pk}).body["assignee_id"] == ada.pk


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"subject": ""}, {"subject"}),
        ({"subject": None}, {"subject"}),
        ({"subject": "x" * 501}, {"subject"}),
        ({"description": None}, {"description"}),
        ({"description": 1}, {"description"}),
        ({"status": "waiting"}, {"status"}),
        ({"status": ""}, {"status"}),
        ({"status": None}, {"status"}),
        ({"status": ["open"]}, {"status"}),
        ({"priority": "critical"}, {"priority"}),
        ({"priority": None}, {"priority"}),
        ({"category_id": 987654}, {"category_id"}),
        ({"category_id": "3"}, {"category_id"}),
        ({"assignee_id": 987654}, {"assignee_id"}),
        ({"assignee_id": "me"}, {"assignee_id"}),
        ({"status": "x", "priority": "y", "subject": " "}, {"status", "priority", "subject"}),
    ],
)
def test_a_refused_body_names_every_field_and_changes_nothing(
    change: dict[str, Any], fields: set[str], agnes: User
) -> None:
    ticket = TicketFactory(assignee=agnes)
    before = Ticket.objects.values().get()
    answer = Support.of(agnes).put(f"/tickets/{ticket.pk}", {"description": "other", **change})
    assert (answer.said, answer.fields) == (INVALID, fields)
    assert Ticket.objects.values().get() == before


def test_the_message_names_the_three_shown_statuses(agnes: User) -> None:
    answer = Support.of(agnes).put(f"/tickets/{TicketFactory().pk}", {"status": "waiting"})
    assert answer.body["errors"] == {"status": ["Status must be one of: open, in_progress, closed"]}


def test_customers_are_not_assigned(agnes: User, rita: User) -> None:
    answer = Support.of(agnes).put(f"/tickets/{TicketFactory().pk}", {"assignee_id": rita.pk})
    assert (answer.said, answer.fields) == (INVALID, {"assignee_id"})


@pytest.mark.parametrize("ticket_id", ["0", "abc", "987654", "9" * 30])
def test_what_is_no_ticket_is_not_found_whatever_the_body(ticket_id: str, agnes: User) -> None:
    support = Support.of(agnes)
    assert support.put(f"/tickets/{ticket_id}", {"status": "closed"}).said == NO_TICKET
    assert support.put(f"/tickets/{ticket_id}", {"status": "nonsense"}).said == NO_TICKET


def test_a_deleted_ticket_is_not_found(agnes: User) -> None:
    ticket = TicketFactory()
    actions.delete_ticket(ticket, by=acting(agnes))
    assert Support.of(agnes).put(f"/tickets/{ticket.pk}", {"status": "closed"}).said == NO_TICKET


def test_changing_costs_a_bounded_number_of_queries(agnes: User) -> None:
    ticket = TicketFactory()
    support = Support.of(agnes)
    support.get("/categories")
    with CaptureQueriesContext(connection) as queries:
        body = {"status": "closed", "category_id": 3, "assignee_id": agnes.pk, "subject": "x"}
        assert support.put(f"/tickets/{ticket.pk}", body).status == 200
    said = [q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    print(len(said))
    assert len(said) <= 14, said
