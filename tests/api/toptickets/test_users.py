"""Users and avatars (contract toptickets §5.6)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import User
from attachments.models import Attachment
from config.celery import app as worker
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TicketFactory, acting, admin

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def test_a_user_comes_back_as_sent(ada: User) -> None:
    api = TopTickets(ada)
    body = {
        "email": "poe@acme.test", "full_name": "Ada Poe", "role": "agent", "is_active": True,
        "employee_type": "permanent", "region": "emea", "timezone": "Europe/Berlin",
    }  # fmt: skip
    answer = api.post("/users", body)
    assert answer.status == 201
    made = User.objects.get(email="poe@acme.test")
    stamps = {name: answer.body[name] for name in ("created_at", "updated_at")}
    assert answer.body == {"id": str(made.uuid), "avatar_url": None, **body, **stamps}
    assert api.get(f"/users/{made.uuid}").body == answer.body


def test_address_and_name_suffice(ada: User) -> None:
    made = TopTickets(ada).post("/users", {"email": "poe@acme.test", "full_name": "Poe"}).body
    shown = {name: made[name] for name in ("role", "is_active", "employee_type", "region", "timezone")}
    assert shown == {
        "role": "agent", "is_active": True, "employee_type": "permanent", "region": None, "timezone": None,
    }  # fmt: skip


@pytest.fixture
def _work_at_once() -> Iterator[None]:
    """Background work is done where it is asked for."""
    worker.conf.task_always_eager = True
    yield
    worker.conf.task_always_eager = False


@pytest.mark.parametrize(
    ("word", "role", "read_only"),
    [("admin", "admin", False), ("read_only_admin", "admin", True), ("agent", "agent", False),
     ("read_only_agent", "agent", True)],
)  # fmt: skip
def test_each_role_is_role_and_flag(word: str, role: str, read_only: bool, ada: User) -> None:
    api = TopTickets(ada)
    made = api.post("/users", {"email": "poe@acme.test", "full_name": "Poe", "role": word}).body
    user = User.objects.get(email="poe@acme.test")
    assert (made["role"], user.role, user.read_only) == (word, role, read_only)
    assert [one["id"] for one in api.get("/users", role=word, search="poe").body] == [made["id"]]


@pytest.mark.usefixtures("_work_at_once")
def test_a_new_user_is_invited_to_choose_a_password(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        TopTickets(ada).post("/users", {"email": "poe@acme.test", "full_name": "Poe"})
    poe = User.objects.get(email="poe@acme.test")
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["poe@acme.test"], "Your Polydesk account")
    link = next(line for line in sent.body.splitlines() if line.startswith("http"))
    client = Client()
    page = client.get(urlsplit(link).path, follow=True)
    address = page.redirect_chain[-1][0]
    password = "a-brand-new-word-9"
    client.post(address, {"password1": password, "password2": password})
    poe.refresh_from_db()
    assert poe.check_password(password)


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"email": ...}, "email", "value_error.missing"),
        ({"full_name": ...}, "full_name", "value_error.missing"),
        ({"role": "customer"}, "role", "type_error.enum"),
        ({"role": None}, "role", "type_error.none.not_allowed"),
        ({"employee_type": "robot"}, "employee_type", "type_error.enum"),
        ({"is_active": None}, "is_active", "type_error.none.not_allowed"),
        ({"region": "x"}, "region", "type_error.enum"),
        ({"timezone": []}, "timezone", "type_error.str"),
        ({"email": "x"}, "email", "value_error.email"),
    ],
)
def test_a_refused_user_leaves_nothing(change: dict[str, Any], place: str, kind: str, ada: User) -> None:
    body = {"email": "poe@acme.test", "full_name": "Poe", **change}
    answer = TopTickets(ada).post("/users", {name: value for name, value in body.items() if value is not ...})
    found = {place: problem[0] for place, problem in answer.problems.items()}
    assert (answer.status, found) == (422, {("body", place): kind})
    assert User.objects.count() == 1


def test_an_address_belongs_to_one(ada: User, agnes: User, rita: User) -> None:
    api = TopTickets(ada)
    taken = {"detail": "User with this email already exists"}
    answer = api.post("/users", {"email": "RITA@example.test", "full_name": "x"})
    assert (answer.status, answer.body) == (400, taken)
    assert api.patch(f"/users/{agnes.uuid}", {"email": "ada@example.test"}).body == taken


def test_a_user_changes(ada: User, agnes: User) -> None:
    api, path = TopTickets(ada), f"/users/{agnes.uuid}"
    body = {"full_name": "Agnes B.", "role": "read_only_agent", "employee_type": "bot", "region": "apac"}
    changed = api.patch(path, body).body
    assert {name: changed[name] for name in body} == body
    assert api.patch(path, {"region": None}).body["region"] is None
    assert api.patch(path, {"is_active": False}).body["is_active"] is False
    assert api.get(path).body["is_active"] is False
    assert api.patch(path, api.get(path).body).status == 200


def test_the_owner_and_the_last_admin_stay(ada: User) -> None:
    api, path = TopTickets(ada), f"/users/{ada.uuid}"
    for answer in (
        api.delete(path), api.patch(path, {"role": "agent"}), api.patch(path, {"role": "read_only_admin"}),
        api.patch(path, {"is_active": False}),
    ):  # fmt: skip
        assert (answer.status, isinstance(answer.detail, str)) == (400, True)
    assert api.patch(path, {"full_name": "Ada P.", "role": "admin"}).status == 200
    ada.refresh_from_db()
    assert (ada.role, ada.read_only, ada.is_active) == ("admin", False, True)


def test_another_admin_may_go(ada: User) -> None:
    other = admin("Eve")
    api = TopTickets(ada)
    assert api.patch(f"/users/{other.uuid}", {"role": "agent"}).body["role"] == "agent"
    assert api.delete(f"/users/{other.uuid}").status == 204


def test_who_is_deleted_leaves_open_tickets_and_keeps_authorship(ada: User, agnes: User) -> None:
    opened, done = TicketFactory(assignee=agnes), TicketFactory(assignee=agnes, status="closed")
    agents_key = TopTickets(agnes)
    api = TopTickets(ada)
    assert api.delete(f"/users/{agnes.uuid}").status == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert api.send(method, f"/users/{agnes.uuid}", b"{}").body == {"detail": "User not found"}
    assert api.get(f"/tickets/{opened.uuid}").body["assigned_user_id"] is None
    assert api.get(f"/tickets/{done.uuid}").body["assigned_user_id"] == str(agnes.uuid)
    assert [one["email"] for one in api.get("/users").body] == ["ada@example.test"]
    assert (agents_key.get("/test").status, agents_key.get("/test").detail) == (401, "Invalid API key")


def test_customers_are_no_users(ada: User, rita: User) -> None:
    api = TopTickets(ada)
    for user_id in (rita.uuid, NOBODY):
        assert api.get(f"/users/{user_id}").body == {"detail": "User not found"}
    assert api.get("/users/me").problems == {("path", "user_id"): ("type_error.uuid", "value is not a valid uuid")}


def test_the_list_is_by_name_and_filtered(ada: User, agnes: User, rita: User) -> None:
    api = TopTickets(ada)
    actions.change_user(agnes, by=acting(ada), is_active=False)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Ada", "Agnes"]),
        ({"search": "AGN"}, ["Agnes"]),
        ({"role": "admin,read_only_admin"}, ["Ada"]),
        ({"role": "read_only_agent"}, []),
        ({"is_active": "true"}, ["Ada"]),
        ({"is_active": "off"}, ["Agnes"]),
        ({"skip": 1}, ["Agnes"]),
        ({"limit": 1}, ["Ada"]),
    ]
    for query, expected in cases:
        assert [one["full_name"] for one in api.get("/users", **query).body] == expected, query
    bad = api.get("/users", role="customer", is_active="x")
    assert set(bad.problems) == {("query", "role"), ("query", "is_active")}
    with CaptureQueriesContext(connection) as queries:
        api.get("/users")
    assert len(queries) == 2


def test_an_avatar_comes_is_replaced_and_goes(ada: User, agnes: User) -> None:
    api = TopTickets(ada)
    first = api.upload("/users/me/avatar", "me.png", PNG, "image/png")
    assert (first.status, first.body["id"]) == (200, str(ada.uuid))
    second = api.upload("/users/me/avatar", "me.png", PNG, "image/png").body["avatar_url"]
    assert api.get(f"/users/{ada.uuid}").body["avatar_url"].split("?")[0] == second.split("?")[0]
    assert {one["full_name"]: bool(one["avatar_url"]) for one in api.get("/users").body} == {
        "Ada": True,
        "Agnes": False,
    }
    old, new = (urlsplit(link) for link in (first.body["avatar_url"], second))
    assert Client().get(f"{old.path}?{old.query}").status_code == 404
    fetched = Client().get(f"{new.path}?{new.query}")
    assert (fetched.status_code, fetched.headers["Content-Type"]) == (200, "image/png")
    for _ in range(2):
        assert api.delete("/users/me/avatar").status == 204
    assert api.get(f"/users/{ada.uuid}").body["avatar_url"] is None


@pytest.mark.parametrize(
    ("content", "content_type", "detail"),
    [(PNG, "image/svg+xml", "File type not allowed: image/svg+xml"),
     (PNG, "text/plain", "File type not allowed: text/plain"),
     (b"<!DOCTYPE html>", "image/png", "File type not allowed: image/png"),
     (b"x" * (5 * 1024 * 1024 + 1), "image/png", "File too large. Maximum size is 5 MB.")],
)  # fmt: skip
def test_a_refused_avatar(content: bytes, content_type: str, detail: str, ada: User) -> None:
    answer = TopTickets(ada).upload("/users/me/avatar", "a", content, content_type)
    assert (answer.status, answer.body) == (400, {"detail": detail})
    assert not Attachment.objects.exists()
    assert TopTickets(ada).post("/users/me/avatar", {}).status == 422
