"""Opening, reading, changing and deleting tickets (contract toptickets §5.1)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts import actions as people
from accounts.actor import Actor
from accounts.models import User
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Category, Ticket, TicketEvent

ENUM = "value is not a valid enumeration member; permitted: "
STATUSES = ENUM + "'new', 'open', 'pending', 'resolved', 'closed'"
PRIORITIES = ENUM + "'low', 'medium', 'high', 'urgent'"


def test_the_contracts_example_opens_a_ticket(ada: User, rita: User) -> None:
    body = {
        "customer_id": str(rita.uuid),
        "subject": "Invoice shows wrong VAT",
        "description": "Line 3 …",
        "priority": "high",
        "category": "Billing",
    }
    answer = TopTickets(ada).post("/tickets", body)
    assert answer.status == 201
    ticket = Ticket.objects.get()
    assert answer.body == {
        "id": str(ticket.uuid), "ticket_number": ticket.pk, "tracking_token": str(ticket.tracking_token),
        "ticket_display_id": f"TKT-{ticket.pk}", **body, "status": "new", "assigned_user_id": None,
        "assigned_team_id": None, "due_date": None, "created_at": answer.body["created_at"],
        "updated_at": answer.body["created_at"], "resolved_at": None, "closed_at": None,
    }  # fmt: skip
    assert answer.body["created_at"].endswith("Z")
    assert (ticket.created_by, ticket.requester, ticket.created_door) == (ada, rita, "toptickets")
    assert TicketEvent.objects.get().key_id is not None
    assert TopTickets(ada).get(f"/tickets/{ticket.uuid}").body == answer.body


def test_only_a_customer_and_a_subject_are_needed(agnes: User, rita: User) -> None:
    answer = TopTickets(agnes).post("/tickets", {"customer_id": str(rita.uuid), "subject": "x", "colour": "red"})
    assert answer.status == 201
    shown = {name: answer.body[name] for name in ("description", "status", "priority", "category")}
    assert shown == {"description": "", "status": "new", "priority": "medium", "category": None}


def test_a_customer_may_be_named_by_address(agnes: User, rita: User) -> None:
    api = TopTickets(agnes)
    assert api.post("/tickets", {"customer_email": "RITA@example.test", "subject": "x"}).body["customer_id"] == str(
        rita.uuid
    )
    made = api.post("/tickets", {"customer_email": "kim@acme.test", "customer_name": "Kim Roe", "subject": "x"})
    kim = User.objects.get(email="kim@acme.test")
    assert (made.body["customer_id"], kim.full_name, kim.role) == (str(kim.uuid), "Kim Roe", "customer")


def test_everything_may_be_set_at_once(ada: User, agnes: User, rita: User) -> None:
    team = TeamFactory()
    body = {
        "customer_id": str(rita.uuid), "subject": "x", "status": "closed", "category": "Fresh word",
        "assigned_user_id": str(agnes.uuid), "assigned_team_id": str(team.uuid),
        "due_date": "2026-05-01T10:00:00+02:00",
    }  # fmt: skip
    answer = TopTickets(ada).post("/tickets", body)
    assert answer.body["due_date"] == "2026-05-01T08:00:00Z"
    assert {name: answer.body[name] for name in body if name != "due_date"} == {
        name: value for name, value in body.items() if name != "due_date"
    }
    assert answer.body["resolved_at"] == answer.body["closed_at"] == answer.body["created_at"]
    again = TopTickets(ada).post("/tickets", {**body, "category": "fresh WORD"})
    assert again.body["category"] == "Fresh word"
    assert Category.objects.filter(name__iexact="fresh word").count() == 1


@pytest.mark.parametrize(
    ("change", "place", "kind", "message"),
    [
        ({"subject": ...}, "subject", "value_error.missing", "field required"),
        ({"customer_id": ...}, "customer_id", "value_error.missing", "field required"),
        ({"subject": None}, "subject", "type_error.none.not_allowed", "none is not an allowed value"),
        ({"status": None}, "status", "type_error.none.not_allowed", "none is not an allowed value"),
        ({"description": None}, "description", "type_error.none.not_allowed", "none is not an allowed value"),
        ({"customer_id": None}, "customer_id", "type_error.none.not_allowed", "none is not an allowed value"),
        ({"subject": ""}, "subject", "value_error.any_str.min_length", "ensure this value has at least 1 characters"),
        ({"subject": " "}, "subject", "value_error.any_str.min_length", "ensure this value has at least 1 characters"),
        ({"category": ""}, "category", "value_error.any_str.min_length", "ensure this value has at least 1 characters"),
        (
            {"subject": "x" * 501},
            "subject",
            "value_error.any_str.max_length",
            "ensure this value has at most 500 characters",
        ),
        ({"subject": []}, "subject", "type_error.str", "str type expected"),
        ({"subject": {}}, "subject", "type_error.str", "str type expected"),
        ({"subject": "a\x00b"}, "subject", "value_error.characters", "value holds characters that cannot be stored"),
        ({"priority": "critical"}, "priority", "type_error.enum", PRIORITIES),
        ({"priority": 3}, "priority", "type_error.enum", PRIORITIES),
        ({"status": "in_progress"}, "status", "type_error.enum", STATUSES),
        ({"status": ["new"]}, "status", "type_error.enum", STATUSES),
        ({"customer_id": "x"}, "customer_id", "type_error.uuid", "value is not a valid uuid"),
        ({"customer_id": 7}, "customer_id", "type_error.uuid", "value is not a valid uuid"),
        ({"customer_id": NOBODY}, "customer_id", "value_error", "customer not found"),
        ({"assigned_user_id": NOBODY}, "assigned_user_id", "value_error", "user not found"),
        ({"assigned_team_id": NOBODY}, "assigned_team_id", "value_error", "team not found"),
        ({"due_date": "tomorrow"}, "due_date", "value_error.datetime", "invalid datetime format"),
        ({"due_date": "2026-02-30T00:00:00Z"}, "due_date", "value_error.datetime", "invalid datetime format"),
        ({"due_date": "0001-01-01T00:00:00Z"}, "due_date", "value_error.datetime", "invalid datetime format"),
        ({"due_date": "9999-12-31T23:59:59-01:00"}, "due_date", "value_error.datetime", "invalid datetime format"),
        ({"due_date": 5}, "due_date", "value_error.datetime", "invalid datetime format"),
        (
            {"customer_id": ..., "customer_email": "nope"},
            "customer_email",
            "value_error.email",
            "value is not a valid email address",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_saved(
    change: dict[str, Any], place: str, kind: str, message: str, ada: User, rita: User
) -> None:
    body = {"customer_id": str(rita.uuid), "subject": "x", **change}
    answer = TopTickets(ada).post("/tickets", {name: value for name, value in body.items() if value is not ...})
    assert answer.status == 422
    assert answer.problems == {("body", place): (kind, message)}
    assert not Ticket.objects.exists()


def test_what_is_missing_is_named_at_once(ada: User) -> None:
    answer = TopTickets(ada).post("/tickets", {})
    assert answer.problems == {
        ("body", name): ("value_error.missing", "field required") for name in ("customer_id", "subject")
    }


def test_all_problems_are_named_at_once_and_no_customer_or_category_is_left_behind(ada: User) -> None:
    body = {
        "customer_email": "new@acme.test",
        "category": "Nowhere",
        "assigned_user_id": NOBODY,
        "assigned_team_id": NOBODY,
        "subject": "x",
    }
    answer = TopTickets(ada).post("/tickets", body)
    assert set(answer.problems) == {("body", "assigned_user_id"), ("body", "assigned_team_id")}
    assert not User.objects.filter(email="new@acme.test").exists()
    assert not Category.objects.filter(name="Nowhere").exists()


@pytest.mark.parametrize(("sent", "kept"), [(5, "5"), (1.5, "1.5"), (True, "true")])
def test_numbers_and_booleans_are_taken_as_their_text(sent: Any, kept: str, ada: User, rita: User) -> None:
    answer = TopTickets(ada).post("/tickets", {"customer_id": str(rita.uuid), "subject": sent})
    assert answer.body["subject"] == kept


def test_staff_and_customers_cannot_stand_in_for_each_other(ada: User, agnes: User, rita: User) -> None:
    api = TopTickets(ada)
    assert api.post("/tickets", {"customer_id": str(agnes.uuid), "subject": "x"}).problems.keys() == {
        ("body", "customer_id")
    }
    body = {"customer_id": str(rita.uuid), "subject": "x", "assigned_user_id": str(rita.uuid)}
    assert api.post("/tickets", body).problems.keys() == {("body", "assigned_user_id")}


@pytest.mark.parametrize(
    ("now", "word", "after"),
    [
        ("new", "new", "new"),
        ("new", "open", "open"),
        ("open", "open", "open"),
        ("in_progress", "open", "in_progress"),
        ("reopened", "open", "reopened"),
        ("pending", "open", "open"),
        ("resolved", "open", "reopened"),
        ("closed", "open", "reopened"),
        ("in_progress", "new", "new"),
        ("in_progress", "pending", "pending"),
        ("open", "resolved", "resolved"),
        ("resolved", "closed", "closed"),
        ("closed", "resolved", "resolved"),
        ("closed", "new", "new"),
        ("closed", "pending", "pending"),
    ],
)
def test_words_meet_the_status_that_is_there(now: str, word: str, after: str, agnes: User) -> None:
    ticket = TicketFactory(status=now)
    answer = TopTickets(agnes).patch(f"/tickets/{ticket.uuid}", {"status": word})
    ticket.refresh_from_db()
    assert (answer.status, answer.body["status"], ticket.status) == (200, word, after)
    assert (answer.body["resolved_at"] is not None) == (after in ("resolved", "closed"))
    assert (answer.body["closed_at"] is not None) == (after == "closed")
    assert ticket.events.filter(kind="changed").exists() == (now != after)


@pytest.mark.parametrize(
    ("status", "shown"),
    [("new", "new"), ("open", "open"), ("in_progress", "open"), ("reopened", "open"), ("pending", "pending"),
     ("resolved", "resolved"), ("closed", "closed")],
)  # fmt: skip
def test_each_status_is_shown_in_the_contracts_words(status: str, shown: str, agnes: User) -> None:
    ticket = TicketFactory(status=status)
    assert TopTickets(agnes).get(f"/tickets/{ticket.uuid}").body["status"] == shown


def test_fields_change_and_null_clears(ada: User, agnes: User, rita: User, sam: User) -> None:
    team = TeamFactory()
    ticket = TicketFactory(requester=rita)
    api = TopTickets(ada)
    body = {
        "customer_id": str(sam.uuid), "subject": "New", "description": "", "priority": "urgent", "category": "Billing",
        "assigned_user_id": str(agnes.uuid), "assigned_team_id": str(team.uuid), "due_date": "2026-05-01T08:00:00Z",
    }  # fmt: skip
    changed = api.patch(f"/tickets/{ticket.uuid}", body).body
    assert {name: changed[name] for name in body} == body
    empty = dict.fromkeys(("category", "assigned_user_id", "assigned_team_id", "due_date"))
    cleared = api.patch(f"/tickets/{ticket.uuid}", empty).body
    assert {name: cleared[name] for name in empty} == empty
    assert api.get(f"/tickets/{ticket.uuid}").body == cleared
    assert api.patch(f"/tickets/{ticket.uuid}", {}).body == cleared


def test_the_update_example(ada: User, agnes: User) -> None:
    ticket = TicketFactory()
    body = {"status": "pending", "assigned_user_id": str(agnes.uuid)}
    answer = TopTickets(ada).patch(f"/tickets/{ticket.uuid}", body)
    assert {name: answer.body[name] for name in body} == body


def test_sending_back_what_was_read_changes_nothing_even_when_people_left(ada: User, agnes: User, rita: User) -> None:
    team = TeamFactory()
    ticket = TicketFactory(requester=rita, assignee=agnes, team=team, status="resolved", category=None)
    people.delete_user(rita, by=acting(ada))
    people.delete_user(agnes, by=acting(ada))
    api = TopTickets(ada)
    read = api.get(f"/tickets/{ticket.uuid}").body
    assert (read["customer_id"], read["assigned_user_id"]) == (str(rita.uuid), str(agnes.uuid))
    assert api.patch(f"/tickets/{ticket.uuid}", read).body == read


def test_what_this_contract_does_not_show_stays(ada: User, rita: User) -> None:
    ticket = TicketFactory(requester=rita, tags=["vip"], custom={"os": "x"})
    TopTickets(ada).patch(f"/tickets/{ticket.uuid}", {"subject": "Other", "status": "open"})
    ticket = Ticket.objects.get()
    assert (ticket.tag_texts, ticket.custom) == (["vip"], {"os": "x"})


@pytest.mark.parametrize(
    ("body", "place"),
    [({"subject": None}, "subject"), ({"subject": ""}, "subject"), ({"status": "Open"}, "status"),
     ({"assigned_user_id": NOBODY}, "assigned_user_id"), ({"customer_id": None}, "customer_id")],
)  # fmt: skip
def test_a_refused_change_leaves_the_ticket_as_it_was(body: dict[str, Any], place: str, ada: User) -> None:
    ticket = TicketFactory()
    before = Ticket.objects.values().get()
    answer = TopTickets(ada).patch(f"/tickets/{ticket.uuid}", {"priority": "low", **body})
    assert (answer.status, set(answer.problems)) == (422, {("body", place)})
    assert Ticket.objects.values().get() == before


def test_a_deleted_ticket_is_gone_everywhere(agnes: User) -> None:
    ticket = TicketFactory()
    actions.reply(ticket, by=acting(agnes), content="x")
    api = TopTickets(agnes)
    assert api.delete(f"/tickets/{ticket.uuid}").status == 204
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/comments"), ("POST", "/comments"),
        ("GET", "/attachments"),
        ("POST", "/attachments"), ("GET", f"/comments/{NOBODY}"), ("GET", f"/attachments/{NOBODY}/download"),
    ):  # fmt: skip
        answer = api.send(method, f"/tickets/{ticket.uuid}{path}", b'{"content": "x"}')
        assert (answer.status, answer.body) == (404, {"detail": "Ticket not found"})
    assert api.get("/tickets").body == []


@pytest.mark.parametrize("path", ["x", "1", "me", "%00", "550e8400-e29b-41d4-a716-44665544000", "٣" * 32 + "g"])
def test_a_malformed_id_is_422_before_the_body_is_read(path: str, agnes: User) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = TopTickets(agnes).send(method, f"/tickets/{path}", b"{")
        assert answer.status == 422
        assert answer.problems == {("path", "ticket_id"): ("type_error.uuid", "value is not a valid uuid")}


def test_a_staff_requester_is_shown_and_kept(ada: User, agnes: User) -> None:
    ticket = actions.open_ticket(by=Actor.system(), subject="x", requester=agnes)
    api = TopTickets(ada)
    assert api.get(f"/tickets/{ticket.uuid}").body["customer_id"] == str(agnes.uuid)
    assert api.get(f"/customers/{agnes.uuid}").status == 404
    assert api.patch(f"/tickets/{ticket.uuid}", {"customer_id": str(agnes.uuid), "subject": "y"}).status == 200


def test_times_are_whole_seconds_in_utc(ada: User) -> None:
    ticket = TicketFactory(created_at=datetime(2026, 2, 3, 7, 0, 0, 123456, tzinfo=UTC))
    shown = TopTickets(ada).get(f"/tickets/{ticket.uuid}").body
    assert shown["created_at"] == "2026-02-03T07:00:00Z"
    assert UUID(shown["tracking_token"]).version == 4
