"""GET /tickets (contract taas §3.1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Team, User
from api.taas.reading import FIELDS
from api.taas.vocabulary import SORTS, STATUS, STATUSES
from tests.api.taas.caller import KIM, Answer, Taas
from tests.factories import TagCategoryFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import CustomField, Ticket
from tickets.words import STAGES, Status

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def titles(answer: Answer) -> str:
    return "".join(item["title"] for item in answer.items)


@pytest.fixture
def five(desk: Team, agnes: User, rita: User, sam: User) -> list[Ticket]:
    """Tickets a to e, one a day, no two alike."""
    made = [
        ("a", "open", 1, rita, agnes),
        ("b", "reopened", 4, sam, None),
        ("c", "pending", 2, rita, None),
        ("d", "resolved", 3, sam, agnes),
        ("e", "closed", 2, rita, None),
    ]
    return [
        TicketFactory(
            team=desk, subject=subject, status=status, priority=priority, requester=requester, assignee=assignee,
            created_at=START + timedelta(days=day),
            due_at=START + timedelta(days=10 - day) if day < 3 else None,
        )
        for day, (subject, status, priority, requester, assignee) in enumerate(made)
    ]  # fmt: skip


def test_newest_first_with_every_field(desk: Team, taas: Taas, five: list[Ticket], agnes: User) -> None:
    TicketFactory(subject="elsewhere", team=TeamFactory())
    TicketFactory(subject="nowhere")
    answer = taas.get("/tickets")
    assert titles(answer) == "edcba"
    assert answer.body["itemCount"] == 5
    assert answer.token is None
    assert set(answer.items[0]) == set(FIELDS)
    item, ticket = answer.items[-1], five[0]
    assert item["assignee"] == {"id": str(agnes.uuid), "name": "Agnes", "email": "agnes@example.test"}
    assert (item["status"], item["priority"]) == ("Open", "Low")
    assert item["createdOn"] == "2026-01-01T12:00:00.000Z"
    assert item["expectedDate"] == "2026-01-11T12:00:00.000Z"
    assert item["createdBy"] == {"id": "system", "name": "System", "email": ""}
    assert item["id"] == str(ticket.uuid)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "Open"}, "a"),
        ({"status": "started"}, "c"),
        ({"status": "In Progress"}, "c"),
        ({"status": " Closed"}, "e"),
        ({"status": "Resolved,closed"}, "ed"),
        ({"statusId": "Reopened"}, "b"),
        ({"status": "Open", "statusId": "Closed"}, ""),
        ({"isResolved": "true"}, "ed"),
        ({"isResolved": "FALSE"}, "cba"),
        ({"isResolved": "true", "status": "Open"}, ""),
        ({"priority": "Important"}, "d"),
        ({"priority": "urgent, low"}, "ba"),
        ({"priority": "High"}, "d"),
        ({"title": "C"}, "c"),
        ({"title": "%"}, ""),
        ({"search": "rita"}, "eca"),
        ({"search": "agnes"}, "da"),
        ({"search": "AGNES rita"}, "a"),
        ({"search": "sam@example.test d"}, "d"),
        ({"search": "smokes monday"}, "edcba"),
        ({"search": "!!!"}, ""),
        ({"search": ""}, "edcba"),
        ({"createdAfter": "2026-01-03"}, "edc"),
        ({"createdBefore": "2026-01-03"}, "cba"),
        ({"createdBefore": "2026-01-03", "timezone": "13"}, "ba"),
        ({"createdAfter": "2026-01-03T12:00:00"}, "edc"),
        ({"createdBefore": "2026-01-03T12:00:00"}, "cba"),
        ({"createdAfter": "2026-01-03T12:00:00", "timezone": "-1"}, "ed"),
        ({"createdAfter": "2026-01-02", "createdBefore": "2026-01-04T12:00:00Z"}, "dcb"),
        ({"expectedDateAfter": "2026-01-10"}, "ba"),
        ({"expectedDateBefore": "2026-01-10"}, "cb"),
        ({"lastUpdateAfter": "2027-01-01"}, ""),
        ({" status ": "Open"}, "a"),
        ({"unknown": "1"}, "edcba"),
        ({"limit": "2"}, "ed"),
        ({"limit": "2", "offset": "2"}, "cb"),
        ({"offset": "9" * 18}, ""),
        ({"limit": "100000"}, "edcba"),
    ],
)  # fmt: skip
def test_filters_combine(query: dict[str, str], expected: str, taas: Taas, five: list[Ticket]) -> None:
    answer = taas.get("/tickets", **query)
    assert titles(answer) == expected
    if not {"limit", "offset"} & set(query):
        assert answer.body["itemCount"] == len(expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("status", "abcde"),
        ("ticketId", "abcde"),
        ("title", "abcde"),
        ("requestorName", "acebd"),
        ("requestorEmail", "acebd"),
        ("assigneeName", "adbce"),
        ("assigneeEmail", "adbce"),
        ("expectedDate", "cbade"),
        ("priority", "acedb"),
        ("createdDateTime", "abcde"),
        ("createdOn", "abcde"),
        ("lastInteraction", "bcdea"),
        ("lastUpdatedOn", "bcdea"),
    ],
)
def test_sorting_by_token_and_by_offset(order: str, expected: str, taas: Taas, five: list[Ticket], agnes: User) -> None:
    actions.reply(five[0], by=acting(agnes), content="Touched")
    missing = {"assigneeName": "bce", "assigneeEmail": "bce", "expectedDate": "de"}.get(order, "")
    downwards = expected.removesuffix(missing)[::-1] + missing[::-1]
    for direction, wanted in (("asc", expected), ("DESC", downwards)):
        assert titles(taas.get("/tickets", orderBy=order, order=direction)) == wanted
        by_offset = "".join(
            titles(taas.get("/tickets", orderBy=order, order=direction, limit=1, offset=place)) for place in range(6)
        )
        assert by_offset == wanted
        answer = taas.get("/tickets", orderBy=order, order=direction, limit=2)
        by_token = titles(answer)
        while answer.token:
            answer = taas.get("/tickets", token=answer.token, limit=2)
            by_token += titles(answer)
        assert by_token == wanted


def test_all_orders_of_the_contract_are_known() -> None:
    named = "status ticketId title requestorName requestorEmail assigneeName assigneeEmail expectedDate priority"
    assert {*named.split(), "createdDateTime", "lastInteraction"} <= set(SORTS)


def test_sorted_by_status_every_stage_has_the_place_of_its_word() -> None:
    assert sorted(Status, key=lambda status: (STAGES[status], status)) == sorted(
        Status, key=lambda status: (STATUSES.index(STATUS.show(status)), status)
    )
    words = {place: STATUS.show(status) for status, place in STAGES.items()}
    assert [words[STAGES[status]] for status in Status] == [STATUS.show(status) for status in Status]


def test_a_token_keeps_what_was_asked(taas: Taas, five: list[Ticket]) -> None:
    first = taas.get("/tickets", isResolved="false", orderBy="title", order="ASC", limit=1)
    assert (titles(first), first.body["itemCount"]) == ("a", 3)
    assert first.token is not None
    assert first.token.isascii()
    assert not set(first.token) & set(" \t\r\n")
    ignored = {"status": "Closed", "order": "DESC", "offset": 4, "limit": 5, "select": "title"}
    second = taas.get("/tickets", token=first.token, **ignored)
    assert second.items == [{"title": "b"}, {"title": "c"}]
    assert second.token is None
    assert second.body["itemCount"] == 3
    assert titles(taas.get("/tickets", continuationToken=first.token, limit=1)) == "b"


def test_pages_by_token_neither_repeat_nor_miss_what_comes_and_goes(
    taas: Taas, five: list[Ticket], desk: Team, agnes: User
) -> None:
    first = taas.get("/tickets", limit=2)
    TicketFactory(team=desk, subject="f")
    actions.delete_ticket(five[3], by=acting(agnes))
    assert titles(taas.get("/tickets", token=first.token)) == "cba"


def test_a_token_is_good_for_a_day_at_one_desk_for_one_list(taas: Taas, five: list[Ticket], agnes: User) -> None:
    token = taas.get("/tickets", limit=2).token
    assert token is not None
    other = Taas(TeamFactory())
    assert other.get("/tickets", token=token).status == 400
    assert taas.get(f"/tickets/{five[0].pk}/activities", token=token).status == 400
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], "x", "a:b:c", "\xff", "." * 5000):
        answer = taas.get("/tickets", continuationToken=forged)
        assert (answer.status, "continuationToken" in answer.message) == (400, True)
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert taas.get("/tickets", token=token).status == 200
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert taas.get("/tickets", token=token).status == 400


def test_both_keys_of_a_desk_may_go_on_with_a_token(taas: Taas, desk: Team, five: list[Ticket]) -> None:
    token = taas.get("/tickets", limit=4).token
    assert titles(Taas(desk, kind="secondary").get("/tickets", token=token)) == "a"


@pytest.mark.parametrize("name", list(FIELDS))
def test_each_field_may_be_chosen_alone(name: str, taas: Taas, five: list[Ticket]) -> None:
    assert all(list(item) == [name] for item in taas.get("/tickets", select=name).items)


def test_the_sample_of_the_source(taas: Taas, five: list[Ticket]) -> None:
    query = "/tickets?timezone=0& orderBy=status&order=ASC&select=id,ticketId,title,description,status,requestorName"
    answer = taas.get(query + "&offset=0&limit=20")
    assert titles(answer) == "abcde"
    assert set(answer.items[0]) == {"id", "ticketId", "title", "description", "status", "requestorName"}
    assert answer.items[0]["requestorName"] == "Rita"


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("requestorName, requestorEmail", {"requestorName": "Rita", "requestorEmail": "rita@example.test"}),
        ("assigneeName,assigneeEmail,nonsense,workflow", {"assigneeName": None, "assigneeEmail": None}),
        ("createdDateTime", {"createdDateTime": "2026-01-05T12:00:00.000Z"}),
        ("lastInteraction", {"lastInteraction": "2026-01-05T12:00:00.000Z"}),
        ("nonsense", {}),
    ],
)
def test_chosen_names(select: str, expected: dict[str, Any], taas: Taas, five: list[Ticket]) -> None:
    assert taas.get("/tickets", select=select, limit=1).items == [expected]


def test_include_adds_the_html(taas: Taas) -> None:
    taas.open(description="a & b")
    answer = taas.get("/tickets", include="description_HTML,nonsense", select="title")
    assert answer.items == [{"title": "Badge reader dead", "description_HTML": "<p>a &amp; b</p>"}]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "Waiting"},
        {"statusId": "open closed"},
        {"priority": "Highest"},
        {"isResolved": "yes"},
        {"orderBy": "assignee__password"},
        {"orderBy": "title,status"},
        {"order": "up"},
        {"offset": "-1"},
        {"offset": "x"},
        {"offset": "9" * 30},
        {"limit": "0"},
        {"limit": "-5"},
        {"limit": "1.5"},
        {"limit": "٣"},
        {"timezone": "15"},
        {"timezone": "-13"},
        {"timezone": "CET"},
        {"timezone": "5.5"},
        {"createdAfter": "yesterday"},
        {"createdBefore": "9999-12-31"},
        {"lastUpdateAfter": "2026-13-01"},
        {"expectedDateBefore": "0001-01-01T00:00:00+05:00"},
        {"tags": "door"},
        {"tags": "x_door"},
        {"tags": ",".join(f"_{n}" for n in range(51))},
        {"search": "a\x00b"},
        {"title": "\x00"},
        {"select": "\x00"},
        {"continuationToken": "x"},
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(query: dict[str, str], taas: Taas) -> None:
    answer = taas.get("/tickets", **query)
    assert answer.status == 400
    assert next(iter(query)) in answer.message


def test_tags_any_of_them(taas: Taas, desk: Team) -> None:
    name = str(TagCategoryFactory(team=desk).uuid)
    for title, words in (("a", ["door"]), ("b", ["left_door", "door"]), ("c", ["gate"])):
        taas.open(title=title, tags=[{"tagCategoryId": name, "text": word} for word in words])
    taas.open(title="d", tags=[{"tagCategoryId": None, "text": "door"}])
    assert titles(taas.get("/tickets", tags=f"{name}_door")) == "ba"
    assert titles(taas.get("/tickets", tags=f"{name}_left_door, {name}_gate")) == "cb"
    assert titles(taas.get("/tickets", tags="_door")) == "d"
    assert titles(taas.get("/tickets", tags="00000000-0000-0000-0000-000000000001_door")) == ""


def test_a_tag_of_another_desk_is_found_as_it_is_shown_without_category(taas: Taas, desk: Team) -> None:
    former = TeamFactory()
    name = str(TagCategoryFactory(team=former).uuid)
    item = Taas(former).open(title="a", tags=[{"tagCategoryId": name, "text": "door"}])
    actions.change(Ticket.objects.get(uuid=item["id"]), by=Actor.system(), team=desk)
    (shown,) = taas.get("/tickets", tags="_door").items
    assert shown["tags"] == [{"tagCategoryId": None, "text": "door"}]
    assert taas.get("/tickets", tags=f"{name}_door").items == []


def test_totals_follow_every_change(taas: Taas, desk: Team, five: list[Ticket], agnes: User) -> None:
    actions.change(five[0], by=acting(agnes), team=None)
    actions.delete_ticket(five[1], by=acting(agnes))
    assert taas.get("/tickets").body["itemCount"] == 3
    assert taas.get("/tickets", status="Open,Reopened").body["itemCount"] == 0


def filled(team: Team, agnes: User, taas: Taas, field: CustomField, count: int) -> None:
    """Tickets with everything that could cost a query of its own."""
    name = str(TagCategoryFactory(team=team, text=f"c{count}").uuid)
    for number in range(count):
        item = taas.open(
            requestor={"id": f"{count}-{number}", "name": "R", "email": f"r{count}-{number}@acme.test"},
            tags=[{"tagCategoryId": name, "text": f"t{number}"}],
            customFields={str(field.uuid): [KIM]},
        )
        actions.change(Ticket.objects.get(uuid=item["id"]), by=acting(agnes), assignee=agnes)


@pytest.mark.parametrize(
    ("query", "extra"),
    [
        ({}, 0),
        ({"search": "badge r"}, 1),
        ({"orderBy": "assigneeName", "status": "Open"}, 1),
        ({"orderBy": "title"}, 0),
    ],
)
def test_a_list_costs_the_same_queries_whatever_it_holds(
    query: dict[str, str], extra: int, taas: Taas, desk: Team, agnes: User
) -> None:
    field = CustomField.objects.create(team=desk, title="Who", key="who", kind="people")
    filled(desk, agnes, taas, field, 1)
    taas.get("/tickets")
    counts = []
    for more in (0, 20):
        filled(desk, agnes, taas, field, more)
        with CaptureQueriesContext(connection) as queries:
            assert taas.get("/tickets", limit=100, **query).status == 200
        counts.append(len(queries))
    # key, rows, definitions, people, tags, total; a search also asks for staff, and rows without the value come apart
    assert counts == [6 + extra] * 2, [query["sql"] for query in queries]


def test_chosen_fields_cost_only_what_they_need(taas: Taas, five: list[Ticket]) -> None:
    taas.get("/tickets")
    with CaptureQueriesContext(connection) as queries:
        taas.get("/tickets", select="id,title,status")
    assert len(queries) == 3  # key, rows, total
    assert "description" not in queries[1]["sql"]


def test_a_deep_page_reads_no_more_rows_than_the_first(taas: Taas, desk: Team, rita: User) -> None:
    for number in range(60):
        TicketFactory(team=desk, requester=rita, created_at=START + timedelta(minutes=number))
    answer = taas.get("/tickets", limit=20)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = taas.get("/tickets", token=answer.token, limit=20)
        rows = next(query["sql"] for query in queries if "sort_key" in query["sql"])
        assert "OFFSET" not in rows
        assert "LIMIT 21" in rows
    assert answer.token is None
