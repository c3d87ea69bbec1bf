"""POST /tickets/{id}/comments (contract platform §3.6) and what a reply does to the ticket."""

import base64
from typing import Any

import pytest

from accounts import actions as people
from accounts.models import User
from attachments.models import Attachment
from tests.api.platform.caller import Platform
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Comment, Ticket, TicketEvent


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


def test_an_internal_note_with_a_file(ticket: Ticket, agnes: User) -> None:
    file = {"filename": "gw.log", "content": base64.b64encode(b"log").decode(), "mime_type": "text/plain"}
    body = {"content": "Rebooted the gateway.", "is_internal": True, "attachments": [file]}
    answer = Platform(agnes).post(f"/tickets/{ticket.uuid}/comments", body)
    assert answer.status == 201
    shape = answer.data
    assert (shape["content"], shape["is_internal"], shape["created_by"]["name"]) == (body["content"], True, "Agnes")
    (attached,) = shape["attachments"]
    assert (attached["filename"], attached["size"], attached["mime_type"]) == ("gw.log", 3, "text/plain")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_response_at) == ("new", None)


@pytest.mark.parametrize(
    ("status", "who", "after"),
    [
        ("new", "agnes", "open"),
        ("open", "agnes", "open"),
        ("pending", "agnes", "pending"),
        ("pending", "rita", "open"),
        ("resolved", "rita", "reopened"),
        ("closed", "rita", "closed"),
        ("new", "rita", "new"),
    ],
)
def test_a_reply_moves_the_status(status: str, who: str, after: str, agnes: User, rita: User) -> None:
    ticket = TicketFactory(requester=rita, status=status)
    user = {"agnes": agnes, "rita": rita}[who]
    assert Platform(user).post(f"/tickets/{ticket.uuid}/comments", {"content": "Hello"}).status == 201
    ticket.refresh_from_db()
    assert ticket.status == after
    assert (ticket.first_response_at is not None) == (who == "agnes")
    events = TicketEvent.objects.filter(ticket=ticket, kind="commented")
    assert bool(events.get().changes) == (status != after)


def test_a_team_may_leave_resolved_tickets_resolved(rita: User, ada: User) -> None:
    team = TeamFactory(reopen_on_reply=False)
    ticket = TicketFactory(requester=rita, status="resolved", team=team)
    Platform(rita).post(f"/tickets/{ticket.uuid}/comments", {"content": "Thanks"})
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_customers_write_no_internal_notes(ticket: Ticket, rita: User) -> None:
    answer = Platform(rita).post(f"/tickets/{ticket.uuid}/comments", {"content": "x", "is_internal": True})
    assert answer.status == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"content"}),
        ({"content": " \n "}, 422, {"content"}),
        ({"content": None}, 422, {"content"}),
        ({"content": 5}, 400, {"content"}),
        ({"content": "x" * 100_001}, 422, {"content"}),
        ({"content": "a\x00"}, 422, {"content"}),
        ({"content": "x", "is_internal": "true"}, 400, {"is_internal"}),
        ({"content": "x", "is_internal": None}, 422, {"is_internal"}),
        ({"content": "x", "attachments": "x"}, 400, {"attachments"}),
    ],
)
def test_a_refused_comment_leaves_nothing(
    body: dict[str, Any], status: int, fields: set[str], ticket: Ticket, agnes: User
) -> None:
    answer = Platform(agnes).post(f"/tickets/{ticket.uuid}/comments", body)
    assert (answer.status, answer.fields) == (status, fields)
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


def test_hostile_file_names_are_stored_under_names_of_ours(ticket: Ticket, agnes: User) -> None:
    names = ["../../etc/passwd", "a\r\nX-Evil: 1.txt", "\u202egnp.exe", ".htaccess", "C:\\x\\y.txt", "n" * 900 + ".htm"]
    files = [{"filename": name, "content": "aGk=", "mime_type": "text/html; charset=x"} for name in names]
    answer = Platform(agnes).post(f"/tickets/{ticket.uuid}/comments", {"content": "x", "attachments": files})
    shown = [file["filename"] for file in answer.data["attachments"]]
    assert shown[:5] == ["passwd", "aX-Evil: 1.txt", "gnp.exe", "htaccess", "y.txt"]
    assert len(shown[5].encode()) <= 255
    assert shown[5].endswith(".htm")
    for file in Attachment.objects.all():
        assert file.content_type == "text/html"
        assert len(file.stored_as) == 35  # two digits, a slash, a random name


def test_a_comment_outlives_its_author(ticket: Ticket, agnes: User, ada: User) -> None:
    actions.reply(ticket, by=acting(agnes), content="Done")
    people.delete_user(agnes, by=acting(ada))
    comment = Platform(ada).get(f"/tickets/{ticket.uuid}").data["comments"][0]
    assert comment["created_by"]["name"] == "Agnes"
