"""POST /tickets (contract support §3.2)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.keys import BOT
from accounts.models import Door, User
from tests.api.support.caller import INVALID, Support
from tests.factories import TeamFactory, acting
from tickets.models import Category, Ticket, TicketEvent
from tickets.words import Kind, Status

GOOD = {"subject": "Badge reader dead", "description": "Door 5."}


def test_the_sources_example(agnes: User) -> None:
    body = {
        "subject": "Password Reset Needed",
        "description": "I forgot my password and need to reset it.",
        "priority": "high",
        "category_id": 3,
    }
    with time_machine.travel(datetime(2023, 10, 27, 11, tzinfo=UTC), tick=False):
        answer = Support.of(agnes).post("/tickets", body)
    assert answer.status == 201
    assert answer.body == {
        "id": Ticket.objects.get().pk,
        "subject": "Password Reset Needed",
        "description": "I forgot my password and need to reset it.",
        "status": "open",
        "priority": "high",
        "category": {"id": 3, "name": "Technical Support"},
        "created_at": "2023-10-27T11:00:00Z",
        "updated_at": "2023-10-27T11:00:00Z",
        "assignee_id": None,
    }


def test_a_new_ticket_is_the_owners_and_open(agnes: User) -> None:
    shape = Support.of(agnes).post("/tickets", {**GOOD, "status": "closed", "unknown": {"a": [1]}}).body
    assert (shape["status"], shape["priority"], shape["category"], shape["assignee_id"]) == (
        "open", "medium", None, None
    )  # fmt: skip
    ticket = Ticket.objects.get(pk=shape["id"])
    assert (ticket.status, ticket.requester, ticket.created_by, ticket.team) == (Status.OPEN, agnes, agnes, None)
    assert (ticket.created_door, ticket.created_key) == (Door.SUPPORT, agnes.keys.get())
    event = TicketEvent.objects.get()
    assert (event.kind, event.actor, event.door) == (Kind.CREATED, agnes, Door.SUPPORT)


def test_a_key_without_owner_is_the_bot(db: None) -> None:
    Support.of().post("/tickets", GOOD)
    ticket = Ticket.objects.get()
    assert (ticket.requester.email, ticket.requester.full_name) == (BOT, "Support API")


def test_a_key_with_a_team_puts_tickets_there_and_sees_all(agnes: User) -> None:
    team = TeamFactory()
    support = Support.of(agnes, team)
    assert Ticket.objects.get(pk=support.post("/tickets", GOOD).body["id"]).team == team
    other = Support.of(agnes).post("/tickets", GOOD).body["id"]
    assert support.get(f"/tickets/{other}").status == 200
    assert len(support.get("/tickets").ids) == 2


@pytest.mark.parametrize("word", ["low", "medium", "high", "urgent", "Urgent", "LOW"])
def test_priorities_in_any_case(word: str, agnes: User) -> None:
    assert Support.of(agnes).post("/tickets", {**GOOD, "priority": word}).body["priority"] == word.lower()


def test_an_assignee_is_taken(agnes: User, ada: User) -> None:
    shape = Support.of(agnes).post("/tickets", {**GOOD, "assignee_id": ada.pk, "category_id": None}).body
    assert (shape["assignee_id"], shape["category"]) == (ada.pk, None)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"subject": None}, {"subject"}),
        ({"subject": " \n"}, {"subject"}),
        ({"subject": ""}, {"subject"}),
        ({"subject": "x" * 501}, {"subject"}),
        ({"subject": "a\x00b"}, {"subject"}),
        ({"subject": 5}, {"subject"}),
        ({"subject": ["x"]}, {"subject"}),
        ({"description": None}, {"description"}),
        ({"description": "  "}, {"description"}),
        ({"description": "x" * 100_001}, {"description"}),
        ({"description": {"a": 1}}, {"description"}),
        ({"priority": "critical"}, {"priority"}),
        ({"priority": ""}, {"priority"}),
        ({"priority": None}, {"priority"}),
        ({"priority": 3}, {"priority"}),
        ({"category_id": 987654}, {"category_id"}),
        ({"category_id": 0}, {"category_id"}),
        ({"category_id": -1}, {"category_id"}),
        ({"category_id": 2**63}, {"category_id"}),
        ({"category_id": "3"}, {"category_id"}),
        ({"category_id": 3.0}, {"category_id"}),
        ({"category_id": True}, {"category_id"}),
        ({"category_id": {"id": 3}}, {"category_id"}),
        ({"category_id": [3]}, {"category_id"}),
        ({"assignee_id": 987654}, {"assignee_id"}),
        ({"assignee_id": 2**64 - 1}, {"assignee_id"}),
        ({"assignee_id": "rita"}, {"assignee_id"}),
        ({"assignee_id": False}, {"assignee_id"}),
        ({"subject": None, "priority": "x", "assignee_id": 987654}, {"subject", "priority", "assignee_id"}),
    ],
)
def test_a_refused_body_names_every_field_and_saves_nothing(
    change: dict[str, Any], fields: set[str], agnes: User
) -> None:
    answer = Support.of(agnes).post("/tickets", {**GOOD, **change})
    assert (answer.said, answer.fields) == (INVALID, fields)
    assert all(sentence for sentences in answer.body["errors"].values() for sentence in sentences)
    assert not Ticket.objects.exists()


def test_what_is_missing_is_named(agnes: User) -> None:
    answer = Support.of(agnes).post("/tickets", {})
    assert (answer.said, answer.fields) == (INVALID, {"subject", "description"})


def test_an_unknown_priority_is_told_the_known_ones(agnes: User) -> None:
    answer = Support.of(agnes).post("/tickets", {**GOOD, "priority": "x"})
    assert answer.body["errors"] == {"priority": ["Priority must be one of: low, medium, high, urgent"]}


def test_only_active_staff_are_assigned(agnes: User, ada: User, rita: User) -> None:
    support = Support.of(ada)
    actions.change_user(agnes, by=acting(ada), is_active=False)
    for person in (agnes, rita):
        answer = support.post("/tickets", {**GOOD, "assignee_id": person.pk})
        assert (answer.said, answer.fields) == (INVALID, {"assignee_id"})


def test_a_category_that_is_no_longer_offered_is_refused(agnes: User) -> None:
    Category.objects.filter(pk=3).update(is_active=False)
    answer = Support.of(agnes).post("/tickets", {**GOOD, "category_id": 3})
    assert (answer.said, answer.fields) == (INVALID, {"category_id"})


def test_the_longest_texts_are_taken_as_they_are(agnes: User) -> None:
    body = {"subject": "é" * 500, "description": " <b>x</b>\n" * 10_000}
    shape = Support.of(agnes).post("/tickets", body).body
    assert (shape["subject"], shape["description"]) == (body["subject"], body["description"])


def test_creating_costs_a_bounded_number_of_queries(agnes: User) -> None:
    support = Support.of(agnes)
    body = {**GOOD, "category_id": 3, "assignee_id": agnes.pk}
    support.post("/tickets", body)
    with CaptureQueriesContext(connection) as queries:
        assert support.post("/tickets", body).status == 201
    said = [q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    print(len(said))
    assert len(said) <= 10, said
