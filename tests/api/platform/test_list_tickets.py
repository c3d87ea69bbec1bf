"""GET /tickets (contract platform §3.1, §5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from tests.api.platform.caller import Platform
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions, tally
from tickets.models import CustomField, Ticket


def titles(answer: Any) -> list[str]:
    return [ticket["title"] for ticket in answer.data]


def test_newest_first_with_every_field(agnes: User, rita: User) -> None:
    team = TeamFactory(name="Desk")
    ticket = TicketFactory(
        requester=rita, by=acting(agnes), team=team, assignee=agnes, tags=["vpn", "net"], custom={"os": "Debian"}
    )
    newer = TicketFactory()
    answer = Platform(agnes).get("/tickets")
    assert [shape["id"] for shape in answer.data] == [str(newer.uuid), str(ticket.uuid)]
    shape = answer.data[1]
    assert shape["number"] == ticket.pk
    assert shape["created_by"] == {"id": str(rita.uuid), "name": "Rita", "email": "rita@example.test"}
    assert shape["assigned_to"]["id"] == shape["entered_by"]["id"] == str(agnes.uuid)
    assert shape["team"] == {"id": str(team.uuid), "name": "Desk"}
    assert (shape["tags"], shape["custom_fields"]) == (["vpn", "net"], {"os": "Debian"})
    assert "comments" not in shape
    assert answer.body["pagination"] == {
        "total": 2, "per_page": 20, "current_page": 1, "last_page": 1, "next_page_url": None, "prev_page_url": None,
    }  # fmt: skip


def test_customers_see_only_what_they_requested(rita: User, sam: User) -> None:
    TicketFactory(requester=rita, subject="Mine")
    TicketFactory(requester=sam, subject="Not hers")
    answer = Platform(rita).get("/tickets")
    assert titles(answer) == ["Mine"]
    assert answer.body["pagination"]["total"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "open"}, {"b"}),
        ({"status": "open,new"}, {"a", "b"}),
        ({"status": " open , closed "}, {"b", "c"}),
        ({"priority": "critical"}, {"c"}),
        ({"priority": "urgent,low"}, {"a", "c"}),
        ({"assigned_to": "none"}, {"a", "b"}),
        ({"assigned_to": "agnes"}, {"c"}),
        ({"created_by": "rita"}, {"a"}),
        ({"created_by": "rita", "status": "closed"}, set()),
        ({"assigned_to": "agent789"}, set()),
        ({"created_by": "00000000-0000-0000-0000-000000000001"}, set()),
        ({"unknown": "parameter"}, {"a", "b", "c"}),
        ({"status": ""}, {"a", "b", "c"}),
    ],
)
def test_filters_combine(query: dict[str, str], expected: set[str], agnes: User, rita: User) -> None:
    TicketFactory(subject="a", requester=rita, priority=1)
    TicketFactory(subject="b", status="open")
    TicketFactory(subject="c", status="closed", priority=4, assignee=agnes)
    people = {"agnes": agnes, "rita": rita}
    query = {name: str(people[value].uuid) if value in people else value for name, value in query.items()}
    answer = Platform(agnes).get("/tickets", **query)
    assert set(titles(answer)) == expected
    assert answer.body["pagination"]["total"] == len(expected)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("vpn", True),
        ("VPN hour", True),
        ("dro hou", True),  # every word is a prefix
        ("cafe", True),  # accents do not count
        ("CAFÉ", True),
        ("vpn printer", False),
        ("rops", False),
        ("rita", False),  # title and description only
        ("'; DROP TABLE tickets_ticket; --", False),
        ('" OR 1=1', False),
        ("!!!", False),
        ("vpn*", True),
        ("a:b & | ! <-> (", False),
        (" ", True),  # no words, no filter
    ],
)
def test_every_word_must_occur_in_title_or_description(words: str, found: bool, agnes: User, rita: User) -> None:
    TicketFactory(requester=rita, subject="VPN drops", description="Every hour, in the café")
    answer = Platform(agnes).get("/tickets", q=words)
    assert len(answer.data) == answer.body["pagination"]["total"] == int(found)


def test_a_changed_title_is_found_by_its_new_words_only(agnes: User) -> None:
    ticket = TicketFactory(subject="Old words", description="x")
    actions.change(ticket, by=acting(agnes), subject="Fresh ones")
    assert len(Platform(agnes).get("/tickets", q="fresh").data) == 1
    assert Platform(agnes).get("/tickets", q="old").data == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "dcba"),
        ({"order": "asc"}, "abcd"),
        ({"sort": "priority"}, "bdca"),  # by weight; c and d weigh the same, so the newest comes first
        ({"sort": "priority", "order": "asc"}, "adcb"),
        ({"sort": "updated_at"}, "adcb"),
    ],
)
def test_sorting(query: dict[str, str], expected: str, agnes: User) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for day, (subject, priority) in enumerate([("a", 1), ("b", 4), ("c", 2), ("d", 2)]):
        TicketFactory(subject=subject, priority=priority, created_at=start + timedelta(days=day))
    actions.change(Ticket.objects.get(subject="a"), by=acting(agnes), description="touched")
    assert "".join(titles(Platform(agnes).get("/tickets", **query))) == expected


def test_pages_have_links_that_keep_the_query(agnes: User) -> None:
    for number in range(5):
        TicketFactory(subject=str(number))
    answer = Platform(agnes).get("/tickets", per_page=2, page=2, order="asc")
    assert titles(answer) == ["2", "3"]
    assert answer.body["pagination"] == {
        "total": 5, "per_page": 2, "current_page": 2, "last_page": 3,
        "next_page_url": "/api/v1/tickets?per_page=2&order=asc&page=3",
        "prev_page_url": "/api/v1/tickets?per_page=2&order=asc&page=1",
    }  # fmt: skip
    following = answer.body["pagination"]["next_page_url"].removeprefix("/api/v1")
    assert titles(Platform(agnes).get(following)) == ["4"]


def test_a_page_past_the_end_is_empty_and_knows_the_total(agnes: User) -> None:
    TicketFactory()
    for page in (2, 100, 10**15):
        answer = Platform(agnes).get("/tickets", page=page)
        assert (answer.status, answer.data, answer.body["pagination"]["total"]) == (200, [], 1)


def test_too_many_rows_a_page_are_lowered(agnes: User) -> None:
    assert Platform(agnes).get("/tickets", per_page=1000).body["pagination"]["per_page"] == 100


@pytest.mark.parametrize(
    "query",
    [
        {"status": "waiting"},
        {"status": "Open"},
        {"priority": "highest"},
        {"sort": "title"},
        {"sort": "assigned_to__password"},
        {"order": "up"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "1.5"},
        {"page": "x"},
        {"page": ""},
        {"page": "9" * 30},
        {"per_page": "0"},
        {"per_page": "٣"},
        {"q": "a\x00b"},
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(query: dict[str, str], agnes: User) -> None:
    answer = Platform(agnes).get("/tickets", **query)
    assert (answer.status, answer.code, answer.fields) == (400, "invalid_input", set(query))


def test_the_message_of_an_unknown_priority_is_the_contracts(agnes: User) -> None:
    answer = Platform(agnes).get("/tickets", priority="x", status="y")
    assert answer.fields == {"priority", "status"}
    messages = {detail["field"]: detail["message"] for detail in answer.body["error"]["details"]}
    assert messages["priority"] == "Priority must be one of: low, medium, high, critical"


def test_totals_follow_every_change_and_folding(agnes: User) -> None:
    tickets = [TicketFactory(status="open") for _ in range(3)]

    def totals() -> list[int]:
        answers = [Platform(agnes).get("/tickets", **query) for query in ({}, {"status": "open"}, {"priority": "high"})]
        return [answer.body["pagination"]["total"] for answer in answers]

    assert totals() == [3, 3, 0]
    actions.change(tickets[0], by=acting(agnes), status="closed", priority=3)
    actions.delete_ticket(tickets[1], by=acting(agnes))
    assert totals() == [2, 1, 1]
    assert tally.fold() > 0
    assert totals() == [2, 1, 1]


def filled(team: Team, agnes: User, count: int) -> None:
    """Tickets with everything that could cost a query of its own."""
    for number in range(count):
        TicketFactory(team=team, assignee=agnes, tags=[f"t{number}"], custom={"os": "x", "owner": [str(agnes.uuid)]})


def test_a_list_costs_four_queries_whatever_it_holds(agnes: User) -> None:
    team = TeamFactory()
    CustomField.objects.create(team=team, title="Owner", key="owner", kind="people")
    platform = Platform(agnes)
    filled(team, agnes, 1)
    counts = []
    for more in (0, 30):
        filled(team, agnes, more)
        with CaptureQueriesContext(connection) as queries:
            assert platform.get("/tickets", per_page=100, status="new").status == 200
        counts.append(len(queries))
    assert counts == [4, 4], [query["sql"] for query in queries]
