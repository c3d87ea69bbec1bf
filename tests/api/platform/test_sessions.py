"""POST /auth/refresh and POST /auth/logout (contract platform §12)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import actions
from accounts.models import Session, User, UserEvent
from api.platform.tokens import Tokens, issue
from tests.api.platform.caller import Answer, Platform
from tests.factories import PASSWORD, acting

UNKNOWN = "0198b6c4-2f6e-7d11-9c55-3a1f0e9d7b20"


def refresh(token: Any) -> Answer:
    return Platform().post("/auth/refresh", {"refresh_token": token})


def opens(token: str) -> bool:
    """Whether the API lets this access token in."""
    return Platform(Authorization=f"Bearer {token}").get("/tickets").status == 200


def last_event(user: User) -> UserEvent:
    return UserEvent.objects.filter(user=user).latest("id")


def test_a_refresh_token_brings_new_tokens_as_signing_in_does(agnes: User) -> None:
    first = Platform().post("/auth/login", {"email": agnes.email, "password": PASSWORD}).body
    answer = refresh(first["refresh_token"])
    assert answer.status == 200
    assert answer.body.keys() == first.keys()
    assert answer.body["user"] == first["user"]
    assert answer.body["refresh_token"] != first["refresh_token"]
    assert opens(answer.body["token"])
    assert opens(first["token"])  # of the same session, until that ends
    assert Session.objects.count() == 1


def test_who_refreshes_stays_signed_in_for_sixty_days_more(agnes: User) -> None:
    now, given = timezone.now(), issue(agnes)
    with time_machine.travel(now + timedelta(days=59, hours=23)):
        assert not opens(given.access)
        body = refresh(given.refresh).body
        assert opens(body["token"])
    with time_machine.travel(now + timedelta(days=119)):
        body = refresh(body["refresh_token"]).body
    with time_machine.travel(now + timedelta(days=179, minutes=1)):
        assert refresh(body["refresh_token"]).status == 401


def test_a_refresh_token_that_comes_back_ends_the_session(agnes: User) -> None:
    given = issue(agnes)
    body = refresh(given.refresh).body
    answer = refresh(given.refresh)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert not opens(body["token"])
    assert not opens(given.access)
    assert refresh(body["refresh_token"]).status == 401
    event = last_event(agnes)
    assert (event.kind, event.actor, event.door) == (UserEvent.Kind.TOKEN_REUSED, None, "platform")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_ends_the_session(agnes: User) -> None:
    given, start = issue(agnes), Barrier(2)

    def race(_: int) -> Answer:
        start.wait()
        try:
            return refresh(given.refresh)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        won, lost = sorted(pool.map(race, range(2)), key=lambda answer: answer.status)
    assert (won.status, lost.status) == (200, 401)
    assert not opens(won.body["token"])
    assert refresh(won.body["refresh_token"]).status == 401


def test_who_signs_out_ends_this_session_alone(agnes: User) -> None:
    ended, other = issue(agnes), issue(agnes)
    platform = Platform(Authorization=f"Bearer {ended.access}")
    answer = platform.send("POST", "/auth/logout", b"")
    assert (answer.status, answer.body) == (204, None)
    assert platform.send("POST", "/auth/logout", b"").status == 401
    assert refresh(ended.refresh).status == 401
    assert opens(other.access)
    event = last_event(agnes)
    assert (event.kind, event.actor, event.door) == (UserEvent.Kind.SIGNED_OUT, agnes, "platform")


def test_signing_out_reads_no_body(agnes: User) -> None:
    assert Platform(agnes).send("POST", "/auth/logout", b"{").status == 204


@pytest.mark.parametrize("end", ["deactivated", "deleted", "new password"])
def test_a_refresh_token_ends_with_the_person_or_the_password(end: str, agnes: User, ada: User) -> None:
    given = issue(agnes)
    if end == "deactivated":
        actions.change_user(agnes, by=acting(ada), is_active=False)
        assert refresh(given.refresh).status == 401
        actions.change_user(agnes, by=acting(ada), is_active=True)
    elif end == "deleted":
        actions.delete_user(agnes, by=acting(ada))
    else:
        actions.set_password(agnes, "another-long-password-8", by=acting(ada))
    answer = refresh(given.refresh)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert "WWW-Authenticate" in answer.headers


def test_the_new_token_names_the_role_of_now(agnes: User, ada: User) -> None:
    given = issue(agnes)
    actions.change_user(agnes, by=acting(ada), role="customer")
    body = refresh(given.refresh).body
    claims = jwt.decode(body["token"], options={"verify_signature": False})
    assert body["user"]["role"] == claims["role"] == "customer"


def forged(given: Tokens, key: str = "", algorithm: str = "HS256", **changes: Any) -> str:
    """The refresh token with other claims (None: without them), signed with our key or another."""
    claims = jwt.decode(given.refresh, options={"verify_signature": False}) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, None if algorithm == "none" else key or settings.SECRET_KEY, algorithm)


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "none"},
        {"key": "another-key-that-is-long-enough-for-it"},
        {"algorithm": "HS384"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"token_type": "access"},
        {"token_type": None},
        {"sid": None},
        {"sid": "x"},
        {"sid": UNKNOWN},
        {"sid": ["x"]},
        {"sub": "x"},
        {"sub": UNKNOWN},
        {"jti": None},
        {"jti": "x"},
        {"jti": {"x": 1}},
    ],
    ids=str,
)
def test_a_forged_refresh_token_is_unauthorized_and_ends_nothing(changes: dict[str, Any], agnes: User) -> None:
    given = issue(agnes)
    answer = refresh(forged(given, **changes))
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert refresh(given.refresh).status == 200


def test_a_token_of_a_former_key_counts_while_that_is_named(agnes: User, settings: Any) -> None:
    former, given = "a former key for tests only, fifty characters or more", issue(agnes)
    old = Tokens(forged(given, former, token_type="access"), given.expires_at, forged(given, former), agnes)
    assert not opens(old.access)
    assert refresh(old.refresh).status == 401
    settings.SECRET_KEY_FALLBACKS = ["one that signed nothing, fifty characters or even more", former]
    assert opens(old.access)
    assert not opens(old.refresh)
    assert opens(refresh(old.refresh).body["token"])


def test_a_clock_that_is_behind_the_one_that_issued_a_token_takes_it(agnes: User) -> None:
    """As those of two nodes are by some seconds; or one was set back."""
    now, given = timezone.now(), issue(agnes)
    with time_machine.travel(now - timedelta(minutes=10)):
        assert opens(given.access)
        assert refresh(given.refresh).status == 200


def test_a_token_is_over_when_it_says_so(agnes: User) -> None:
    given = issue(agnes)
    past = int(timezone.now().timestamp()) - 2
    assert not opens(forged(given, token_type="access", exp=past))
    assert refresh(forged(given, exp=past)).status == 401


@pytest.mark.parametrize(
    "junk", ["x", "x.y.z", "..", "Bearer x", "€.€.€", "😀", "a" * 100_000, "W1tb" * 9_000 + ".e30.AA"]
)
def test_junk_is_unauthorized(junk: str, db: None) -> None:
    answer = refresh(junk)
    assert (answer.status, answer.code) == (401, "unauthorized")


def test_neither_token_stands_in_for_the_other(agnes: User) -> None:
    given = issue(agnes)
    assert refresh(given.access).status == 401
    assert not opens(given.refresh)
    assert refresh(given.refresh).status == 200


def test_a_refresh_token_of_one_person_does_not_refresh_the_session_of_another(agnes: User, ada: User) -> None:
    given, other = issue(agnes), issue(ada)
    session = jwt.decode(other.refresh, options={"verify_signature": False})["sid"]
    assert refresh(forged(given, sid=session)).status == 401
    assert opens(other.access)


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"refresh_token"}),
        ({"refresh_token": None}, 422, {"refresh_token"}),
        ({"refresh_token": " "}, 422, {"refresh_token"}),
        ({"refresh_token": "a\x00b"}, 422, {"refresh_token"}),
        ({"refresh_token": 5}, 400, {"refresh_token"}),
        ({"refresh_token": ["x"]}, 400, {"refresh_token"}),
        ({"refresh_token": {}}, 400, {"refresh_token"}),
        ([], 400, set()),
        ("text", 400, set()),
    ],
)
def test_an_unreadable_body_says_what_is_wrong(body: object, status: int, fields: set[str], db: None) -> None:
    answer = Platform().post("/auth/refresh", body)
    assert (answer.status, answer.fields) == (status, fields)


@pytest.mark.usefixtures("_standing_clock")
def test_tries_count_for_the_clients_address_as_those_to_sign_in_do(agnes: User) -> None:
    given = issue(agnes)
    for _ in range(99):
        last = refresh("x")
    assert (last.status, last.headers["X-RateLimit-Remaining"]) == (401, "1")
    assert Platform().post("/auth/login", {}).status == 422
    answer = refresh(given.refresh)
    assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
    assert opens(given.access)


def test_a_repeated_request_is_no_repeated_answer(agnes: User) -> None:
    """Keys that make other requests safe to repeat mean nothing here: an answer with tokens is never kept."""
    platform = Platform(**{"Idempotency-Key": "once"})
    credentials = {"email": agnes.email, "password": PASSWORD}
    first, second = (platform.post("/auth/login", credentials).body for _ in range(2))
    assert first["refresh_token"] != second["refresh_token"]
    statuses = [platform.post("/auth/refresh", {"refresh_token": first["refresh_token"]}).status for _ in range(2)]
    assert statuses == [200, 401]
