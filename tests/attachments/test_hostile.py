"""Hostile files through every door: refused with nothing left behind, or taken and harmless."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Team, User
from attachments.models import Attachment
from tests.api.platform.caller import Platform
from tests.api.taas.caller import ADA, Taas
from tests.api.toptickets.caller import TopTickets
from tests.attachments.hostile import REFUSED, TABLE, TAKEN, Hostile
from tests.attachments.sent import body, fetch, in_store
from tests.factories import TeamFactory, TicketFactory
from tests.pages import signed_in, text_of
from tickets.models import Comment, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
Door = Callable[[Hostile, Ticket, User], int]
FINE = {200, 201, 302}


@pytest.fixture
def ticket(rita: User) -> Ticket:
    desk: Team = TeamFactory()
    return TicketFactory(requester=rita, team=desk)


def through_platform(file: Hostile, ticket: Ticket, agnes: User) -> int:
    sent = {"filename": file.name, "content": base64.b64encode(file.content).decode(), "mime_type": file.declared}
    answer = Platform(agnes).post(f"/tickets/{ticket.uuid}/comments", {"content": "x", "attachments": [sent]})
    if answer.status == 422:
        assert answer.code == "validation_error"
        assert answer.fields == {"attachments[0].content"}
    return answer.status


def through_toptickets(file: Hostile, ticket: Ticket, agnes: User) -> int:
    answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", file.name, file.content, file.declared)
    if answer.status == 400:
        assert answer.detail.startswith("File type not allowed: ")
    return answer.status


def through_taas(file: Hostile, ticket: Ticket, agnes: User) -> int:
    parts = {"files": SimpleUploadedFile(file.name, file.content, file.declared), "user": json.dumps(ADA)}
    return Taas(ticket.team).upload(f"/tickets/{ticket.uuid}/attachments", parts).status


def through_the_page(file: Hostile, ticket: Ticket, agnes: User) -> int:
    sent = {"body": "x", "files": SimpleUploadedFile(file.name, file.content, file.declared)}
    answer: Any = signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", sent)
    if answer.status_code == 422:
        assert "is not what its name and type say" in text_of(answer)
    return int(answer.status_code)


DOORS: dict[Door, int] = {
    through_platform: 422,
    through_toptickets: 400,
    through_taas: 400,
    through_the_page: 422,
}


@pytest.mark.parametrize("store", ["files"], indirect=True)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("file", TABLE, ids=lambda file: file.what)
def test_what_it_gets(file: Hostile, door: Door, ticket: Ticket, agnes: User) -> None:
    gets(file, door, ticket, agnes)


@pytest.mark.parametrize("store", ["s3"], indirect=True)
@pytest.mark.parametrize("file", TABLE, ids=lambda file: file.what)
def test_it_gets_the_same_with_a_bucket(file: Hostile, ticket: Ticket, agnes: User) -> None:
    gets(file, through_platform, ticket, agnes)


def gets(file: Hostile, door: Door, ticket: Ticket, agnes: User) -> None:
    """Holds what the door does against the table."""
    fate = file.listed if door is through_toptickets else file.fate
    status = door(file, ticket, agnes)
    if fate == REFUSED:
        assert status == DOORS[door]
        assert not in_store()
        assert not Attachment.everything.exists()
        assert not Comment.objects.exists()
        return
    assert fate == TAKEN
    assert status in FINE
    harmless(file, Attachment.objects.get())


def harmless(file: Hostile, stored: Attachment) -> None:
    """Saved as it came, never shown as anything that runs, under no name of its sender's."""
    assert in_store() == {stored.stored_as}
    assert not set(stored.name) & set("/\\\r\n\x00\u202e\u200b")
    assert len(stored.name.encode()) <= 255
    saved = fetch(stored)
    assert (saved.status_code, body(saved)) == (200, file.content)
    assert saved.headers["Content-Disposition"].startswith("attachment; filename")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not {"X-Evil", "Set-Cookie"} & set(saved.headers)
    assert stored.shown_as == file.shown
    seen = fetch(stored, "preview")
    if not file.shown:
        assert seen.status_code == 404
        return
    assert seen.headers["Content-Type"] == file.shown
    assert seen.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
