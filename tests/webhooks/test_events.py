"""What subscribers are told: which change fires what, in which shape, once, in the transaction of the change."""

import json
from typing import Any

import pytest
from django.db import transaction

from accounts import actions as people
from accounts.actor import Actor
from accounts.models import Door, User
from attachments.actions import Upload, stored
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.events import record
from tickets.models import Ticket
from tickets.words import Kind, Priority, Status
from webhooks.models import Delivery, Message

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, Any]]:
    """The bodies of all messages, in order."""
    return [json.loads(bytes(message.body)) for message in Message.objects.order_by("id")]


def events() -> list[str]:
    return [body["event"] for body in told()]


def forget() -> None:
    Message.objects.all().delete()


def test_a_new_ticket(rita: User, agnes: User) -> None:
    ticket = actions.open_ticket(
        by=acting(agnes, Door.SUPPORT), requester=rita, subject="VPN drops", priority=Priority.URGENT, tags=["vpn"]
    )
    [body] = [body for body in told() if body["event"] == "ticket.created"]
    assert set(body) == {"id", "event", "type", "timestamp", "sequence", "origin", "api_version", "data"}
    assert (body["type"], body["sequence"], body["origin"]) == ("ticket.created", 1, "support")
    shape = body["data"]["ticket"]
    assert (shape["id"], shape["title"], shape["priority"]) == (str(ticket.uuid), "VPN drops", "critical")
    assert (shape["created_by"]["email"], shape["entered_by"]["email"]) == (rita.email, agnes.email)
    assert "comments" not in shape
    message = Message.objects.get(event="ticket.created")
    assert body["id"] == str(message.uuid)


def test_a_change_of_status_is_an_update_too(rita: User, agnes: User) -> None:
    ticket = TicketFactory(requester=rita, subject="VPN drops")
    forget()
    actions.change(ticket, by=acting(agnes), status=Status.IN_PROGRESS, priority=Priority.URGENT)
    updated, moved = told()
    assert updated["event"] == "ticket.updated"
    assert updated["data"]["ticket"]["status"] == "in_progress"
    assert {change["field"]: (change["previous"], change["current"]) for change in updated["data"]["changes"]} == {
        "status": ("new", "in_progress"),
        "priority": ("medium", "critical"),
    }
    assert updated["data"]["updated_by"]["email"] == agnes.email
    assert moved["event"] == "ticket.status_changed"
    assert moved["data"] == {
        "ticket": {
            "id": str(ticket.uuid),
            "title": "VPN drops",
            "status": {"previous": "new", "current": "in_progress"},
            "updated_by": {"id": str(agnes.uuid), "name": agnes.full_name, "email": agnes.email},
        }
    }


def test_an_assignment(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    actions.change(ticket, by=acting(agnes), assignee=agnes)
    assert events() == ["ticket.updated", "ticket.assigned"]
    data = told()[1]["data"]
    assert (data["assigned_to"]["email"], data["previous"]) == (agnes.email, None)
    actions.change(ticket, by=acting(agnes), assignee=None)
    assert told()[-1]["data"]["previous"]["name"] == agnes.full_name


def test_what_changes_nothing_tells_nothing(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    actions.change(ticket, by=acting(agnes), status=Status.NEW)
    assert events() == []


def test_a_reply_that_moves_the_ticket(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    comment = actions.reply(ticket, by=acting(agnes), content="Is it **on**?")
    assert events() == ["comment.created", "ticket.updated", "ticket.status_changed"]
    data = told()[0]["data"]
    assert data["ticket"] == {"id": str(ticket.uuid), "title": ticket.subject, "status": "open"}
    assert (data["comment"]["id"], data["comment"]["content"]) == (str(comment.uuid), "Is it **on**?")
    assert (data["comment"]["created_by"]["email"], data["comment"]["is_internal"]) == (agnes.email, False)


def test_files_never_carry_a_link(agnes: User) -> None:
    with stored([Upload("trace.txt", b"hello", "text/plain")]) as files:
        ticket = TicketFactory(by=acting(agnes), files=files)
    with stored([Upload("more.txt", b"hello", "text/plain")]) as files:
        actions.add_files(ticket, by=acting(agnes), files=files)
    with stored([Upload("note.txt", b"hello", "text/plain")]) as files:
        actions.reply(ticket, by=acting(agnes), content="See", internal=True, files=files)
    created = [body["data"] for body in told() if body["event"] == "attachment.created"]
    assert [data["attachment"]["filename"] for data in created] == ["trace.txt", "more.txt", "note.txt"]
    assert [bool(data["comment_id"]) for data in created] == [False, False, True]
    assert [m.is_internal for m in Message.objects.filter(event="attachment.created").order_by("id")] == [
        False,
        False,
        True,
    ]
    assert "url" not in json.dumps(told())
    assert "/files/" not in json.dumps(told())
    [comment] = [body["data"]["comment"] for body in told() if body["event"] == "comment.created"]
    assert [file["filename"] for file in comment["attachments"]] == ["note.txt"]


def test_a_deleted_ticket(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    actions.delete_ticket(ticket, by=acting(agnes))
    [body] = told()
    assert (body["event"], body["data"]["ticket"]["id"]) == ("ticket.deleted", str(ticket.uuid))
    assert body["data"]["deleted_by"]["email"] == agnes.email


def test_a_missed_target(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    record(
        ticket, Kind.CHANGED, by=Actor.system(), changes=[{"field": "frt_breached", "previous": False, "current": True}]
    )
    assert events() == ["ticket.updated", "ticket.sla_breached"]
    assert told()[1]["data"]["breached"] == ["frt_breached"]


def test_people(ada: User, rita: User) -> None:
    forget()
    added = people.add_user(by=acting(ada), email="new@example.test", full_name="New")
    people.change_user(added, by=acting(ada), full_name="Newer", is_active=False)
    people.set_password(added, "a-fine-long-password-7", by=acting(ada))
    people.revoke_session(people.open_session(ada, by=acting(ada)), by=acting(ada))
    people.delete_user(added, by=acting(ada))
    assert events() == ["user.created", "user.updated", "user.updated"]
    created, updated, deleted = (body["data"] for body in told())
    assert created == {
        "user": {
            "id": str(added.uuid),
            "number": added.pk,
            "name": "New",
            "email": "new@example.test",
            "role": "customer",
            "status": "active",
            "last_login_at": None,
            "created_at": created["user"]["created_at"],
        }
    }
    assert updated["changes"] == [
        {"field": "name", "previous": "New", "current": "Newer"},
        {"field": "status", "previous": "active", "current": "inactive"},
    ]
    assert deleted["user"]["status"] == "inactive"
    assert "password" not in json.dumps(told())


def test_numbers_of_a_ticket_have_no_gap_and_none_comes_twice(agnes: User, rita: User) -> None:
    ticket = TicketFactory()
    other = TicketFactory()
    actions.reply(ticket, by=acting(agnes), content="One")
    actions.change(other, by=acting(agnes), assignee=agnes)
    actions.change(ticket, by=acting(agnes), subject="Two")
    for one, count in ((ticket, 5), (other, 3)):
        numbers = list(Message.objects.filter(ticket=one).order_by("id").values_list("sequence", flat=True))
        assert numbers == list(range(1, count + 1))
        assert Ticket.objects.get(pk=one.pk).sequence == count


def test_a_change_that_is_undone_tells_nothing(agnes: User) -> None:
    ticket = TicketFactory()
    forget()
    EndpointFactory()
    with transaction.atomic():
        actions.change(ticket, by=acting(agnes), subject="No")
        transaction.set_rollback(True)
    assert (events(), Delivery.objects.count()) == ([], 0)
    assert Ticket.objects.get(pk=ticket.pk).sequence == ticket.sequence == 1


def test_imports_tell_nobody(agnes: User) -> None:
    EndpointFactory()
    importing = Actor.system(Door.IMPORT)
    people.find_or_add_customer(by=importing, email="imported@example.test", silent=True)
    ticket = TicketFactory(silent=True, requester=agnes)
    actions.reply(ticket, by=importing, content="Old", silent=True)
    assert not Message.objects.filter(ticket=ticket).exists()
    assert not Message.objects.filter(event="user.created", body__contains=b"imported").exists()


def test_who_hears_what(agnes: User, rita: User) -> None:
    desk, other = TeamFactory(), TeamFactory()
    everything = EndpointFactory(include_internal=True)
    public = EndpointFactory()
    of_desk = EndpointFactory(team=desk)
    of_other = EndpointFactory(team=other)
    comments = EndpointFactory(events=["comment.created"], include_internal=True)
    people.add_user(by=Actor.system(), email="new@example.test", full_name="New")
    ticket = TicketFactory(requester=rita, team=desk)
    actions.reply(ticket, by=acting(agnes), content="Between us", internal=True)
    heard = {
        endpoint.pk: list(endpoint.deliveries.order_by("id").values_list("message__event", flat=True))
        for endpoint in (everything, public, of_desk, of_other, comments)
    }
    assert heard == {
        everything.pk: ["user.created", "ticket.created", "comment.created"],
        public.pk: ["user.created", "ticket.created"],
        of_desk.pk: ["ticket.created"],
        of_other.pk: [],
        comments.pk: ["comment.created"],
    }
    bodies = [bytes(row.message.body) for row in public.deliveries.select_related("message")]
    assert not any(b"Between us" in body for body in bodies)


def test_a_body_that_cannot_be_built_is_parked_and_the_rest_flows(agnes: User) -> None:
    endpoint = EndpointFactory()
    ticket = TicketFactory()
    Ticket.objects.filter(pk=ticket.pk).update(custom={"n": 10**30})  # more than JSON encoders take
    Delivery.objects.all().delete()
    forget()
    actions.change(ticket, by=acting(agnes), status=Status.OPEN)
    parked, sent = endpoint.deliveries.order_by("id")
    assert (parked.message.event, parked.state) == ("ticket.updated", "parked")
    assert "Integer exceeds 64-bit range" in parked.error
    assert (sent.message.event, sent.state) == ("ticket.status_changed", "pending")
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN
