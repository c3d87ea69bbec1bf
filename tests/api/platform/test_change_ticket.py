"""PATCH and DELETE /tickets/{id} (contract platform §3.4, §3.5)."""

from typing import Any

import orjson
import pytest

from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import TagCategoryFactory, TicketFactory
from tickets.models import Tag, Ticket, TicketEvent, TicketTag
from tickets.words import Status
from webhooks.models import Message


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, status="open", tags=["a", "b"], custom={"os": "Debian", "keep": 1})


def test_what_is_absent_stays(ticket: Ticket, agnes: User) -> None:
    body = {"status": "in_progress", "priority": "high", "assigned_to": str(agnes.uuid)}
    shape = Platform(agnes).patch(f"/tickets/{ticket.uuid}", body).data
    assert (shape["status"], shape["priority"], shape["assigned_to"]["name"]) == ("in_progress", "high", "Agnes")
    assert (shape["title"], shape["tags"], shape["custom_fields"]) == (
        ticket.subject, ["a", "b"], {"os": "Debian", "keep": 1},
    )  # fmt: skip
    assert Platform(agnes).patch(f"/tickets/{ticket.uuid}", {"assigned_to": None}).data["assigned_to"] is None


def test_tags_are_replaced_and_custom_fields_merged(ticket: Ticket, agnes: User) -> None:
    body = {"tags": ["c", "a"], "custom_fields": {"os": None, "new": [1]}}
    shape = Platform(agnes).patch(f"/tickets/{ticket.uuid}", body).data
    assert (shape["tags"], shape["custom_fields"]) == (["c", "a"], {"keep": 1, "new": [1]})
    assert Platform(agnes).get(f"/tickets/{ticket.uuid}").data["tags"] == ["c", "a"]


@pytest.mark.parametrize("value", [[False, True, None], [2**63], [[1]], {"a": [1.5]}])
def test_free_values_are_no_people(value: Any, ticket: Ticket, agnes: User) -> None:
    platform = Platform(agnes)
    assert (
        platform.patch(f"/tickets/{ticket.uuid}", {"custom_fields": {"new": value}}).data["custom_fields"]["new"]
        == value
    )
    [*_, line] = platform.get(f"/tickets/{ticket.uuid}/events").data
    assert line["changes"] == [{"field": "custom_fields.new", "previous": None, "current": value}]
    told = Message.objects.get(event="ticket.updated")
    assert (told.error, orjson.loads(bytes(told.body))["data"]["changes"]) == ("", line["changes"])


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, True), (True, 1), (0, False), ([0], [False]), ({"a": [1]}, {"a": [True]}), (False, None), ([1], [1, 1])],
)
def test_true_is_not_one(before: Any, after: Any, ticket: Ticket, agnes: User) -> None:
    platform, path = Platform(agnes), f"/tickets/{ticket.uuid}"
    for value in (before, after):
        shape = platform.patch(path, {"custom_fields": {"new": value}}).data
        assert orjson.dumps(shape["custom_fields"].get("new")) == orjson.dumps(value)
    assert platform.get(path).data["custom_fields"] == shape["custom_fields"]
    [*_, line] = platform.get(f"{path}/events").data
    assert orjson.dumps(line["changes"][0]["current"]) == orjson.dumps(after)


@pytest.mark.parametrize("value", [True, [False, 0], 1.5, {"a": {"b": [1]}, "c": None}])
def test_the_same_free_value_changes_nothing(value: Any, ticket: Ticket, agnes: User) -> None:
    send = {"custom_fields": {"new": value}}
    tags = {Platform(agnes).patch(f"/tickets/{ticket.uuid}", send).headers["ETag"] for _ in range(2)}
    assert len(tags) == 1


def test_a_word_that_the_ticket_carries_keeps_its_category(ticket: Ticket, agnes: User) -> None:
    door = Tag.objects.create(text="door", category=TagCategoryFactory())
    TicketTag.objects.create(ticket=ticket, tag=door, position=9)
    Platform(agnes).patch(f"/tickets/{ticket.uuid}", {"tags": ["door", "x"]})
    assert list(ticket.ticket_tags.order_by("position").values_list("tag__category__text", flat=True)) == ["Area", None]


@pytest.mark.parametrize("body", [{}, {"status": "open"}, {"tags": ["a", "b"]}, {"custom_fields": {"keep": 1}}])
def test_nothing_new_changes_nothing(body: dict[str, Any], ticket: Ticket, agnes: User) -> None:
    before = Ticket.objects.values().get(pk=ticket.pk)
    assert Platform(agnes).patch(f"/tickets/{ticket.uuid}", body).status == 200
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_any_status_may_follow_any_literally(status: str, ticket: Ticket, agnes: User) -> None:
    for other in Status:
        Platform(agnes).patch(f"/tickets/{ticket.uuid}", {"status": other.value})
        shape = Platform(agnes).patch(f"/tickets/{ticket.uuid}", {"status": status}).data
        assert shape["status"] == status
        assert (shape["resolved_at"] is not None) == (status in ("resolved", "closed"))
        assert (shape["closed_at"] is not None) == (status == "closed")


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"title": None}, 422, {"title"}),
        ({"description": None}, 422, {"description"}),
        ({"status": None}, 422, {"status"}),
        ({"priority": None}, 422, {"priority"}),
        ({"tags": None}, 422, {"tags"}),
        ({"custom_fields": None}, 422, {"custom_fields"}),
        ({"title": ""}, 422, {"title"}),
        ({"status": "waiting"}, 400, {"status"}),
        ({"status": []}, 400, {"status"}),
        ({"assigned_to": "nobody"}, 422, {"assigned_to"}),
    ],
)
def test_a_refused_change_changes_nothing(
    body: dict[str, Any], status: int, fields: set[str], ticket: Ticket, agnes: User
) -> None:
    before = Ticket.objects.values().get(pk=ticket.pk)
    answer = Platform(agnes).patch(f"/tickets/{ticket.uuid}", {"title": "New", **body} if "title" not in body else body)
    assert (answer.status, answer.fields) == (status, fields)
    assert Ticket.objects.values().get(pk=ticket.pk) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "Mine"}, 200),
        ({"description": "More"}, 200),
        ({"tags": ["x"]}, 200),
        ({"custom_fields": {"x": 1}}, 200),
        ({"status": "closed"}, 200),
        ({"status": "reopened"}, 200),
        ({"status": "resolved"}, 403),
        ({"priority": "high"}, 403),
        ({"assigned_to": None}, 403),
        ({"title": "Mine", "priority": "high"}, 403),
    ],
)
def test_what_customers_may_change(body: dict[str, Any], status: int, ticket: Ticket, rita: User) -> None:
    before = Ticket.objects.values().get(pk=ticket.pk)
    answer = Platform(rita).patch(f"/tickets/{ticket.uuid}", body)
    assert answer.status == status
    if status == 403:
        assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_protected_fields_sent_back_change_nothing(ticket: Ticket, agnes: User, rita: User) -> None:
    shape = Platform(agnes).get(f"/tickets/{ticket.uuid}").data
    forged = {**shape, "id": "x", "number": 9, "created_by": "x", "created_at": "2000-01-01T00:00:00Z", "version": 99}
    forged = {name: value for name, value in forged.items() if name not in ("assigned_to", "status", "priority")}
    assert Platform(agnes).patch(f"/tickets/{ticket.uuid}", forged).data["created_by"]["id"] == str(rita.uuid)
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


def test_deleted_is_gone_for_everybody(ticket: Ticket, agnes: User, rita: User) -> None:
    assert Platform(rita).delete(f"/tickets/{ticket.uuid}").status == 403
    answer = Platform(agnes).delete(f"/tickets/{ticket.uuid}")
    assert (answer.status, answer.body) == (204, None)
    for user in (agnes, rita):
        platform = Platform(user)
        assert platform.get(f"/tickets/{ticket.uuid}").status == 404
        assert platform.delete(f"/tickets/{ticket.uuid}").status in (403, 404)
        assert platform.get("/tickets").data == platform.get("/tickets", q="printer").data == []
    assert Ticket.everything.get(pk=ticket.pk).deleted_at is not None
