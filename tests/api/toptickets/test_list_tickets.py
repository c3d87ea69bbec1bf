"""GET /tickets: filters, pages, order (contract toptickets §4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import User
from tests.api.toptickets.caller import NOBODY, Answer, TopTickets
from tests.factories import TeamFactory, TicketFactory
from tickets import desk
from tickets.words import Status


def subjects(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    return "".join(ticket["subject"] for ticket in answer.body)


@pytest.fixture
def days(db: None) -> None:
    """Tickets a to e, a day apart; e is the newest."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for day, subject in enumerate("abcde"):
        TicketFactory(subject=subject, created_at=start + timedelta(days=day))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "edcba"),
        ({"limit": 2}, "ed"),
        ({"offset": 1, "limit": 2}, "dc"),
        ({"skip": 3}, "ba"),
        ({"offset": 1, "skip": 3}, "dcba"),
        ({"offset": 4}, "a"),
        ({"offset": 5}, ""),
        ({"offset": 10**30}, ""),
        ({"limit": 500}, "edcba"),
        ({"sort": "subject", "page": 7}, "edcba"),
    ],
)
@pytest.mark.usefixtures("days")
def test_pages_newest_first(query: dict[str, Any], expected: str, agnes: User) -> None:
    assert subjects(TopTickets(agnes).get("/tickets", **query)) == expected


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ({"limit": 0}, "value_error.number.not_ge", "ensure this value is greater than or equal to 1"),
        ({"limit": -1}, "value_error.number.not_ge", "ensure this value is greater than or equal to 1"),
        ({"limit": 501}, "value_error.number.not_le", "ensure this value is less than or equal to 500"),
        ({"limit": "x"}, "type_error.integer", "value is not a valid integer"),
        ({"limit": ""}, "type_error.integer", "value is not a valid integer"),
        ({"limit": "1.5"}, "type_error.integer", "value is not a valid integer"),
        ({"limit": "٣"}, "type_error.integer", "value is not a valid integer"),
        ({"offset": -1}, "value_error.number.not_ge", "ensure this value is greater than or equal to 0"),
        ({"offset": "9" * 5000}, "type_error.integer", "value is not a valid integer"),
        ({"skip": -1}, "value_error.number.not_ge", "ensure this value is greater than or equal to 0"),
        (
            {"status": "waiting"},
            "type_error.enum",
            "value is not a valid enumeration member; permitted: 'new', 'open', 'pending', 'resolved', 'closed'",
        ),
        (
            {"priority": "critical"},
            "type_error.enum",
            "value is not a valid enumeration member; permitted: 'low', 'medium', 'high', 'urgent'",
        ),
        ({"assigned_user_id": "x"}, "type_error.uuid", "value is not a valid uuid"),
        ({"assigned_team_id": ""}, "type_error.uuid", "value is not a valid uuid"),
        ({"customer_id": "1"}, "type_error.uuid", "value is not a valid uuid"),
        ({"unassigned": "maybe"}, "type_error.bool", "value could not be parsed to a boolean"),
        ({"search": "a\x00"}, "value_error.characters", "value holds characters that cannot be stored"),
        ({"category": "a\x00"}, "value_error.characters", "value holds characters that cannot be stored"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(query: dict[str, Any], kind: str, message: str, agnes: User) -> None:
    answer = TopTickets(agnes).get("/tickets", **query)
    (name,) = query
    assert (answer.status, answer.problems) == (422, {("query", name): (kind, message)})


def test_status_filters_select_all_that_show_the_word(agnes: User) -> None:
    for status in Status:
        TicketFactory(subject=status.value, status=status)
    api = TopTickets(agnes)
    expected = {
        "new": {"new"},
        "open": {"open", "in_progress", "reopened"},
        "pending": {"pending"},
        "resolved": {"resolved"},
        "closed": {"closed"},
    }
    for word, statuses in expected.items():
        assert {one["subject"] for one in api.get("/tickets", status=word).body} == statuses
    both = expected["new"] | expected["open"]
    for query in ("new,open", ["new", "open"]):
        assert {one["subject"] for one in api.get("/tickets", status=query).body} == both


def test_filters_combine(ada: User, agnes: User, rita: User, sam: User) -> None:
    team = TeamFactory()
    category = desk.find_or_add_category(by=Actor.system(), name="Hardware")
    TicketFactory(subject="a", requester=rita, priority=3, status="open", assignee=agnes)
    TicketFactory(subject="b", requester=sam, priority=3, status="open", team=team, category=category)
    TicketFactory(subject="c", requester=rita, priority=1)
    api = TopTickets(agnes)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"status": "open", "priority": "high"}, "ba"),  # the source's example
        ({"priority": "high,low"}, "cba"),
        ({"customer_id": rita.uuid}, "ca"),
        ({"customer_id": rita.uuid, "priority": "high"}, "a"),
        ({"assigned_user_id": agnes.uuid}, "a"),
        ({"assigned_team_id": team.uuid}, "b"),
        ({"assigned_user_id": NOBODY}, ""),
        ({"category": "hardWARE"}, "b"),
        ({"category": "Hard"}, ""),
        ({"unassigned": "true"}, "c"),
        ({"unassigned": "false"}, "ba"),
        ({"unassigned": "0"}, "ba"),
        ({"unassigned": "true", "assigned_user_id": agnes.uuid}, ""),
        ({"unknown": "x"}, "cba"),
    ]
    for query, expected in cases:
        assert subjects(api.get("/tickets", **query)) == expected, query


def test_search_looks_at_text_number_and_customer(agnes: User, rita: User, sam: User) -> None:
    first = TicketFactory(requester=rita, subject="Login issue", description="since the update")
    TicketFactory(requester=sam, subject="Printer", description="paper jam")
    api = TopTickets(agnes)
    for words, found in (
        ("login issue", True), ("LOGIN update", True), ("login printer", False), ("rita", True),
        ("rita@example.test", True), (f"TKT-{first.pk}", True), (str(first.pk), True), ("tkt-99999", False),
        ("'; DROP TABLE", False), ("!!!", False),
    ):  # fmt: skip
        answer = api.get("/tickets", search=words)
        assert [ticket["id"] for ticket in answer.body] == ([str(first.uuid)] if found else []), words
    assert len(api.get("/tickets", search=" ").body) == 2


def test_a_page_costs_two_queries_whatever_it_holds(ada: User, agnes: User) -> None:
    team = TeamFactory()
    api = TopTickets(ada)
    api.get("/tickets")  # stamps the key as used
    counts = []
    for more in (1, 20):
        for number in range(more):
            TicketFactory(team=team, assignee=agnes, tags=[f"t{number}"], custom={"os": "x"})
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get("/tickets", status="new").body) in (1, 21)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_a_page_far_down_holds_what_belongs_there(agnes: User) -> None:
    for subject in "ab":
        TicketFactory(subject=subject)
    assert TopTickets(agnes).get("/tickets", offset=1000).body == []
