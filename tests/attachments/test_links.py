"""Downloads: only through a signed link, for an hour, while the file is there; whole or in parts; never run as ours."""

import re
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from attachments.actions import remove
from attachments.links import signed_path
from attachments.models import Attachment
from tests.attachments.sent import attached, body, fetch
from tests.factories import TicketFactory, acting
from tests.pages import signed_in
from tickets import actions
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
CONTENT = bytes(range(256)) * 400
SIZE = len(CONTENT)


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


@pytest.fixture
def file(ticket: Ticket, rita: User) -> Attachment:
    return attached(ticket, "dump.bin", CONTENT, "application/x-dump", by=acting(rita))


def test_a_download_is_whole_and_shut(file: Attachment) -> None:
    answer = fetch(file)
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    shown = {
        "Content-Type": "application/x-dump",
        "Content-Length": str(SIZE),
        "Content-Disposition": 'attachment; filename="dump.bin"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "Accept-Ranges": "bytes",
    }
    assert {name: answer.headers[name] for name in shown} == shown
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("über ☃.txt", "attachment; filename*=utf-8''%C3%BCber%20%E2%98%83.txt"),
        ("C:\\fakepath\\a.txt", 'attachment; filename="a.txt"'),
        ('say "hi".txt', r'attachment; filename="say \"hi\".txt"'),
        ("x\r\nSet-Cookie: a=b", 'attachment; filename="xSet-Cookie: a=b"'),
    ],
)
def test_names_are_encoded(name: str, header: str, ticket: Ticket, rita: User) -> None:
    answer = fetch(attached(ticket, name, b"x", by=acting(rita)))
    assert answer.headers["Content-Disposition"] == header
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=100-199", 100, 200),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        (f"bytes=5-{SIZE * 2}", 5, SIZE),
        ("bytes=-10", SIZE - 10, SIZE),
        (f"bytes=-{SIZE * 3}", 0, SIZE),
        ("Bytes= 7 - 9 ", 7, 10),
    ],
)
def test_a_span(asked: str, start: int, end: int, file: Attachment) -> None:
    answer = fetch(file, Range=asked)
    assert (answer.status_code, body(answer)) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 9}-{SIZE + 10}", "bytes=-0"])
def test_bytes_that_are_not_there(asked: str, file: Attachment) -> None:
    answer = fetch(file, Range=asked)
    assert (answer.status_code, body(answer)) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "lines=1-2", "bytes=0-1,5-9", f"bytes={'9' * 40}-", "½"],
)
def test_what_cannot_be_read_is_the_whole(asked: str, file: Attachment) -> None:
    answer = fetch(file, Range=asked)
    assert (answer.status_code, len(body(answer))) == (200, SIZE)


def test_a_span_only_for_the_same_file(file: Attachment) -> None:
    etag = fetch(file).headers["ETag"]
    same = {"Range": "bytes=1-2", "If-Range": etag}
    assert fetch(file, **same).status_code == 206
    for other in ('"another"', f"W/{etag}", "Tue, 03 Feb 2026 08:05:00 GMT"):
        assert fetch(file, **{**same, "If-Range": other}).status_code == 200


def test_head_says_the_same_without_bytes(file: Attachment) -> None:
    full, head = fetch(file), Client().head(signed_path(file.uuid), headers={"Range": "bytes=0-4"})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Accept-Ranges"):
        assert head.headers[name] == full.headers[name]


def test_an_empty_file(ticket: Ticket, rita: User) -> None:
    file = attached(ticket, "empty.bin", b"", by=acting(rita))
    assert body(fetch(file)) == b""
    assert fetch(file, Range="bytes=0-").status_code == 416


def test_other_methods_are_refused(file: Attachment) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(signed_path(file.uuid)).status_code == 405


@pytest.mark.parametrize("variant", ["", "preview", "thumbnail"])
def test_a_link_works_for_an_hour(variant: str, ticket: Ticket, rita: User, png: bytes) -> None:
    file = attached(ticket, "a.png", png, "image/png", by=acting(rita))
    for age, status in ((3590, 200), (3602, 404)):  # the store's own clock runs on, so the link is made in the past
        with time_machine.travel(datetime.now(UTC) - timedelta(seconds=age)):
            path = signed_path(file.uuid, variant)
        assert Client().get(path).status_code == status


@pytest.mark.parametrize("variant", ["", "preview", "thumbnail"])
@pytest.mark.parametrize("what", ["file", "comment", "ticket"])
def test_deletion_kills_links_that_are_out(variant: str, what: str, ticket: Ticket, agnes: User, png: bytes) -> None:
    file = attached(ticket, "a.png", png, "image/png", by=acting(agnes))
    comment = actions.reply(ticket, by=acting(agnes), content="See there.")
    Attachment.objects.filter(pk=file.pk).update(comment=comment)
    path = signed_path(file.uuid, variant)
    assert Client().get(path).status_code == 200
    {
        "file": lambda: remove(file),
        "comment": lambda: actions.delete_comment(comment, by=acting(agnes)),
        "ticket": lambda: actions.delete_ticket(ticket, by=acting(agnes)),
    }[what]()
    assert Client().get(path).status_code == 404


def test_nothing_but_a_good_link_opens(file: Attachment, agnes: User) -> None:
    good = signed_path(file.uuid)
    signature = parse_qs(urlsplit(good).query)["sig"][0]
    tries = [
        f"/files/{file.uuid}", f"/files/{file.uuid}?sig=", f"/files/{file.uuid}?sig={signature[:-1]}",
        f"/files/{uuid4()}?sig={signature}", f"/files/{file.uuid}?sig={signature}%00", f"/files/{file.stored_as}",
        f"/files/{file.pk}?sig={signature}", f"/media/{file.stored_as}", f"/static/{file.stored_as}",
        f"/static/../files/{file.stored_as}", f"/files/../{file.stored_as}", f"/var/files/{file.stored_as}",
    ]  # fmt: skip
    for path in tries:
        assert Client().get(path).status_code == 404, path
        assert signed_in(agnes).get(path).status_code == 404, path


def test_bytes_that_are_lost_are_not_found(file: Attachment) -> None:
    default_storage.delete(file.stored_as)
    assert fetch(file).status_code == 404


def test_a_store_hands_downloads_on(file: Attachment, settings: Settings, store: str) -> None:
    settings.ATTACHMENT_DELIVERY = "redirect"
    answer = fetch(file)
    if store == "files":  # there is nowhere to send them
        assert (answer.status_code, body(answer)) == (200, CONTENT)
        return
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "private, no-store"
    link = answer.headers["Location"]
    assert 0 < int(parse_qs(urlsplit(link).query)["X-Amz-Expires"][0]) <= 60
    with urlopen(Request(link, headers={"Range": "bytes=10-19"})) as part:  # noqa: S310 - of this machine
        assert (part.status, part.read()) == (206, CONTENT[10:20])
        assert part.headers["Content-Disposition"] == 'attachment; filename="dump.bin"'
        assert part.headers["Content-Type"] == "application/x-dump"
    with pytest.raises(HTTPError) as refused:
        urlopen(link.partition("?")[0])  # noqa: S310
    assert refused.value.code == 403
    assert Client().head(signed_path(file.uuid)).status_code == 200


def test_logs_never_hold_a_signature(file: Attachment, caplog: pytest.LogCaptureFixture) -> None:
    path = signed_path(file.uuid)
    Client().get(path)
    signature = re.escape(urlsplit(path).query)
    assert not re.search(signature, caplog.text)
