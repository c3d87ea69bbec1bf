"""Files and links (contract taas §3.6, §4.3)."""

from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Team, User
from attachments.actions import stored
from attachments.models import Attachment
from attachments.uploads import Upload
from tests.api.taas.caller import ADA, Taas
from tests.attachments.sent import in_store
from tests.factories import TicketFactory
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.usefixtures("store")
USER = orjson.dumps(ADA).decode()


@pytest.fixture
def ticket(desk: Team, rita: User) -> Ticket:
    with stored([Upload("first.txt", b"1", "text/plain")]) as files:
        made: Ticket = TicketFactory(requester=rita, team=desk, status="open", files=files)
    return made


def file(name: str = "photo.png", content: bytes = b"\x89PNG", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def test_links_with_a_comment(taas: Taas, ticket: Ticket) -> None:
    links = [{"src": "https://acme.test/manual", "caption": "Manual"}, {"src": "http://acme.test/x"}]
    body = {"attachments": links, "comment": "See there", "user": ADA}
    item = taas.post(f"/tickets/{ticket.uuid}/attachments", body).item
    assert (item["comment"], item["user"]) == ("See there", ADA)
    shown = [(file["caption"], file["src"], file["isHyperlink"], file["isImage"]) for file in item["attachments"]]
    assert shown == [("Manual", "https://acme.test/manual", True, False),
                     ("http://acme.test/x", "http://acme.test/x", True, False)]  # fmt: skip
    assert item["attachments"][0]["createdBy"] == "Ada Poe"


def test_files_as_multipart_without_words(taas: Taas, ticket: Ticket) -> None:
    parts = {"files": [file(), file("all.zip", b"PK", "application/zip")], "isPrivate": "true", "user": USER}
    answer = taas.upload(f"/tickets/{ticket.uuid}/attachments", parts)
    assert answer.status == 201
    item = answer.item
    (activity, *_) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    assert (item["comment"], activity["id"], activity["isPrivate"]) == ("", item["activityId"], True)
    shown = [(one["filename"], one["isImage"], one["isArchive"], one["isHyperlink"]) for one in item["attachments"]]
    assert shown == [("photo.png", True, False, False), ("all.zip", False, True, False)]
    link = item["attachments"][0]["src"]
    response: Any = Client().get("/" + link.split("/", 3)[3])
    assert b"".join(response.streaming_content) == b"\x89PNG"
    assert taas.get(f"/tickets/{ticket.uuid}/activities").items[0]["comment"] is None


def test_lists_of_a_ticket_and_of_an_activity(taas: Taas, ticket: Ticket) -> None:
    parts = {"files": file(), "comment": "Photo", "user": USER}
    item = taas.upload(f"/tickets/{ticket.uuid}/attachments", parts).item
    everything = taas.get(f"/tickets/{ticket.pk}/attachments").items
    assert [one["filename"] for one in everything] == ["photo.png", "first.txt"]
    (own,) = taas.get(f"/tickets/activity/{item['activityId']}/attachments").items
    assert (own["id"], own["filename"]) == (everything[0]["id"], "photo.png")
    (activity,) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    assert [one["id"] for one in activity["attachments"]] == [own["id"]]
    opening = ticket.events.get(kind="created")
    assert taas.get(f"/tickets/activity/{opening.uuid}/attachments").items == []


@pytest.mark.parametrize("name", ["x", "1", "00000000-0000-0000-0000-000000000001"])
def test_unknown_activities(name: str, taas: Taas, ticket: Ticket) -> None:
    assert taas.get(f"/tickets/activity/{name}/attachments").status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"attachments": None},
        {"attachments": []},
        {"attachments": {}},
        {"attachments": ["https://acme.test"]},
        {"attachments": [{}]},
        {"attachments": [{"src": "javascript:alert(1)"}]},
        {"attachments": [{"src": "ftp://acme.test"}]},
        {"attachments": [{"src": "//acme.test"}]},
        {"attachments": [{"src": "https://" + "x" * 2000 + ".test"}]},
        {"attachments": [{"src": "https://acme.test/\x00"}]},
        {"attachments": [{"src": "https://acme.test", "caption": "x" * 256}]},
        {"attachments": [{"src": "https://acme.test"}] * 11},
        {"comment": 5},
        {"user": None},
    ],
)
def test_refused_links_leave_nothing(change: Any, taas: Taas, ticket: Ticket) -> None:
    body = {"attachments": [{"src": "https://acme.test"}], "user": ADA, **change}
    assert taas.post(f"/tickets/{ticket.uuid}/attachments", body).status == 400
    assert not Comment.objects.exists()
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"files": []}, 400),
        ({"user": ""}, 400),
        ({"user": "{"}, 400),
        ({"user": "[]"}, 400),
        ({"user": '{"id": "x"}'}, 400),
        ({"isPrivate": "maybe"}, 400),
        ({"comment": "x" * 100_001}, 400),
        ({"files": "no file"}, 400),
        ({"files": "many"}, 400),
        ({"files": "more"}, 400),
        ({"files": "big"}, 413),
    ],
)
def test_refused_files_leave_nothing(change: Any, status: int, taas: Taas, ticket: Ticket) -> None:
    before = in_store()
    special = {"many": [file()] * 11, "more": [file()] * 25, "big": file("big", bytes(30 * 1024 * 1024 + 1))}
    parts = {"files": file(), "user": USER, **change}
    if isinstance(parts["files"], str):
        parts["files"] = special.get(parts["files"], parts["files"])
    answer = taas.upload(f"/tickets/{ticket.uuid}/attachments", parts)
    assert answer.status == status
    assert not Comment.objects.exists()
    assert Attachment.objects.count() == 1
    assert in_store() == before


@pytest.mark.parametrize("content", [b"", b"nonsense", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data"])
def test_a_broken_form_is_refused(content: bytes, taas: Taas, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.uuid}/attachments"
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/mixed; boundary=x"):
        assert taas.send("POST", path, content, kind).status == 400


def test_a_form_over_the_limit_is_refused_unread(taas: Taas, ticket: Ticket, settings: Settings) -> None:
    settings.MAX_UPLOAD_BODY = 100
    answer = taas.upload(f"/tickets/{ticket.uuid}/attachments", {"files": file(content=bytes(200)), "user": USER})
    assert answer.status == 413


def test_no_file_is_stored_for_a_ticket_that_is_not_there(taas: Taas, desk: Team) -> None:
    assert taas.upload("/tickets/1/attachments", {"files": file(), "user": USER}).status == 404
