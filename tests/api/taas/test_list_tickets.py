"""GET /tickets: what is found (contract taas §3.1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import Team, User
from api.taas.reading import FIELDS
from tests.api.taas.caller import KIM, Taas
from tests.factories import TagCategoryFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import CustomField, Ticket


def test_newest_first_with_every_field(desk: Team, taas: Taas, five: list[Ticket], agnes: User) -> None:
    TicketFactory(subject="elsewhere", team=TeamFactory())
    TicketFactory(subject="nowhere")
    answer = taas.get("/tickets")
    assert answer.titles == "edcba"
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
    assert answer.titles == expected
    if not {"limit", "offset"} & set(query):
        assert answer.body["itemCount"] == len(expected)


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
    assert taas.get("/tickets", tags=f"{name}_door").titles == "ba"
    assert taas.get("/tickets", tags=f"{name}_left_door, {name}_gate").titles == "cb"
    assert taas.get("/tickets", tags="_door").titles == "d"
    assert taas.get("/tickets", tags="00000000-0000-0000-0000-000000000001_door").titles == ""


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
