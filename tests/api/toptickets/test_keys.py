"""Keys: credentials, scopes, kinds, addresses, expiry, the key test (contract toptickets §2, §5.7)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions as people
from accounts.actor import Actor
from accounts.keys import AGENT_SCOPES, ALL_SCOPES, READ_SCOPES, issue_key, revoke_key
from accounts.models import ApiKey, Organization, User
from api.toptickets import urls
from tests.api.matrix import routes
from tests.api.toptickets.caller import NOBODY, TopTickets, key_for
from tests.factories import TeamFactory, TicketFactory, acting

T, C = f"/tickets/{NOBODY}", f"/tickets/{NOBODY}/comments"
ROUTES = [
    ("GET", "/tickets", "tickets:read"),
    ("POST", "/tickets", "tickets:write"),
    ("GET", T, "tickets:read"),
    ("PATCH", T, "tickets:write"),
    ("DELETE", T, "tickets:delete"),
    ("GET", C, "comments:read"),
    ("POST", C, "comments:write"),
    ("GET", f"{C}/{NOBODY}", "comments:read"),
    ("PATCH", f"{C}/{NOBODY}", "comments:write"),
    ("DELETE", f"{C}/{NOBODY}", "comments:delete"),
    ("GET", f"{T}/attachments", "attachments:read"),
    ("POST", f"{T}/attachments", "attachments:write"),
    ("GET", f"{T}/attachments/{NOBODY}", "attachments:read"),
    ("GET", f"{T}/attachments/{NOBODY}/download", "attachments:read"),
    ("DELETE", f"{T}/attachments/{NOBODY}", "attachments:delete"),
    *(
        (method, path, f"{resource}:{action}")
        for resource in ("customers", "teams", "users")
        for method, path, action in (
            ("GET", f"/{resource}", "read"),
            ("POST", f"/{resource}", "write"),
            ("GET", f"/{resource}/{NOBODY}", "read"),
            ("PATCH", f"/{resource}/{NOBODY}", "write"),
            ("DELETE", f"/{resource}/{NOBODY}", "delete"),
        )
    ),
    ("POST", f"/teams/{NOBODY}/members", "teams:write"),
    ("DELETE", f"/teams/{NOBODY}/members/{NOBODY}", "teams:write"),
    ("POST", "/users/me/avatar", "users:write"),
    ("DELETE", "/users/me/avatar", "users:write"),
]


def with_key(text: str, scheme: str = "Bearer") -> TopTickets:
    return TopTickets(Authorization=f"{scheme} {text}")


def test_no_route_is_missing() -> None:
    known = {(method, re.sub("<.*?>", NOBODY, path)) for method, path in routes(urls)}
    assert known - {("GET", "/test"), ("POST", "/test")} == {(method, path) for method, path, _ in ROUTES}
    assert len(ROUTES) + 1 == 35


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
def test_each_route_asks_for_its_scope_and_no_other(method: str, path: str, scope: str, ada: User) -> None:
    _, without = key_for(ada, scopes=[one for one in ALL_SCOPES if one != scope])
    answer = with_key(without).send(method, path.replace(NOBODY, "x"), b"{")  # the scope comes before path and body
    assert (answer.status, answer.body) == (403, {"detail": f"Insufficient permissions. Required scope: {scope}"})
    _, only = key_for(ada, scopes=[scope])
    assert with_key(only).send(method, path, b"{}").status not in (401, 403, 405)


@pytest.mark.parametrize("kind", ["admin", "ro", "agent", "looker"])
def test_kinds_of_key_hold_what_the_contract_grants(kind: str, ada: User, agnes: User) -> None:
    allowed: tuple[str, ...] = {"admin": ALL_SCOPES, "ro": READ_SCOPES, "agent": AGENT_SCOPES}.get(kind, ())
    if kind == "looker":  # an agent's key whose owner may only look since
        _, text = key_for(agnes)
        people.change_user(agnes, by=acting(ada), read_only=True)
        allowed = tuple(set(AGENT_SCOPES) & set(READ_SCOPES))
    else:
        _, text = key_for(agnes if kind == "agent" else ada, kind)
    for method, path, scope in ROUTES:
        answer = with_key(text).send(method, path, b"{}")
        assert (answer.status == 403) == (scope not in allowed), (method, path)


def test_an_admins_key_shrinks_with_its_owner(ada: User, agnes: User) -> None:
    people.change_user(agnes, by=acting(ada), role="admin")
    _, text = key_for(User.objects.get(pk=agnes.pk), "admin")
    assert with_key(text).delete(f"/users/{NOBODY}").status == 404
    people.change_user(agnes, by=acting(ada), role="agent")
    assert with_key(text).delete(f"/users/{NOBODY}").status == 403
    assert set(with_key(text).get("/test").body["scopes"]) == set(AGENT_SCOPES)


def test_a_read_only_admin_reads_everything_for_72_hours(ada: User) -> None:
    TicketFactory()
    people.add_user(by=acting(ada), email="eve@example.test", full_name="Eve", role="admin")
    people.change_user(ada, by=Actor.system(), read_only=True)
    looker = User.objects.get(pk=ada.pk)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        _, text = issue_key(by=acting(looker), contract="toptickets", kind="ro", owner=looker)
        assert text.startswith("tt_ro_")
        assert len(with_key(text).get("/tickets").body) == 1
        clock.move_to(start + timedelta(hours=71, minutes=59))
        assert with_key(text).get("/tickets").status == 200
        clock.move_to(start + timedelta(hours=72))
        answer = with_key(text).get("/tickets")
    assert (answer.status, answer.body) == (401, {"detail": "API key has expired"})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic x", "Token tt_admin_x"])
def test_without_a_bearer_nobody_is_known(header: str, db: None) -> None:
    api = TopTickets(Authorization=header) if header else TopTickets()
    for path in ("/tickets", "/test", "/users/x"):
        answer = api.get(path)
        assert (answer.status, answer.body) == (401, {"detail": "Not authenticated"})
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_unknown_and_foreign_keys_are_invalid(ada: User, agnes: User) -> None:
    key, revoked = key_for(ada)
    revoke_key(key, by=acting(ada))
    _, support = issue_key(by=acting(ada), contract="support", owner=agnes)
    _, taas = issue_key(by=acting(ada), contract="taas", kind="primary", team=TeamFactory())
    for text in ("tt_admin_nonsense", revoked, support, taas, revoked + "x", "é"):
        answer = with_key(text).get("/tickets")
        assert (answer.status, answer.body) == (401, {"detail": "Invalid API key"})


def test_the_word_bearer_has_no_case_and_the_key_in_the_query_does_not_count(ada: User) -> None:
    _, text = key_for(ada)
    assert with_key(text, "bearer").get("/tickets").status == 200
    assert TopTickets().get("/tickets", key=text).status == 401


def test_a_key_expires(ada: User) -> None:
    _, text = key_for(ada, expires_at=timezone.now() + timedelta(minutes=1))
    assert with_key(text).get("/tickets").status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert with_key(text).get("/tickets").body == {"detail": "API key has expired"}


def test_a_key_may_be_bound_to_addresses(ada: User) -> None:
    _, elsewhere = key_for(ada, allowed=["203.0.113.0/24"])
    _, here = key_for(ada, allowed=["203.0.113.0/24", "127.0.0.0/8"])
    answer = with_key(elsewhere).get("/test")
    assert (answer.status, answer.body) == (403, {"detail": "IP address not allowed"})
    assert answer.headers["X-RateLimit-Limit"] == "100"  # counted, so that nobody tries for ever
    assert with_key(here).get("/test").status == 200


def test_a_live_key_of_earlier_times_still_works(ada: User) -> None:
    key, text = key_for(ada)
    ApiKey.objects.filter(pk=key.pk).update(kind="live")
    answer = with_key(text).get("/tickets")
    assert (answer.status, answer.headers["X-RateLimit-Limit"]) == (200, "200")


def test_only_what_asks_for_the_key_is_a_use_of_it(ada: User) -> None:
    key, text = key_for(ada)
    api = with_key(text)
    api.get("/openapi.json")
    assert ApiKey.objects.get(pk=key.pk).last_used_at is None
    api.get("/test")
    assert ApiKey.objects.get(pk=key.pk).last_used_at is not None
    with CaptureQueriesContext(connection) as queries:
        api.get("/nowhere")
        api.send("PUT", "/tickets", b"")
    assert len(queries) == 1  # an unknown path asks for no key


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_key_test(method: str, ada: User) -> None:
    expires_at = timezone.now() + timedelta(days=1)
    key, text = key_for(ada, scopes=["tickets:read", "comments:read"], expires_at=expires_at)
    answer = with_key(text).send(method, "/test", b"")
    assert answer.status == 200
    assert answer.body == {
        "success": True, "message": "API key is valid and working correctly", "key_name": "nightly sync",
        "key_prefix": text[:17], "scopes": ["tickets:read", "comments:read"],
        "expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "organization_id": str(Organization.current().uuid), "authenticated_at": answer.body["authenticated_at"],
    }  # fmt: skip
    assert key.prefix == text[:17]
    assert len(answer.body["authenticated_at"]) == len("2026-02-03T08:00:00.123456Z")


def test_an_endless_key_without_scopes_may_still_be_tried(ada: User) -> None:
    _, text = key_for(ada, scopes=[])
    answer = with_key(text).get("/test")
    assert (answer.body["expires_at"], answer.body["scopes"]) == (None, [])


def test_a_key_reads_on_the_prefix_of_support_only_there(ada: User) -> None:
    _, text = key_for(ada)
    for path in ("/v1/support", "/v1/support/tickets"):
        response = Client().get(path, headers={"Authorization": f"Bearer {text}"})
        assert "detail" not in response.json()  # not in our voice
    assert with_key(text).get("/supporters").body == {"detail": "Not Found"}
