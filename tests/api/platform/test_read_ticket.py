"""GET /tickets/{id} and its history (contract platform §3.3, §12), and the links to its files."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Door, Team, User
from attachments import actions as files
from attachments.actions import stored
from attachments.models import Attachment
from attachments.uploads import Upload
from tests.api.platform.caller import Platform
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import CustomField, CustomOption, Ticket


def with_files(ticket: Ticket, by: User, *, internal: bool = False, count: int = 1) -> None:
    uploads = [Upload(f"note {number}.txt", b"secret", "text/plain") for number in range(count)]
    with stored(uploads) as kept:
        actions.reply(ticket, by=acting(by), content="See the file", internal=internal, files=kept)


@pytest.fixture
def ticket(rita: User, agnes: User) -> Ticket:
    with stored([Upload("screen.png", b"\x89PNG", "image/png")]) as kept:
        ticket: Ticket = TicketFactory(requester=rita, files=kept)
    with_files(ticket, agnes)
    with_files(ticket, agnes, internal=True)
    return ticket


def test_staff_read_everything_by_uuid_and_number(ticket: Ticket, agnes: User) -> None:
    for name in (str(ticket.uuid), str(ticket.uuid).upper(), str(ticket.pk)):
        shape = Platform(agnes).get(f"/tickets/{name}").data
        assert [comment["is_internal"] for comment in shape["comments"]] == [False, True]
        assert [file["filename"] for file in shape["attachments"]] == ["screen.png"]
        assert [file["filename"] for file in shape["comments"][1]["attachments"]] == ["note 0.txt"]
        assert shape["comments"][0]["created_by"]["name"] == "Agnes"


@pytest.mark.usefixtures("store")
def test_the_requester_never_sees_internal_notes_or_their_files(ticket: Ticket, rita: User) -> None:
    answer = Platform(rita).get(f"/tickets/{ticket.uuid}")
    assert [comment["is_internal"] for comment in answer.data["comments"]] == [False]
    internal = Attachment.objects.get(comment__is_internal=True)
    assert str(internal.uuid) not in str(answer.body)


@pytest.mark.parametrize(
    "name", ["agent789", "0", "9" * 18, "9" * 40, "%00", "..", "00000000-0000-0000-0000-000000000001"]
)
def test_what_is_not_there_is_not_found(name: str, agnes: User) -> None:
    answer = Platform(agnes).get(f"/tickets/{name}")
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_strangers_ticket_looks_like_one_that_is_not_there(ticket: Ticket, sam: User) -> None:
    platform = Platform(sam)
    missing = platform.get("/tickets/00000000-0000-0000-0000-000000000001")
    bodies = [
        platform.get(f"/tickets/{ticket.uuid}"),
        platform.get(f"/tickets/{ticket.pk}"),
        platform.patch(f"/tickets/{ticket.uuid}", {"status": "closed"}),
        platform.patch(f"/tickets/{ticket.uuid}", {"nonsense": []}),
        platform.delete(f"/tickets/{ticket.uuid}"),
        platform.post(f"/tickets/{ticket.uuid}/comments", {"content": "hi"}),
        platform.get(f"/tickets/{ticket.uuid}/events"),
    ]
    assert {answer.status for answer in bodies} == {404}
    assert all(answer.body == missing.body for answer in bodies)


@pytest.mark.usefixtures("store")
def test_a_file_link_works_for_an_hour_without_a_cookie(ticket: Ticket, rita: User) -> None:
    url = Platform(rita).get(f"/tickets/{ticket.uuid}").data["attachments"][0]["url"]
    assert url.startswith("http://")
    path = "/" + url.split("/", 3)[3]
    response: Any = Client().get(path)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"\x89PNG"
    assert response.headers["Content-Disposition"] == 'attachment; filename="screen.png"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Client().get(path).status_code == 404


@pytest.mark.usefixtures("store")
def test_a_file_link_dies_with_its_file_or_ticket(ticket: Ticket, agnes: User) -> None:
    shape = Platform(agnes).get(f"/tickets/{ticket.uuid}").data
    first = "/" + shape["attachments"][0]["url"].split("/", 3)[3]
    second = "/" + shape["comments"][0]["attachments"][0]["url"].split("/", 3)[3]
    files.remove(Attachment.objects.get(uuid=shape["attachments"][0]["id"]))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    actions.delete_ticket(ticket, by=acting(agnes))
    assert Client().get(second).status_code == 404


@pytest.mark.usefixtures("store")
def test_a_link_of_one_file_opens_no_other(ticket: Ticket, agnes: User) -> None:
    url = Platform(agnes).get(f"/tickets/{ticket.uuid}").data["attachments"][0]["url"]
    other = Attachment.objects.get(comment__is_internal=True)
    signature = url.rpartition("sig=")[2]
    for forged in (f"/files/{other.uuid}?sig={signature}", f"/files/{other.uuid}?sig=", f"/files/{other.uuid}"):
        assert Client().get(forged).status_code == 404


def grown(ticket: Ticket, by: User, team: Team, count: int) -> None:
    for _ in range(count):
        with_files(ticket, by)
    actions.change(
        ticket, by=acting(by), team=team, tags=[f"t{n}" for n in range(count)], custom={"owner": str(by.uuid)}
    )


def test_a_ticket_costs_eight_queries_at_most_whatever_it_holds(ticket: Ticket, agnes: User) -> None:
    team = TeamFactory()
    CustomField.objects.create(team=team, title="Owner", key="owner", kind="people")
    platform = Platform(agnes)
    counts = []
    for count in (1, 20):
        grown(ticket, agnes, team, count)
        with CaptureQueriesContext(connection) as queries:
            assert platform.get(f"/tickets/{ticket.uuid}").status == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, [query["sql"] for query in queries]


def test_staff_read_the_history(ticket: Ticket, agnes: User, rita: User) -> None:
    actions.change(ticket, by=acting(agnes, Door.PLATFORM), status="resolved", priority=4, assignee=agnes)
    answer = Platform(agnes).get(f"/tickets/{ticket.uuid}/events", per_page=2, page=2)
    assert answer.body["pagination"]["total"] == 4
    note, change = answer.data
    assert (note["kind"], change["kind"], change["origin"]) == ("commented", "changed", "platform")
    assert note["comment_id"] is not None
    assert change["actor"]["name"] == "Agnes"
    assert {"field": "status", "previous": "open", "current": "resolved"} in change["changes"]
    assert {"field": "priority", "previous": "medium", "current": "critical"} in change["changes"]
    person = {"id": str(agnes.uuid), "name": "Agnes"}
    assert {"field": "assigned_to", "previous": None, "current": person} in change["changes"]
    assert Platform(rita).get(f"/tickets/{ticket.uuid}/events").status == 403


def test_history_says_custom_values_in_words(ticket: Ticket, agnes: User) -> None:
    team = TeamFactory()
    os = CustomField.objects.create(team=team, title="OS", key="os", kind="list")
    CustomOption.objects.create(field=os, text="Debian")
    CustomField.objects.create(team=team, title="Owner", key="owner", kind="people")
    actions.change(ticket, by=acting(agnes), team=team)
    actions.change(ticket, by=acting(agnes), custom={"os": "debian", "owner": agnes.email, "free": 1})
    changes = Platform(agnes).get(f"/tickets/{ticket.uuid}/events").data[-1]["changes"]
    person = {"id": str(agnes.uuid), "name": "Agnes", "email": agnes.email}
    assert changes == [
        {"field": "custom_fields.os", "previous": None, "current": "Debian"},
        {"field": "custom_fields.owner", "previous": None, "current": [person]},
        {"field": "custom_fields.free", "previous": None, "current": 1},
    ]
