"""Request limits (contract platform §7)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts import actions
from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import TicketFactory, acting

pytestmark = pytest.mark.usefixtures("_standing_clock")
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def test_every_answer_says_what_is_left(agnes: User) -> None:
    platform = Platform(agnes)
    answers = [
        platform.get("/tickets"),
        platform.get("/nowhere"),
        platform.get("/tickets/x"),
        platform.send("PATCH", "/tickets", b""),
        platform.post("/tickets", {}),
        Platform().get("/tickets"),
        Platform().post("/auth/login", {}),
        Platform().get("/openapi.json"),
    ]
    assert [answer.status for answer in answers] == [200, 404, 404, 405, 422, 401, 422, 200]
    for answer in answers:
        limit, remaining, reset = (int(answer.headers[name]) for name in HEADERS)
        assert limit == 100
        assert 0 <= remaining < 100
        assert 0 <= reset - time.time() <= 61
    assert int(answers[4].headers[HEADERS[1]]) == int(answers[0].headers[HEADERS[1]]) - 3


def test_the_hundred_and_first_request_is_refused_at_the_cost_of_one_query(agnes: User) -> None:
    platform = Platform(agnes)
    for _ in range(100):
        last = platform.get("/users")
    assert (last.status, last.headers["X-RateLimit-Remaining"]) == (200, "0")
    with CaptureQueriesContext(connection) as queries:
        answer = platform.get("/users")
    assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(queries) == 1


def test_all_tokens_of_a_person_count_together_and_nobody_elses(agnes: User, ada: User) -> None:
    first, second = Platform(agnes), Platform(agnes)
    first.get("/users")
    assert second.get("/users").headers["X-RateLimit-Remaining"] == "98"
    assert Platform(ada).get("/users").headers["X-RateLimit-Remaining"] == "99"


@pytest.mark.parametrize("whose", ["person", "organization"])
def test_the_premium_tier_has_three_hundred(whose: str, agnes: User, ada: User) -> None:
    if whose == "person":
        actions.change_user(agnes, by=acting(ada), tier="premium")
    else:
        actions.change_organization(by=acting(ada), tier="premium")
    assert Platform(agnes).get("/users").headers["X-RateLimit-Limit"] == "300"


def test_the_scale_multiplies_and_the_switch_turns_off(agnes: User, settings: Settings) -> None:
    settings.RATELIMIT_SCALE = 10
    assert Platform(agnes).get("/users").headers["X-RateLimit-Limit"] == "1000"
    settings.RATELIMIT_ENABLE = False
    assert HEADERS[0] not in Platform(agnes).get("/users").headers


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_are_counted_exactly(agnes: User) -> None:
    TicketFactory()
    token = Platform(agnes).headers["Authorization"]

    def call(_: int) -> int:
        try:
            return Platform(Authorization=token).get("/users").status
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(call, range(120)))
    assert (statuses.count(200), statuses.count(429)) == (100, 20)
