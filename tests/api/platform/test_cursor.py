"""Lists walked by `cursor=` instead of `page` (contract platform §12)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.platform.caller import Answer, Platform
from tests.factories import TeamFactory, TicketFactory, UserFactory, acting, admin, agent
from tickets import actions, lists, search
from tickets.filters import Filters
from tickets.models import CustomField, Ticket

ORDERS = list(product(["created_at", "updated_at", "priority"], ["asc", "desc"]))
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def _twelve(rita: User) -> None:
    """Many share a priority, and some the moment they came."""
    for number in range(12):
        came = JANUARY + timedelta(days=number // 3)
        TicketFactory(subject=f"Printer {number}", requester=rita, priority=1 + number % 3, created_at=came)


def walk(platform: Platform, path: str, **query: Any) -> Iterator[Answer]:
    """Every page from the first to the last."""
    cursor = ""
    while cursor is not None:
        answer = platform.get(path, cursor=cursor, **query)
        assert answer.status == 200
        yield answer
        cursor = next_cursor(answer)


def ids(*answers: Answer) -> list[str]:
    return [shape["id"] for answer in answers for shape in answer.data]


def next_cursor(answer: Answer) -> Any:
    return answer.body["pagination"]["next_cursor"]


def prev_cursor(answer: Answer) -> Any:
    return answer.body["pagination"]["prev_cursor"]


@pytest.mark.usefixtures("_twelve")
@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_a_walk_shows_what_pages_show_and_leads_back(sort: str, order: str, agnes: User) -> None:
    platform = Platform(agnes)
    asked = {"sort": sort, "order": order}
    whole = ids(platform.get("/tickets", per_page=100, **asked))
    for size in (1, 5, 12):
        pages = list(walk(platform, "/tickets", per_page=size, **asked))
        assert ids(*pages) == whole
        assert pages[0].body["pagination"] == {
            "next_cursor": next_cursor(pages[0]),
            "prev_cursor": None,
            "per_page": size,
        }
        for earlier, later in pairwise(pages):
            back = platform.get("/tickets", per_page=size, cursor=prev_cursor(later), **asked)
            assert ids(back) == ids(earlier)
            assert ids(platform.get("/tickets", per_page=size, cursor=next_cursor(back), **asked)) == ids(later)


@pytest.mark.usefixtures("_twelve")
@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_tickets_come_and_go_while_a_program_walks(sort: str, order: str, agnes: User) -> None:
    platform = Platform(agnes)
    asked = {"sort": sort, "order": order, "per_page": 4}
    everything = set(ids(platform.get("/tickets", per_page=100)))
    first = platform.get("/tickets", cursor="", **asked)
    gone = ids(first)[-1]  # the one that the cursor names
    actions.delete_ticket(Ticket.objects.get(uuid=gone), by=acting(agnes))
    for priority in (1, 2, 3, 4):
        TicketFactory(priority=priority, created_at=JANUARY + timedelta(days=1))
    pages = [first]
    while next_cursor(pages[-1]):
        pages.append(platform.get("/tickets", cursor=next_cursor(pages[-1]), **asked))
    seen = ids(*pages)
    assert len(seen) == len(set(seen))
    assert everything <= set(seen)
    back = platform.get("/tickets", cursor=prev_cursor(pages[1]), **{**asked, "per_page": 100})
    assert set(ids(first)) - {gone} <= set(ids(back))
    assert set(ids(back)).isdisjoint(ids(pages[1]))


@pytest.mark.usefixtures("_twelve")
def test_filters_narrow_a_walk(agnes: User) -> None:
    platform = Platform(agnes)
    for asked in ({"priority": "low"}, {"q": "printer"}, {"q": "printer 1"}, {"assigned_to": "none", "status": "new"}):
        pages = list(walk(platform, "/tickets", per_page=3, **asked))
        assert ids(*pages) == ids(platform.get("/tickets", per_page=100, **asked)) != []
    assert ids(*walk(platform, "/tickets", q="scanner")) == ids(*walk(platform, "/tickets", q="!!!")) == []


@pytest.mark.usefixtures("_twelve")
def test_a_cursor_goes_before_a_page_and_asks_for_no_total(agnes: User) -> None:
    platform = Platform(agnes)
    answer = platform.get("/tickets", cursor="", page="x", per_page=500)
    assert (answer.status, len(answer.data)) == (200, 12)
    assert answer.body["pagination"] == {"next_cursor": None, "prev_cursor": None, "per_page": 100}
    with CaptureQueriesContext(connection) as queries:
        platform.get("/tickets", cursor="", status="new")
    assert not any("COUNT(" in query["sql"] or "SUM(" in query["sql"] for query in queries)


def test_people_by_name(agnes: User) -> None:
    for name in ("Bo", "Ada", "Bo", "Cy", "Bo"):
        UserFactory(full_name=name)
    platform = Platform(agnes)
    whole = ids(platform.get("/users", per_page=100))
    pages = list(walk(platform, "/users", per_page=2))
    assert (ids(*pages), len(pages)) == (whole, 3)
    assert ids(platform.get("/users", per_page=2, cursor=prev_cursor(pages[2]))) == ids(pages[1])
    assert ids(*walk(platform, "/users", per_page=1, role="customer", q="B")) == whole[2:5]


def test_the_history_of_a_ticket(agnes: User) -> None:
    ticket, other = TicketFactory(), TicketFactory()
    for number in range(4):
        actions.change(ticket, by=acting(agnes), subject=f"Subject {number}")
    platform = Platform(agnes)
    path = f"/tickets/{ticket.pk}/events"
    pages = list(walk(platform, path, per_page=2))
    assert ids(*pages) == ids(platform.get(path))
    assert [shape["kind"] for shape in pages[0].data] == ["created", "changed"]
    assert ids(platform.get(f"/tickets/{ticket.uuid}/events", cursor=prev_cursor(pages[1]), per_page=2)) == ids(
        pages[0]
    )
    assert platform.get(f"/tickets/{other.pk}/events", cursor=next_cursor(pages[0])).fields == {"cursor"}


@pytest.mark.usefixtures("_twelve")
@pytest.mark.parametrize(
    "changed",
    [
        {"status": "new"},
        {"priority": "low"},
        {"q": "scanner"},
        {"sort": "priority"},
        {"order": "asc"},
        {"assigned_to": "none"},
        {"created_by": "00000000-0000-0000-0000-000000000001"},
    ],
    ids=str,
)
def test_a_cursor_belongs_to_what_was_asked(changed: dict[str, str], agnes: User) -> None:
    platform = Platform(agnes)
    asked = {"q": "printer", "per_page": 2}
    cursor = next_cursor(platform.get("/tickets", cursor="", **asked))
    assert platform.get("/tickets", cursor=cursor, **{**asked, "per_page": 5}).status == 200
    answer = platform.get("/tickets", cursor=cursor, **{**asked, **changed})
    assert (answer.status, answer.code, answer.fields) == (400, "invalid_input", {"cursor"})


@pytest.mark.usefixtures("_twelve")
@pytest.mark.parametrize("damage", ["cut", "forged", "people", "log", "text", "bytes", "long"])
def test_a_forged_or_foreign_cursor_is_refused(damage: str, ada: User) -> None:
    platform = Platform(ada)
    right = next_cursor(platform.get("/tickets", cursor="", per_page=1))
    UserFactory()
    wrong = {
        "cut": right[:-1],
        "forged": "x" + right[1:],
        "people": next_cursor(platform.get("/users", cursor="", per_page=1)),
        "log": platform.get("/events").body["pagination"]["poll_cursor"],
        "text": "tomorrow",
        "bytes": "\x00é:\N{FIRE}:",
        "long": "a" * 5000,
    }[damage]
    answer = platform.get("/tickets", cursor=wrong)
    assert (answer.status, answer.code, answer.fields) == (400, "invalid_input", {"cursor"})


@pytest.mark.usefixtures("_twelve")
def test_a_cursor_of_staff_shows_a_customer_nothing(agnes: User, rita: User, sam: User) -> None:
    TicketFactory(requester=sam, subject="Not hers")
    staffs = next_cursor(Platform(agnes).get("/tickets", cursor="", per_page=1))
    hers = next_cursor(Platform(rita).get("/tickets", cursor="", per_page=1))
    assert Platform(rita).get("/tickets", cursor=staffs).fields == {"cursor"}
    assert Platform(sam).get("/tickets", cursor=hers).fields == {"cursor"}
    assert Platform(agent("Mika")).get("/tickets", cursor=staffs).status == 200  # they see the same tickets
    titles = [shape["title"] for answer in walk(Platform(rita), "/tickets", per_page=5) for shape in answer.data]
    assert (len(titles), "Not hers" in titles) == (12, False)


def test_a_customer_still_may_not_list_people_or_read_histories(rita: User) -> None:
    ticket = TicketFactory(requester=rita)
    for path in ("/users", f"/tickets/{ticket.pk}/events"):
        assert Platform(rita).get(path, cursor="").status == 403


def test_a_walk_costs_four_queries_at_most_whatever_it_holds_and_however_deep(agnes: User) -> None:
    team = TeamFactory()
    CustomField.objects.create(team=team, title="Owner", key="owner", kind="people")
    for number in range(30):
        TicketFactory(team=team, tags=[f"t{number}"], custom={"os": "x", "owner": [str(agnes.uuid)]}, priority=2)
    admin("Root")
    platform = Platform(agnes)
    for path, most, query in (
        *(("/tickets", 4, {"sort": sort, "order": order}) for sort, order in ORDERS),
        ("/tickets", 4, {"q": "smokes", "status": "new"}),
        ("/users", 2, {}),
        (f"/tickets/{Ticket.objects.first().pk}/events", 4, {}),  # type: ignore[union-attr]
    ):
        counts = []
        for size, cursor in ((1, ""), (20, ""), (9, None)):
            if cursor is None:
                cursor = next_cursor(platform.get(path, cursor="", per_page=9, **query)) or ""
            with CaptureQueriesContext(connection) as queries:
                assert platform.get(path, cursor=cursor, per_page=size, **query).status == 200
            counts.append(len(queries))
        assert max(counts) <= most, (path, query, counts)


@pytest.mark.usefixtures("_twelve")
def test_words_of_very_many_tickets_are_walked_too(agnes: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 3)
    by, filters, order = acting(agnes), Filters(words="printer"), lists.Order("priority", descending=False)
    expected = [row.id for row in lists.page_of(by, filters, order, offset=0, limit=20).rows]
    seen, place = [], None
    while len(seen) < 12:
        page = lists.walk(by, filters, order, place, 5)
        seen += [row.id for row in page.rows]
        place = page.following
    assert (seen, place, len(seen)) == (expected, None, 12)
    assert lists.walk(by, Filters(words="scanner"), order, None, 5).rows == []
