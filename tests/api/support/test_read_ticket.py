"""GET /tickets/{ticket_id} (contract support §3.3)."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import User
from tests.api.support.caller import NO_TICKET, Support
from tests.factories import TicketFactory, UserFactory, acting
from tickets import actions
from tickets.models import Category, Comment


def test_the_sources_example(rita: User, agnes: User) -> None:
    asks = UserFactory(email="user@example.com")
    answers = UserFactory(email="agent@example.com", role="agent")
    ticket = TicketFactory(
        subject="Login Issue",
        description="User cannot log in to their account.",
        priority=3,
        status="open",
        category=Category.objects.create(name="account"),
        assignee=answers,
        requester=asks,
        created_at=datetime(2023, 10, 27, 10, tzinfo=UTC),
    )
    first = actions.reply(
        ticket,
        by=acting(asks),
        content="This started happening this morning.",
        created_at=datetime(2023, 10, 27, 10, 5, tzinfo=UTC),
    )
    second = actions.reply(
        ticket,
        by=acting(answers),
        content="We are investigating this issue.",
        created_at=datetime(2023, 10, 27, 10, 15, tzinfo=UTC),
    )
    answer = Support.of().get(f"/tickets/{ticket.pk}")
    assert answer.status == 200
    assert answer.body.pop("updated_at") == "2023-10-27T10:15:00Z"
    assert answer.body == {
        "id": ticket.pk,
        "subject": "Login Issue",
        "description": "User cannot log in to their account.",
        "status": "open",
        "priority": "high",
        "category": "account",
        "created_at": "2023-10-27T10:00:00Z",
        "assignee_id": answers.pk,
        "comments": [
            {
                "id": first.pk,
                "author": "user@example.com",
                "content": "This started happening this morning.",
                "created_at": "2023-10-27T10:05:00Z",
            },
            {
                "id": second.pk,
                "author": "agent@example.com",
                "content": "We are investigating this issue.",
                "created_at": "2023-10-27T10:15:00Z",
            },
        ],
    }


def test_nothing_is_null_or_empty_but_never_left_out(agnes: User) -> None:
    ticket = TicketFactory(description="")
    shape = Support.of(agnes).get(f"/tickets/{ticket.pk}").body
    assert (shape["description"], shape["category"], shape["assignee_id"], shape["comments"]) == ("", None, None, [])


def test_internal_notes_and_deleted_comments_are_left_out(agnes: User) -> None:
    ticket = TicketFactory()
    actions.reply(ticket, by=acting(agnes), content="Secret", internal=True)
    gone = actions.reply(ticket, by=acting(agnes), content="Gone")
    Comment.objects.filter(pk=gone.pk).update(deleted_at=datetime.now(UTC))
    kept = actions.reply(ticket, by=Actor.system(), content="Escalated")
    comments = Support.of(agnes).get(f"/tickets/{ticket.pk}").body["comments"]
    assert [(comment["id"], comment["author"]) for comment in comments] == [(kept.pk, "system")]


@pytest.mark.parametrize(
    "ticket_id", ["0", "999999", "-1", "1.0", "abc", "9" * 18, "9" * 40, "٣", "%00", "1%0A", "null", "1;2", "%ff"]
)
def test_what_is_no_ticket_is_not_found(ticket_id: str, agnes: User) -> None:
    TicketFactory()
    assert Support.of(agnes).get(f"/tickets/{ticket_id}").said == NO_TICKET


def test_a_ticket_costs_three_queries_however_much_was_said(agnes: User) -> None:
    ticket = TicketFactory(assignee=agnes, category=Category.objects.all()[0])
    support = Support.of(agnes)
    counts = []
    for _ in (1, 2):
        for _ in range(4):
            actions.reply(ticket, by=acting(agnes), content="x")
        support.get("/categories")
        with CaptureQueriesContext(connection) as queries:
            assert support.get(f"/tickets/{ticket.pk}").status == 200
        counts.append(len(queries))
    assert counts == [3, 3]
