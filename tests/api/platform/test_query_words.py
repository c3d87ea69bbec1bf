"""GET /tickets with filters among the words of `q` (contract platform §12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions as people
from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import TeamFactory, TicketFactory, acting, agent
from tickets import actions
from tickets.models import Category, Ticket

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def found(user: User, q: str, **query: Any) -> str:
    """The first letters of the tickets' titles, in their order; the total is theirs."""
    answer = Platform(user).get("/tickets", q=q, sort="created_at", order="asc", per_page=100, **query)
    assert answer.status == 200
    assert answer.body["pagination"]["total"] == len(answer.data)
    walked = Platform(user).get("/tickets", q=q, sort="created_at", order="asc", per_page=100, cursor="", **query)
    assert walked.data == answer.data
    return "".join(shape["title"][0] for shape in answer.data)


@pytest.fixture
def _tickets(rita: User, sam: User, agnes: User) -> None:
    """Five, each a day after the one before, the first of them on New Year's day."""
    desk, billing = TeamFactory(name="Front desk"), Category.objects.get(name__startswith="Billing")
    rows: list[dict[str, Any]] = [
        {"subject": "a printer smokes", "status": "open", "priority": 4, "requester": rita, "team": desk},
        {
            "subject": "b printer error:42",
            "status": "in_progress",
            "assignee": agnes,
            "requester": sam,
            "tags": ["vpn"],
        },
        {"subject": "c smokes printer", "status": "closed", "requester": rita, "tags": ["two words"]},
        {"subject": "d http://example.com/x", "requester": sam, "category": billing, "due_at": JANUARY},
        {"subject": "e paper jam", "status": "pending", "priority": 3, "assignee": agnes, "requester": rita},
    ]
    for number, row in enumerate(rows):
        TicketFactory(**row, description="Every day.", created_at=JANUARY + timedelta(days=number))


@pytest.mark.usefixtures("_tickets")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("status:open", "a"),
        ("status:in-progress,closed", "bc"),
        ("status:open status:new", "ad"),
        ("priority:critical", "a"),
        ("priority:urgent priority:high", "ae"),
        ("assignee:me", "be"),
        ("assignee:none", "acd"),
        ("is:unassigned printer", "ac"),
        ("assignee:AGNES@example.test status:pending", "e"),
        ("assignee:{agnes}", "be"),
        ("requester:rita@example.test", "ace"),
        ("requester:me", ""),
        ("requester:nobody@example.test", ""),
        ("tag:vpn", "b"),
        ('tag:"two words" tag:vpn', "bc"),
        ('team:"front desk"', "a"),
        ("team:none printer", "bc"),
        ('category:"Billing Inquiry"', "d"),
        ("created:2026-01-02", "b"),
        ("created:>2026-01-02", "cde"),
        ("created:>=2026-01-02", "bcde"),
        ("created:<2026-01-02", "a"),
        ("created:<=2026-01-02", "ab"),
        ("created:2026-01-02..2026-01-04", "bcd"),
        ("created:>2026-01-01 created:<2026-01-03", "b"),
        ("due:2026-01-01", "d"),
        ("is:overdue", "d"),
        ("is:overdue status:closed", ""),
        ('"printer smokes"', "a"),
        ('"SMOKES, printer"', "c"),
        ('"printer smo"', ""),  # words in quotes are whole
        ('"smokes every"', ""),  # of one text
        ('"day" status:open', "a"),
        ('"every day" "paper jam"', "e"),
        ("error:42", "b"),
        ("http://example.com", "d"),
        ("status:banana", ""),
        ("printer status:", ""),
        ("printer", "abc"),
        ("prin smo", "ac"),
        ('"printer', "abc"),
        ('printer ""', "abc"),
        ('""', ""),
        ('"!!!"', ""),
        ("-status:open", ""),  # no filter: words that no ticket holds
    ],
)
def test_filters_phrases_and_words(q: str, expected: str, agnes: User) -> None:
    assert found(agnes, q.format(agnes=agnes.uuid)) == expected


@pytest.mark.usefixtures("_tickets")
def test_parameters_and_filters_must_both_hold(agnes: User) -> None:
    assert found(agnes, "status:open", status="open,closed") == "a"
    assert found(agnes, "status:open", status="closed") == ""
    assert found(agnes, "printer requester:rita@example.test", priority="critical") == "a"


@pytest.mark.usefixtures("_tickets")
def test_a_day_ends_at_midnight_in_utc(agnes: User) -> None:
    TicketFactory(subject="z", created_at=datetime(2026, 1, 2, 23, 59, 59, 999999, tzinfo=UTC))
    assert found(agnes, "created:2026-01-02") == "bz"
    assert found(agnes, "created:>2026-01-02") == "cde"


@pytest.mark.usefixtures("_tickets")
def test_a_customer_finds_their_own_and_learns_nothing_of_others(rita: User, sam: User, agnes: User) -> None:
    assert found(rita, "requester:me") == "ace"
    assert found(rita, "assignee:agnes@example.test") == "e"
    assert found(rita, "is:unassigned") == "ac"
    for somebody in ("sam@example.test", "nobody@example.test", str(sam.uuid), str(sam.pk), "999999"):
        assert found(rita, f"requester:{somebody}") == ""
    assert found(rita, "created:2026-01-02") == found(rita, "tag:vpn") == found(rita, '"printer error"') == ""


def test_who_left_is_still_found_by_their_address(agnes: User, ada: User, rita: User) -> None:
    TicketFactory(subject="o", requester=rita)
    people.delete_user(rita, by=acting(ada))
    again = people.add_user(by=acting(ada), email=rita.email, full_name="Rita the second")
    TicketFactory(subject="n", requester=again)
    assert found(agnes, f"requester:{rita.email}") == "on"


def test_overdue_is_what_is_late_and_not_done(agnes: User) -> None:
    late = timezone.now() - timedelta(minutes=1)
    TicketFactory(subject="a", due_at=late)
    TicketFactory(subject="b", due_at=late + timedelta(hours=1))
    done = TicketFactory(subject="c", due_at=late)
    TicketFactory(subject="d")
    actions.change(done, by=acting(agnes), status="resolved")
    assert found(agnes, "is:overdue") == "a"


@pytest.mark.parametrize(
    "q",
    [
        " ".join(f"tag:t{number}" for number in range(1000)),
        " ".join(f"requester:{number}@example.test" for number in range(1000)),
        '"a b" ' * 1000,
        "a" * 100_000,
        '"' + "word " * 20_000 + '"',
        '"' * 9_999,
        'tag:"' * 5_000,
        "(" * 5_000 + '"a' + ")" * 5_000,
        "status:open " * 2_000,
        "tag:' OR 1=1 --",
        "assignee__password:x requester__password__startswith:a",
        "team:'; DROP TABLE tickets_ticket; --",
        '"a \' & | ! <-> *" tag:%_ category:"\\"',
        "created:2026-01-01..0001-01-01 due:0001-01-01",
        "requester:" + "9" * 18,
        "tag:\N{FIRE}\u0301\u202e",
    ],
    ids=lambda q: q[:20],
)
def test_hostile_searches_are_answered(q: str, agnes: User) -> None:
    TicketFactory(subject="calm")
    platform = Platform(agnes)
    for query in ({}, {"cursor": ""}):
        with CaptureQueriesContext(connection) as queries:
            assert platform.get("/tickets", q=q, **query).data == []
        assert len(queries) <= 4
        assert max(len(captured["sql"]) for captured in queries) < 20_000
    assert Ticket.objects.count() == 1


def test_a_search_with_everything_costs_four_queries_at_most(agnes: User) -> None:
    team = TeamFactory(name="Desk")
    for number in range(5):
        TicketFactory(
            team=team,
            tags=["vpn"],
            assignee=agnes,
            custom={"os": "x"},
            requester=agent("Mika") if number == 0 else agnes,
        )
    platform = Platform(agnes)
    q = f'smokes "since monday" assignee:{agnes.email} team:desk tag:vpn created:>2026-01-01 status:new'
    for query in ({}, {"cursor": ""}):
        with CaptureQueriesContext(connection) as queries:
            assert len(platform.get("/tickets", q=q, **query).data) == 5
        assert len(queries) <= 4
