"""GET /tickets (contract support §3.1)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from api.entry import ContractEntry
from api.support import rows, streams, tickets
from tests.api.support.caller import INVALID, Support, key_for
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Category
from tickets.words import Status

SHOWN_AS = {
    "open": [Status.NEW, Status.OPEN, Status.REOPENED],
    "in_progress": [Status.IN_PROGRESS, Status.PENDING],
    "closed": [Status.RESOLVED, Status.CLOSED],
}


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two, so that a handful of tickets is a long list."""
    monkeypatch.setattr(rows, "BATCH", 2)
    monkeypatch.setattr(tickets, "BATCH", 2)


def hang_up(response: Any) -> None:
    """What a server does at the end, whether the client has read all or not; our connection outlives it."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def test_the_sources_example(agnes: User) -> None:
    login = TicketFactory(
        subject="Login Issue",
        description="User cannot log in to their account.",
        priority=3,
        status="open",
        category=Category.objects.create(name="account"),
        assignee=agnes,
        created_at=datetime(2023, 10, 27, 10, tzinfo=UTC),
    )
    dark = TicketFactory(
        subject="Feature Request: Dark Mode",
        description="Request for a dark mode option in the user interface.",
        priority=1,
        category=Category.objects.create(name="ui"),
        created_at=datetime(2023, 10, 26, 15, 30, tzinfo=UTC),
    )
    with time_machine.travel(datetime(2023, 10, 27, 9, tzinfo=UTC), tick=False):
        actions.change(dark, by=acting(agnes), status="closed")
    answer = Support.of().get("/tickets")
    assert (answer.status, answer.streamed) == (200, False)
    assert answer.body == [
        {
            "id": login.pk,
            "subject": "Login Issue",
            "description": "User cannot log in to their account.",
            "status": "open",
            "priority": "high",
            "category": "account",
            "created_at": "2023-10-27T10:00:00Z",
            "updated_at": "2023-10-27T10:00:00Z",
            "assignee_id": agnes.pk,
        },
        {
            "id": dark.pk,
            "subject": "Feature Request: Dark Mode",
            "description": "Request for a dark mode option in the user interface.",
            "status": "closed",
            "priority": "low",
            "category": "ui",
            "created_at": "2023-10-26T15:30:00Z",
            "updated_at": "2023-10-27T09:00:00Z",
            "assignee_id": None,
        },
    ]


def test_an_empty_list(agnes: User) -> None:
    assert Support.of(agnes).get("/tickets").body == []


@pytest.mark.parametrize("word", [*SHOWN_AS, "OPEN", "In_Progress"])
def test_a_shown_status_finds_all_that_are_shown_so(word: str, agnes: User) -> None:
    made = {status: TicketFactory(status=status).pk for status in Status}
    answer = Support.of(agnes).get("/tickets", status=word)
    assert answer.ids == [made[status] for status in Status if status in SHOWN_AS[word.lower()]]
    assert {ticket["status"] for ticket in answer.body} == {word.lower()}


@pytest.mark.parametrize("word", ["new", "pending", "reopened", "resolved"])
def test_the_other_canonical_statuses_are_exact(word: str, agnes: User) -> None:
    made = {status: TicketFactory(status=status).pk for status in Status}
    assert Support.of(agnes).get("/tickets", status=word).ids == [made[Status(word)]]


@pytest.mark.parametrize("word", ["waiting", "open,closed", "'; DROP TABLE", "a\x00b", "ÖPEN", " open"])
def test_an_unknown_status_finds_nothing(word: str, agnes: User) -> None:
    TicketFactory()
    answer = Support.of(agnes).get("/tickets", status=word)
    assert (answer.status, answer.body) == (200, [])


def test_the_filters_combine(agnes: User, ada: User) -> None:
    mine = TicketFactory(status="open", assignee=agnes)
    TicketFactory(status="closed", assignee=agnes)
    TicketFactory(status="open", assignee=ada)
    TicketFactory(status="open")
    support = Support.of(agnes)
    assert support.get("/tickets", status="open", assignee_id=agnes.pk).ids == [mine.pk]
    assert len(support.get("/tickets", assignee_id=agnes.pk).ids) == 2
    assert len(support.get("/tickets", status="open", unknown="x").ids) == 3


@pytest.mark.parametrize("nobody", ["0", "-1", "987654321", str(2**63), "9" * 30, "-" + "9" * 30])
def test_an_unknown_assignee_finds_nothing(nobody: str, agnes: User) -> None:
    TicketFactory(assignee=agnes)
    TicketFactory()
    assert Support.of(agnes).get("/tickets", assignee_id=nobody).body == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"assignee_id": "me"}, {"assignee_id"}),
        ({"assignee_id": ""}, {"assignee_id"}),
        ({"assignee_id": "1.0"}, {"assignee_id"}),
        ({"assignee_id": "--1"}, {"assignee_id"}),
        ({"assignee_id": "null"}, {"assignee_id"}),
        ({"assignee_id": "٣"}, {"assignee_id"}),
        ({"assignee_id": "\x00"}, {"assignee_id"}),
        ({"assignee_id": "x", "status": "nonsense"}, {"assignee_id"}),
        ({"limit": "-1"}, {"limit"}),
        ({"limit": "ten"}, {"limit"}),
        ({"offset": "-1", "limit": "x"}, {"offset", "limit"}),
    ],
)
def test_what_is_no_integer_is_named(query: dict[str, str], fields: set[str], agnes: User) -> None:
    answer = Support.of(agnes).get("/tickets", **query)
    assert (answer.said, answer.fields) == (INVALID, fields)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, slice(None)),
        ({"limit": 0}, slice(0)),
        ({"limit": 1}, slice(1)),
        ({"limit": 2}, slice(2)),
        ({"limit": 3}, slice(3)),
        ({"limit": 5}, slice(5)),
        ({"limit": 99}, slice(99)),
        ({"limit": 10**30}, slice(None)),
        ({"offset": 1}, slice(1, None)),
        ({"offset": 2, "limit": 3}, slice(2, 5)),
        ({"offset": 4, "limit": 2}, slice(4, 6)),
        ({"offset": 5}, slice(0, 0)),
        ({"offset": 10**30}, slice(0, 0)),
    ],
)
def test_limit_and_offset_cut_what_comes_in_batches(query: dict[str, int], wanted: slice, agnes: User) -> None:
    made = [TicketFactory().pk for _ in range(5)]
    assert Support.of(agnes).get("/tickets", **query).ids == made[wanted]


def test_every_match_comes_in_order_however_old_and_deleted_ones_do_not(small_batches: None, agnes: User) -> None:
    made = [TicketFactory(created_at=datetime(2026, 1, 9 - day, tzinfo=UTC)) for day in range(7)]
    actions.delete_ticket(made[2], by=acting(agnes))
    answer = Support.of(agnes).get("/tickets")
    assert answer.streamed
    assert answer.ids == [ticket.pk for ticket in made if ticket is not made[2]]
    assert Support.of(agnes).get("/tickets", status="closed").body == []


def test_a_stream_says_what_is_left_of_the_limit(small_batches: None, agnes: User) -> None:
    for _ in range(3):
        TicketFactory()
    answer = Support.of(agnes).get("/tickets")
    assert answer.streamed
    assert answer.headers["X-RateLimit-Limit"] == "300"
    assert answer.headers["Content-Type"] == "application/json"
    assert "Content-Length" not in answer.headers


def test_a_ticket_that_goes_while_the_list_is_sent_hides_no_other(small_batches: None, agnes: User) -> None:
    made = [TicketFactory() for _ in range(6)]
    response = Client().get("/v1/support/tickets", headers={"X-API-Key": key_for(agnes)})
    pieces = iter(response.streaming_content)
    sent = next(pieces)
    actions.delete_ticket(made[0], by=acting(agnes))
    sent += b"".join(pieces)
    for ticket in made:
        assert f'"id":{ticket.pk},'.encode() in sent


def test_two_long_lists_at_a_time_and_a_slot_comes_back_however_they_end(
    small_batches: None, agnes: User, rf: RequestFactory
) -> None:
    for _ in range(3):
        TicketFactory()
    headers = {"X-API-Key": key_for(agnes)}

    def begin() -> Any:
        """As a server would, which reads and closes by itself."""
        return ContractEntry(HttpResponse)(rf.get("/v1/support/tickets", headers=headers))

    half_read, unread = begin(), begin()
    next(iter(half_read.streaming_content))
    support = Support(headers["X-API-Key"])
    refused = support.get("/tickets")
    assert (refused.status, refused.body["error"]) == (429, "Too Many Requests")
    assert refused.headers["Retry-After"] == str(streams.RETRY_AFTER)
    assert support.get("/tickets", limit=1).status == 200  # a short one needs no slot
    hang_up(half_read)
    hang_up(unread)
    hang_up(unread)
    assert [support.get("/tickets").status for _ in range(4)] == [200] * 4
    again = [begin(), begin()]
    assert support.get("/tickets").status == 429
    for response in again:
        hang_up(response)


def test_a_list_costs_two_queries_and_one_more_a_batch(agnes: User, monkeypatch: pytest.MonkeyPatch) -> None:
    support = Support.of(agnes)
    category, team = Category.objects.all()[0], TeamFactory()
    counts = []
    for _ in (1, 2):
        for _ in range(5):
            TicketFactory(assignee=agnes, category=category, team=team, tags=["a"], custom={"os": "x"})
        support.get("/categories")  # notes when the key was last used
        with CaptureQueriesContext(connection) as queries:
            assert support.get("/tickets").status == 200
        counts.append(len(queries))
    assert counts == [2, 2]
    monkeypatch.setattr(rows, "BATCH", 4)
    monkeypatch.setattr(tickets, "BATCH", 4)
    with CaptureQueriesContext(connection) as queries:
        assert len(support.get("/tickets").ids) == 10
    assert len(queries) == 1 + 3
