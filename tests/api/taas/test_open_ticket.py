"""POST /tickets (contract taas §3.2)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Team, User, UserIdentity
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TagCategoryFactory, TeamFactory
from tickets.models import CustomField, Tag, TicketEvent
from tickets.models import Ticket as Stored

SENT = {"ticket": {"title": "Badge reader dead", "requestor": KIM}, "user": ADA}


def test_the_least_that_may_be_sent(taas: Taas, desk: Team) -> None:
    answer = taas.post("/tickets", SENT)
    assert answer.status == 201
    item = answer.item
    ticket = Stored.objects.get()
    assert (item["id"], item["ticketId"], item["ticketNo"]) == (str(ticket.uuid), ticket.pk, ticket.pk)
    assert (item["title"], item["description"], item["status"], item["priority"]) == (
        "Badge reader dead", "", "Open", "Medium",
    )  # fmt: skip
    assert (item["requestor"], item["createdBy"], item["lastUpdatedBy"], item["assignee"]) == (KIM, ADA, ADA, None)
    assert (item["customFields"], item["tags"], item["expectedDate"], item["resolution"]) == ({}, [], None, None)
    assert item["origin"] == "api"
    assert item["trackingId"] == str(ticket.tracking_token)
    assert item["resolvedStatus"] == ["Resolved", "Closed"]
    assert item["isCustomWorkflow"] is False
    assert [state["id"] for state in item["workflow"]] == ["Open", "Reopened", "Started", "Resolved", "Closed"]
    assert "description_HTML" not in item
    assert (ticket.status, ticket.team, ticket.created_door) == ("open", desk, "taas")
    assert ticket.created_by == User.objects.get(email=ADA["email"])
    assert ticket.created_key is not None
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


def test_the_example_of_the_contract(taas: Taas, desk: Team) -> None:
    category = TagCategoryFactory(team=desk)
    door = CustomField.objects.create(team=desk, title="Urgent door", key="urgent_door", kind="toggle")
    several = CustomField.objects.create(team=desk, title="Doors", key="doors", kind="list", is_multiple=True)
    option = several.options.create(text="North")
    item = taas.open(
        priority="Important",
        expectedDate="2026-04-03T00:00:00Z",
        tags=[{"tagCategoryId": str(category.uuid), "text": "door"}],
        customFields={str(door.uuid): True, str(several.uuid): [str(option.uuid)]},
    )
    assert item["priority"] == "Important"
    assert item["expectedDate"] == "2026-04-03T00:00:00.000Z"
    assert item["tags"] == [{"tagCategoryId": str(category.uuid), "text": "door"}]
    assert item["customFields"] == {str(door.uuid): True, str(several.uuid): [str(option.uuid)]}
    assert taas.get(f"/tickets/{item['id']}").item == item


@pytest.mark.parametrize(
    ("priority", "shown"),
    [("Low", "Low"), ("medium", "Medium"), ("IMPORTANT", "Important"), ("High", "Important"), (" Urgent ", "Urgent")],
)
def test_priorities_in_any_case(priority: str, shown: str, taas: Taas) -> None:
    assert taas.open(priority=priority)["priority"] == shown


@pytest.mark.parametrize(
    ("date", "hours", "shown"),
    [
        ("2026-04-03", 0, "2026-04-03T00:00:00.000Z"),
        ("2026-04-03", 7, "2026-04-02T17:00:00.000Z"),
        ("2026-04-03", -12, "2026-04-03T12:00:00.000Z"),
        ("2026-04-03T08:30:00", 2, "2026-04-03T06:30:00.000Z"),
        ("2026-04-03T08:30:00.123456+02:00", 7, "2026-04-03T06:30:00.123Z"),
        (None, 0, None),
    ],
)
def test_a_date_without_zone_is_meant_at_the_timezone(date: str | None, hours: int, shown: str, taas: Taas) -> None:
    assert taas.open(expectedDate=date, query={"timezone": hours})["expectedDate"] == shown


def test_a_description_in_html_is_kept_as_words_and_shown_clean(taas: Taas) -> None:
    html = "<p>Line <b>one</b></p><p>two &amp; three</p><script>alert(1)</script>"
    item = taas.open(description_HTML=html, query={"include": "description_HTML"})
    assert item["description"] == "Line one\ntwo & three"
    assert item["description_HTML"].startswith("<p>Line <b>one</b></p>")
    assert "script" not in item["description_HTML"]
    plain = taas.open(description="a\nb <c>", description_HTML=html, query={"include": "description_HTML"})
    assert plain["description"] == "a\nb <c>"
    assert plain["description_HTML"] == "<p>a<br>b &lt;c&gt;</p>"


def test_an_unknown_tag_is_added_to_its_category(taas: Taas, desk: Team) -> None:
    category = TagCategoryFactory(team=desk)
    Tag.objects.create(text="old", category=category)
    name = str(category.uuid)
    sent = [{"tagCategoryId": name, "text": "new"}, {"tagCategoryId": None, "text": "new"},
            {"tagCategoryId": name, "text": "old"}, {"tagCategoryId": name, "text": " new "}]  # fmt: skip
    assert taas.open(tags=sent)["tags"] == sent[:3]
    assert set(category.tags.values_list("text", flat=True)) == {"old", "new"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": None}, "ticket.title"),
        ({"title": "  "}, "ticket.title"),
        ({"title": "x" * 501}, "ticket.title"),
        ({"title": "a\x00"}, "ticket.title"),
        ({"title": 5}, "ticket.title"),
        ({"requestor": None}, "ticket.requestor"),
        ({"requestor": "kim"}, "ticket.requestor"),
        ({"requestor": {**KIM, "email": None}}, "ticket.requestor.email"),
        ({"requestor": {**KIM, "email": "kim"}}, "ticket.requestor.email"),
        ({"requestor": {**KIM, "id": ""}}, "ticket.requestor.id"),
        ({"requestor": {**KIM, "id": 5}}, "ticket.requestor.id"),
        ({"requestor": {"id": "x", "email": "x@y.test"}}, "ticket.requestor.name"),
        ({"description": "x" * 100_001}, "ticket.description"),
        ({"description": 5}, "ticket.description"),
        ({"priority": "Highest"}, "ticket.priority"),
        ({"priority": None}, "ticket.priority"),
        ({"expectedDate": "soon"}, "expectedDate"),
        ({"expectedDate": "2026-02-30"}, "expectedDate"),
        ({"expectedDate": "0001-01-01T00:00:00+14:00"}, "expectedDate"),
        ({"expectedDate": 5}, "ticket.expectedDate"),
        ({"customFields": []}, "ticket.customFields"),
        ({"customFields": {"x": 1}}, "customFields"),
        ({"tags": "door"}, "ticket.tags"),
        ({"tags": ["door"]}, "ticket.tags[0]"),
        ({"tags": [{"tagCategoryId": "x", "text": "door"}]}, "tags"),
        ({"tags": [{"tagCategoryId": "00000000-0000-0000-0000-000000000001", "text": "door"}]}, "tags"),
        ({"tags": [{"tagCategoryId": None, "text": "x" * 101}]}, "tags"),
        ({"tags": [{"tagCategoryId": None, "text": str(n)} for n in range(51)]}, "ticket.tags"),
        ({"assignee": {**KIM, "email": "nobody"}}, "ticket.assignee.email"),
    ],
)
def test_a_refused_body_says_what_is_wrong_and_saves_nothing(change: Any, named: str, taas: Taas) -> None:
    answer = taas.post("/tickets", {"ticket": {**SENT["ticket"], **change}, "user": ADA})
    assert answer.status == 400
    assert answer.message.startswith(named), answer.message
    assert not Stored.objects.exists()
    assert not User.objects.exists()
    assert not UserIdentity.objects.exists()
    assert not Tag.objects.exists()


@pytest.mark.parametrize("body", [{}, {"ticket": SENT["ticket"]}, {"user": ADA}, {"ticket": {}, "user": ADA}])
def test_the_required_parts(body: Any, taas: Taas) -> None:
    assert taas.post("/tickets", body).status == 400


def test_a_tag_category_of_another_desk_is_unknown(taas: Taas) -> None:
    other = TagCategoryFactory(team=TeamFactory())
    body = {**SENT["ticket"], "tags": [{"tagCategoryId": str(other.uuid), "text": "door"}]}
    assert taas.post("/tickets", {"ticket": body, "user": ADA}).status == 400


def test_what_nobody_knows_is_ignored(taas: Taas) -> None:
    item = taas.open(status="Closed", id="x", createdBy=KIM, nonsense=[1], query={"nonsense": "1"})
    assert (item["status"], item["createdBy"]) == ("Open", ADA)


def test_opening_costs_a_fixed_number_of_queries(taas: Taas, desk: Team) -> None:
    category = TagCategoryFactory(team=desk)
    tags = [{"tagCategoryId": str(category.uuid), "text": text} for text in ("one", "two")]
    people = {"assignee": {"id": "9", "name": "Alex", "email": "alex@acme.test"}}
    taas.open(tags=tags, **people)
    assert User.objects.get(email="alex@acme.test").role == Role.AGENT
    with CaptureQueriesContext(connection) as queries:
        taas.open(tags=tags, **people)
    said = [q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(said) <= 21, said
