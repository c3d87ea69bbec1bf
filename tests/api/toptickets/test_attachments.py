"""Attachments (contract toptickets §5.3 and its source)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from api.toptickets.vocabulary import FILE_TYPES
from attachments.actions import stored
from attachments.models import Attachment
from attachments.uploads import Upload
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TicketFactory, acting
from tickets import actions
from tickets.models import Ticket, TicketEvent

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
NO_FILE = {("body", "file"): ("value_error.missing", "field required")}
CONTENTS = {
    "text/plain": b"hello",
    "text/html": b"<!DOCTYPE html><html></html>",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/gif": b"GIF89a\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "video/webm": b"\x1a\x45\xdf\xa3" + b"\x00" * 10,
    "video/ogg": b"OggS\x00\x02",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  ",
    "application/zip": b"PK\x03\x04\x14\x00\x00\x00" + b"\x00" * 40,
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c" + b"\x00" * 20,
    "application/gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 20,
}


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


@pytest.mark.usefixtures("store")
def test_the_sources_example(ticket: Ticket, agnes: User) -> None:
    api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
    answer = api.upload(base, "screenshot.png", PNG, "image/png")
    assert answer.status == 201
    file = Attachment.objects.get()
    assert answer.body == {
        "id": str(file.uuid), "ticket_id": str(ticket.uuid), "filename": "screenshot.png", "content_type": "image/png",
        "size_bytes": len(PNG), "uploaded_by_user_id": str(agnes.uuid), "created_at": answer.body["created_at"],
    }  # fmt: skip
    assert api.get(base).body == [answer.body]
    assert api.get(f"{base}/{file.uuid}").body == answer.body
    event = TicketEvent.objects.get(kind="attached")
    assert event.changes == [{"field": "attachments", "previous": None, "current": ["screenshot.png"]}]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("content_type", sorted(FILE_TYPES))
def test_every_type_of_the_source_is_taken(content_type: str, ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).upload(
        f"/tickets/{ticket.uuid}/attachments", "a", CONTENTS[content_type], f"{content_type}; charset=x"
    )
    assert (answer.status, answer.body.get("content_type")) == (201, content_type)


@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/svg+xml", "application/json", "x"])
def test_other_types_are_refused(content_type: str, ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", "a.png", PNG, content_type)
    assert (answer.status, answer.body) == (400, {"detail": f"File type not allowed: {content_type}"})
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("declared", "content"),
    [("image/png", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\x00" * 100), ("image/png", b"<!DOCTYPE html><script>"),
     ("text/plain", PNG), ("image/gif", PNG), ("application/pdf", CONTENTS["application/zip"])],
)  # fmt: skip
def test_content_of_another_type_is_refused(declared: str, content: bytes, ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", "a.png", content, declared)
    assert (answer.status, answer.body) == (400, {"detail": f"File type not allowed: {declared}"})
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("a.pdf", 201), ("a.exe", 400), ("a", 400)])
def test_without_a_type_the_name_decides(name: str, status: int, ticket: Ticket, agnes: User) -> None:
    body = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nhello\r\n--b--\r\n'.encode()
    path = f"/tickets/{ticket.uuid}/attachments"
    answer = TopTickets(agnes).send("POST", path, body, "multipart/form-data; boundary=b")
    assert answer.status == status, answer.body


@pytest.mark.usefixtures("store")
def test_thirty_megabytes_are_the_limit(ticket: Ticket, agnes: User) -> None:
    api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
    most = 31_457_280
    assert api.upload(base, "a.txt", b"x" * most, "text/plain").body["size_bytes"] == most
    answer = api.upload(base, "a.txt", b"x" * (most + 1), "text/plain")
    assert (answer.status, answer.body) == (400, {"detail": "File too large. Maximum size is 30 MB."})
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b'{"file": "x"}', "application/json"),
        (b"file=x", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (b"", ""),
    ],
)
def test_no_file_is_422(content: bytes, content_type: str, ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).send("POST", f"/tickets/{ticket.uuid}/attachments", content, content_type)
    assert (answer.status, answer.problems) == (422, NO_FILE)


def test_another_part_is_no_file(ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", "a.png", PNG, "image/png", part="image")
    assert answer.problems == NO_FILE


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300],
)
def test_a_form_that_cannot_be_read_is_400(content_type: str, ticket: Ticket, agnes: User) -> None:
    answer = TopTickets(agnes).send("POST", f"/tickets/{ticket.uuid}/attachments", b"--x", content_type)
    assert answer.status == 400


def test_bodies_are_bounded(ticket: Ticket, agnes: User, settings: Settings) -> None:
    path = f"/tickets/{ticket.uuid}/attachments"
    fields = b"".join(b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' for _ in range(2000)) + b"--b--"
    assert TopTickets(agnes).send("POST", path, fields, "multipart/form-data; boundary=b").status == 400
    settings.MAX_UPLOAD_BODY = 100
    answer = TopTickets(agnes).upload(path, "a.png", PNG, "image/png")
    assert (answer.status, answer.body) == (413, {"detail": "The body is larger than the server takes."})


def test_hostile_names_are_made_harmless(ticket: Ticket, agnes: User) -> None:
    for name, shown in (("../../etc/passwd", "passwd"), ("\u202egnp.txt", "gnp.txt"), ("n" * 900 + ".txt", None)):
        answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", name, b"x", "text/plain")
        assert answer.status == 201
        assert len(answer.body["filename"].encode()) <= 255
        assert shown in (None, answer.body["filename"])


def test_a_signed_link_is_fetched_without_a_key_for_an_hour(ticket: Ticket, agnes: User) -> None:
    start = datetime(2026, 2, 3, 8, 5, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
        page = CONTENTS["text/html"]
        file = api.upload(base, "page.html", page, "text/html").body
        answer = api.get(f"{base}/{file['id']}/download")
        assert answer.body["expires_at"] == "2026-02-03T09:05:00Z"
        link = urlsplit(answer.body["signed_url"])
        address = f"{link.path}?{link.query}"
        fetched = Client().get(address)
        assert (fetched.status_code, b"".join(fetched.streaming_content)) == (200, page)
        assert fetched.headers["Content-Type"] == "text/html"
        assert fetched.headers["Content-Disposition"].startswith("attachment")
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        clock.move_to(start + timedelta(seconds=1))
        assert api.get(f"{base}/{file['id']}/download").body["signed_url"] != answer.body["signed_url"]
        clock.move_to(start + timedelta(seconds=3602))
        assert Client().get(address).status_code == 404


@pytest.mark.usefixtures("store")
def test_a_deleted_file_and_its_links_are_gone(ticket: Ticket, agnes: User) -> None:
    api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
    file = api.upload(base, "a.txt", b"x", "text/plain").body
    link = urlsplit(api.get(f"{base}/{file['id']}/download").body["signed_url"])
    assert api.delete(f"{base}/{file['id']}").status == 204
    for method, path in (("GET", ""), ("GET", "/download"), ("DELETE", "")):
        answer = api.send(method, f"{base}/{file['id']}{path}", b"")
        assert (answer.status, answer.body) == (404, {"detail": "Attachment not found"})
    assert Client().get(f"{link.path}?{link.query}").status_code == 404
    assert api.get(base).body == []
    assert TicketEvent.objects.filter(kind="detached").count() == 1


@pytest.mark.usefixtures("store")
def test_files_of_comments_are_listed_links_of_others_are_not(ticket: Ticket, agnes: User, rita: User) -> None:
    with stored([Upload("mine.txt", b"x", "text/plain")]) as files:
        actions.reply(ticket, by=acting(rita), content="x", files=files)
    with stored([Upload("note.bin", b"x", "application/x-thing")]) as files:
        note = actions.reply(ticket, by=acting(agnes), content="x", files=files, internal=True)
    Attachment.objects.create(ticket=ticket, name="elsewhere", content_type="text/html", link="https://example.test/x")
    api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
    shown = api.get(base).body
    assert [(one["filename"], one["uploaded_by_user_id"]) for one in shown] == [
        ("mine.txt", None), ("note.bin", str(agnes.uuid)),
    ]  # fmt: skip
    assert [one["filename"] for one in api.get(base, offset=1, limit=1).body] == ["note.bin"]
    actions.delete_comment(note, by=acting(agnes))
    assert len(api.get(base).body) == 1
    assert api.get(f"{base}/{shown[1]['id']}").status == 404


def test_a_file_of_another_ticket_is_not_found(ticket: Ticket, agnes: User) -> None:
    api = TopTickets(agnes)
    file = api.upload(f"/tickets/{ticket.uuid}/attachments", "a.txt", b"x", "text/plain").body
    other = TicketFactory()
    assert api.get(f"/tickets/{other.uuid}/attachments/{file['id']}").detail == "Attachment not found"
    assert api.get(f"/tickets/{ticket.uuid}/attachments/{NOBODY}").status == 404
    assert set(api.get("/tickets/x/attachments/y").problems) == {("path", "ticket_id"), ("path", "attachment_id")}


def test_an_upload_to_nowhere_stores_nothing(agnes: User) -> None:
    answer = TopTickets(agnes).upload(f"/tickets/{NOBODY}/attachments", "a.txt", b"x", "text/plain")
    assert (answer.status, answer.detail) == (404, "Ticket not found")
    assert not Attachment.everything.exists()


def test_a_list_costs_three_queries_whatever_it_holds(ticket: Ticket, agnes: User) -> None:
    api, base = TopTickets(agnes), f"/tickets/{ticket.uuid}/attachments"
    counts = []
    for more in (1, 5):
        for _ in range(more):
            api.upload(base, "a.txt", b"x", "text/plain")
        with CaptureQueriesContext(connection) as queries:
            api.get(base)
        counts.append(len(queries))
    assert counts == [3, 3]
