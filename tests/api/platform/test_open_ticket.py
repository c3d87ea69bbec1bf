"""POST /tickets (contract platform §3.2)."""

import base64
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import User
from attachments.models import Attachment
from tests.api.platform.caller import Platform
from tests.attachments.sent import in_store
from tests.factories import EndpointFactory, TeamFactory, acting
from tickets.models import CustomField, CustomOption, Tag, Ticket, TicketEvent

EXAMPLE = {
    "title": "Cannot export reports",
    "description": "The button does nothing",
    "priority": "medium",
    "tags": ["reports", "export"],
    "custom_fields": {"browser": "Firefox 140", "depth": {"a": [1, None, True]}},
    "attachments": [{"filename": "log.txt", "content": base64.b64encode(b"hello").decode(), "mime_type": "text/plain"}],
}


@pytest.mark.usefixtures("store")
def test_a_customer_opens_a_ticket_with_a_file(rita: User) -> None:
    answer = Platform(rita).post("/tickets", EXAMPLE)
    assert answer.status == 201
    shape = answer.data
    assert (shape["status"], shape["priority"], shape["tags"]) == ("open", "medium", ["reports", "export"])
    assert shape["custom_fields"] == EXAMPLE["custom_fields"]
    assert shape["created_by"]["id"] == shape["entered_by"]["id"] == str(rita.uuid)
    assert "comments" not in shape
    assert "attachments" not in shape
    ticket = Ticket.objects.get(uuid=shape["id"])
    assert TicketEvent.objects.get(ticket=ticket).kind == "created"
    file = Attachment.objects.get(ticket=ticket)
    assert (file.name, file.size, file.content_type) == ("log.txt", 5, "text/plain")
    assert default_storage.open(file.stored_as).read() == b"hello"


def test_defaults(agnes: User) -> None:
    shape = Platform(agnes).post("/tickets", {"title": "a", "description": "b", "unknown": 1}).data
    assert (shape["status"], shape["priority"], shape["assigned_to"]) == ("open", "medium", None)
    assert (shape["tags"], shape["custom_fields"]) == ([], {})


def test_staff_open_for_somebody_else(agnes: User, rita: User) -> None:
    body = {"title": "a", "description": "b", "requester_id": str(rita.uuid), "assigned_to": str(agnes.uuid)}
    shape = Platform(agnes).post("/tickets", {**body, "status": "resolved", "priority": "urgent"}).data
    assert shape["created_by"]["id"] == str(rita.uuid)
    assert shape["entered_by"]["id"] == shape["assigned_to"]["id"] == str(agnes.uuid)
    assert (shape["status"], shape["priority"]) == ("resolved", "critical")
    assert shape["resolved_at"] is not None


@pytest.mark.parametrize("extra", [{"status": "open"}, {"assigned_to": None}, {"requester_id": "sam"}])
def test_customers_may_not_set_what_is_for_staff(extra: dict[str, Any], rita: User, sam: User) -> None:
    extra = {name: str(sam.uuid) if value == "sam" else value for name, value in extra.items()}
    answer = Platform(rita).post("/tickets", {"title": "a", "description": "b", **extra})
    assert (answer.status, answer.code) == (403, "forbidden")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "fields"),
    [
        ({"title": None}, 422, {"title"}),
        ({"title": "  "}, 422, {"title"}),
        ({"title": "x" * 501}, 422, {"title"}),
        ({"title": "a\x00b"}, 422, {"title"}),
        ({"title": 5}, 400, {"title"}),
        ({"title": ["x"]}, 400, {"title"}),
        ({"description": ""}, 422, {"description"}),
        ({"description": "x" * 100_001}, 422, {"description"}),
        ({"priority": "highest"}, 400, {"priority"}),
        ({"priority": 3}, 400, {"priority"}),
        ({"status": "waiting"}, 400, {"status"}),
        ({"tags": "vpn"}, 400, {"tags"}),
        ({"tags": [1]}, 400, {"tags[0]"}),
        ({"tags": [str(n) for n in range(51)]}, 422, {"tags"}),
        ({"tags": ["x" * 101]}, 422, {"tags"}),
        ({"custom_fields": []}, 400, {"custom_fields"}),
        ({"custom_fields": {"a": "\x00"}}, 422, {"custom_fields.a"}),
        ({"custom_fields": {"\x00": 1}}, 422, {"custom_fields"}),
        ({"assigned_to": 5}, 400, {"assigned_to"}),
        ({"assigned_to": "agent789"}, 422, {"assigned_to"}),
        ({"assigned_to": "rita"}, 422, {"assigned_to"}),
        ({"requester_id": "agent789"}, 422, {"requester_id"}),
        ({"attachments": {}}, 400, {"attachments"}),
        ({"attachments": [5]}, 400, {"attachments[0]"}),
        (
            {"attachments": [{}]},
            422,
            {"attachments[0].filename", "attachments[0].content", "attachments[0].mime_type"},
        ),
        (
            {"attachments": [{"filename": "a", "content": "%%%", "mime_type": "text/plain"}]},
            422,
            {"attachments[0].content"},
        ),
        ({"attachments": [{"filename": "a", "content": "", "mime_type": "text/plain"}] * 11}, 422, {"attachments"}),
        ({"attachments": [{}] * 100_000}, 422, {"attachments"}),  # too many to tell what is wrong with each
        ({"tags": ["\x00"] * 100_000}, 422, {"tags"}),
        ({"title": None, "priority": "x", "assigned_to": "nobody"}, 400, {"title", "priority", "assigned_to"}),
    ],
)
def test_a_refused_body_names_every_field_and_saves_nothing(
    change: dict[str, Any], status: int, fields: set[str], agnes: User, rita: User
) -> None:
    body = {"title": "a", "description": "b", **change}
    if body.get("assigned_to") == "rita":
        body["assigned_to"] = str(rita.uuid)
    answer = Platform(agnes).post("/tickets", body)
    assert (answer.status, answer.fields) == (status, fields)
    assert answer.code == ("invalid_input" if status == 400 else "validation_error")
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()
    assert not Tag.objects.exists()


def test_missing_fields_are_a_broken_rule(agnes: User) -> None:
    answer = Platform(agnes).post("/tickets", {})
    assert (answer.status, answer.fields) == (422, {"title", "description"})


@pytest.mark.usefixtures("store")
def test_thirty_megabytes_are_taken_and_one_byte_more_is_not(agnes: User) -> None:
    most = 30 * 1024 * 1024

    def sent(size: int) -> int:
        file = {"filename": "big", "content": base64.b64encode(bytes(size)).decode(), "mime_type": "a/b"}
        return Platform(agnes).post("/tickets", {"title": "a", "description": "b", "attachments": [file]}).status

    assert sent(most + 1) == 422
    assert not Ticket.objects.exists()
    assert sent(most) == 201
    assert Attachment.objects.get().size == most


@pytest.mark.usefixtures("store")
def test_a_refusal_after_storing_leaves_no_file_behind(agnes: User) -> None:
    answer = Platform(agnes).post("/tickets", {**EXAMPLE, "tags": ["x" * 101]})
    assert answer.status == 422
    assert not in_store()
    assert Platform(agnes).post("/tickets", EXAMPLE).status == 201
    assert len(in_store()) == 1


def test_tags_are_trimmed_and_said_once(agnes: User) -> None:
    body = {"title": "a", "description": "b", "tags": [" vpn ", "VPN", "vpn", "", "a  b"]}
    assert Platform(agnes).post("/tickets", body).data["tags"] == ["vpn", "VPN", "a b"]
    assert Platform(agnes).post("/tickets", body).data["tags"] == ["vpn", "VPN", "a b"]
    assert Tag.objects.count() == 3


def test_a_key_of_the_default_desk_is_a_typed_field(agnes: User, ada: User) -> None:
    team = TeamFactory()
    actions.change_organization(by=acting(ada), default_team=team)
    os = CustomField.objects.create(team=team, title="OS", key="os", kind="list")
    CustomOption.objects.create(field=os, text="Debian 13")
    for key, kind in (("urgent", "toggle"), ("when", "date"), ("who", "people")):
        CustomField.objects.create(team=team, title=key, key=key, kind=kind)
    sent = {"OS": "debian 13", "urgent": True, "when": "2026-03-01", "who": [str(agnes.uuid)], "free": 1}
    shape = Platform(agnes).post("/tickets", {"title": "a", "description": "b", "custom_fields": sent}).data
    person = {"id": str(agnes.uuid), "name": "Agnes", "email": agnes.email}
    assert shape["custom_fields"] == {
        "os": "Debian 13", "urgent": True, "when": "2026-03-01", "who": [person], "free": 1
    }  # fmt: skip
    wrong = {"os": "BeOS", "urgent": "yes", "when": "soon", "who": "nobody"}
    answer = Platform(agnes).post("/tickets", {"title": "a", "description": "b", "custom_fields": wrong})
    assert (answer.status, answer.fields) == (422, {f"custom_fields.{key}" for key in wrong})


def test_opening_costs_at_most_fourteen_queries(agnes: User) -> None:
    team = TeamFactory()
    CustomField.objects.create(team=team, title="OS", key="os", kind="text")
    EndpointFactory()
    platform = Platform(agnes)
    body = {"title": "a", "description": "b", "tags": ["one", "two"], "custom_fields": {"os": "x"}}
    platform.post("/tickets", body)
    with CaptureQueriesContext(connection) as queries:
        assert platform.post("/tickets", body).status == 201
    said = [q["sql"] for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    print(len(said))
    assert len(said) <= 14, said
