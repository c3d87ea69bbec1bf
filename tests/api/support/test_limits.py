"""Request limits (contract support §6)."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.api.support.caller import Support, key_for

pytestmark = pytest.mark.usefixtures("_standing_clock")
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def test_every_answer_says_what_is_left(agnes: User) -> None:
    support = Support.of(agnes)
    answers = [
        support.get("/tickets"),
        support.get("/categories"),
        support.get("/tickets/x"),
        support.send("PATCH", "/tickets", b""),
        support.post("/tickets", {}),
    ]
    assert [answer.status for answer in answers] == [200, 200, 404, 405, 400]
    for place, answer in enumerate(answers):
        limit, remaining, reset = (int(answer.headers[name]) for name in HEADERS)
        assert (limit, remaining) == (300, 299 - place)
        assert 0 <= reset - time.time() <= 61
    for answer in (Support().get("/tickets"), support.get("/nowhere"), Support().get("/openapi.json")):
        assert answer.headers[HEADERS[0]] == "100"


def test_the_three_hundred_and_first_request_is_refused_at_the_cost_of_one_query(agnes: User) -> None:
    support = Support.of(agnes)
    for _ in range(300):
        last = support.get("/priorities")
    assert (last.status, last.headers["X-RateLimit-Remaining"]) == (200, "0")
    with CaptureQueriesContext(connection) as queries:
        answer = support.get("/priorities")
    assert (answer.status, answer.body["error"]) == (429, "Too Many Requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(queries) == 1


def test_each_key_counts_for_itself(agnes: User) -> None:
    key = key_for(agnes)
    Support(key).get("/priorities")
    assert Support(key).get("/priorities").headers["X-RateLimit-Remaining"] == "298"
    assert Support.of(agnes).get("/priorities").headers["X-RateLimit-Remaining"] == "299"


def test_guessing_keys_is_limited(agnes: User) -> None:
    answers = [Support(f"sk_{number}").get("/tickets").status for number in range(101)]
    assert answers == [401] * 100 + [429]


def test_the_scale_multiplies_and_the_switch_turns_off(agnes: User, settings: Settings) -> None:
    settings.RATELIMIT_SCALE = 10
    assert Support.of(agnes).get("/priorities").headers["X-RateLimit-Limit"] == "3000"
    settings.RATELIMIT_ENABLE = False
    assert HEADERS[0] not in Support.of(agnes).get("/priorities").headers
