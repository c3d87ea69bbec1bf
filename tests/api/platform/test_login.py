"""POST /auth/login (contract platform §2)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.models import Session, User
from tests.api.platform.caller import Platform
from tests.factories import PASSWORD, acting


def test_a_token_for_the_right_password_opens_the_api(agnes: User) -> None:
    answer = Platform().post("/auth/login", {"email": "AGNES@example.test", "password": PASSWORD})
    assert answer.status == 200
    assert answer.body["user"] == {"id": str(agnes.uuid), "name": "Agnes", "email": agnes.email, "role": "agent"}
    assert Platform(Authorization=f"Bearer {answer.body['token']}").get("/tickets").status == 200
    agnes.refresh_from_db()
    assert agnes.last_login is not None


def test_a_token_lives_for_thirty_days(agnes: User) -> None:
    answer = Platform().post("/auth/login", {"email": agnes.email, "password": PASSWORD})
    bearer = Platform(Authorization=f"Bearer {answer.body['token']}")
    with time_machine.travel(timezone.now() + timedelta(days=29, hours=23)):
        assert bearer.get("/tickets").status == 200
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1)):
        assert bearer.get("/tickets").status == 401


@pytest.mark.parametrize("reason", ["wrong password", "unknown e-mail", "inactive"])
def test_wrong_credentials_get_one_answer_for_every_reason(reason: str, agnes: User, ada: User) -> None:
    if reason == "inactive":
        actions.change_user(agnes, by=acting(ada), is_active=False)
    email = "nobody@example.test" if reason == "unknown e-mail" else agnes.email
    password = "wrong" if reason == "wrong password" else PASSWORD
    answer = Platform().post("/auth/login", {"email": email, "password": password})
    assert (answer.status, answer.code) == (401, "invalid_credentials")
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"email", "password"}),
        ({"email": " ", "password": ""}, 422, {"email", "password"}),
        ({"email": None, "password": None}, 422, {"email", "password"}),
        ({"email": 5, "password": []}, 400, {"email", "password"}),
        ({"email": "a\x00b", "password": "x"}, 422, {"email"}),
        ([], 400, set()),
        ("text", 400, set()),
    ],
)
def test_an_unreadable_body_says_which_field(body: object, status: int, fields: set[str], db: None) -> None:
    answer = Platform().post("/auth/login", body)
    assert (answer.status, answer.fields) == (status, fields)
    assert answer.body["error"]["message"] == "The request data is invalid"


@pytest.mark.usefixtures("_standing_clock")
def test_the_eleventh_try_in_a_minute_is_refused_even_with_the_right_password(agnes: User) -> None:
    for _ in range(10):
        assert Platform().post("/auth/login", {"email": agnes.email, "password": "wrong"}).status == 401
    answer = Platform().post("/auth/login", {"email": agnes.email.upper(), "password": PASSWORD})
    assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.mark.usefixtures("_standing_clock")
def test_another_person_may_still_sign_in_from_the_same_address(agnes: User, rita: User) -> None:
    for _ in range(11):
        Platform().post("/auth/login", {"email": agnes.email, "password": "wrong"})
    assert Platform().post("/auth/login", {"email": rita.email, "password": PASSWORD}).status == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic abc", "Token abc", "Bearer \u20ac"])
def test_a_missing_or_forged_token_is_unauthorized(header: str, db: None) -> None:
    answer = Platform(None, **({"Authorization": header} if header else {})).get("/tickets")
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_without_signature_is_unauthorized(agnes: User) -> None:
    token = Platform(agnes).headers["Authorization"].removeprefix("Bearer ")
    _, claims, _ = token.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    assert Platform(Authorization=f"Bearer {unsigned}.{claims}.").get("/tickets").status == 401


@pytest.mark.parametrize("end", ["deactivated", "deleted", "new password"])
def test_a_token_ends_with_the_person_or_the_password(end: str, agnes: User, ada: User) -> None:
    bearer = Platform(agnes)
    assert bearer.get("/tickets").status == 200
    if end == "deactivated":
        actions.change_user(agnes, by=acting(ada), is_active=False)
    elif end == "deleted":
        actions.delete_user(agnes, by=acting(ada))
    else:
        actions.set_password(agnes, "another-long-password-8", by=Actor.person(agnes, acting(agnes).door))
    assert bearer.get("/tickets").status == 401


def test_the_role_is_read_from_the_person_not_from_the_token(agnes: User, ada: User) -> None:
    bearer = Platform(agnes)
    actions.change_user(agnes, by=acting(ada), role="customer")
    assert bearer.get("/users").status == 403
