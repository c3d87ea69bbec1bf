"""Keys, limits and what never reaches a log (contract taas §2, §6)."""

import io
import logging
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.actor import Actor
from accounts.keys import revoke_key
from accounts.models import ApiKey, Team
from tests.api.taas.caller import Taas
from tests.factories import TicketFactory
from tickets.models import Ticket


@pytest.fixture
def ticket(desk: Team) -> Ticket:
    made: Ticket = TicketFactory(team=desk)
    return made


@pytest.mark.parametrize("key", ["wrong", "ta_pri_wrong", "\x00", "é" * 500])
def test_an_unknown_key_is_refused(key: str, taas: Taas) -> None:
    assert Taas(key=key).get("/tags").status == 401


def test_a_new_key_ends_the_former_of_its_slot_only(desk: Team, taas: Taas) -> None:
    secondary, again = Taas(desk, kind="secondary"), Taas(desk)
    assert [program.get("/tags").status for program in (taas, secondary, again)] == [401, 200, 200]
    revoke_key(ApiKey.objects.get(kind="secondary"), by=Actor.system())
    assert secondary.get("/tags").status == 401


def test_blanks_around_the_key_and_its_name_do_not_count(taas: Taas) -> None:
    text = taas.key
    taas.key = ""
    assert taas.get(f"/tags?timezone=0& key= {text} ").status == 200


def test_the_key_reaches_no_log(taas: Taas, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        taas.get(f"/tickets/{ticket.uuid}", search=taas.key)
        taas.get("/nowhere")
        monkeypatch.setattr("api.taas.desk.tag_categories", lambda team: 1 / 0)
        response = taas.client.get(f"/ticketing/v1/tags?key={taas.key}")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert response.status_code == 500
    assert response.json() == {"error": True, "message": "Something went wrong on our side.", "statusCode": 500}
    assert "/ticketing/v1/tags" in said.getvalue()
    assert taas.key not in said.getvalue()


@pytest.mark.usefixtures("_standing_clock")
def test_the_hundred_and_first_request_is_refused_at_the_cost_of_one_query(taas: Taas, desk: Team) -> None:
    for left in range(99, -1, -1):
        answer = taas.get("/tags")
        assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    with CaptureQueriesContext(connection) as queries:
        answer = taas.get("/tags")
    assert (answer.status, answer.headers["Retry-After"], answer.headers["X-RateLimit-Limit"]) == (429, "60", "100")
    assert len(queries) == 1
    assert Taas(desk, kind="secondary").get("/tags").status == 200  # each key counts by itself


def test_the_minute_slides(taas: Taas) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):
            taas.get("/tags")
        clock.shift(timedelta(seconds=30))
        for _ in range(40):
            taas.get("/tags")
        answer = taas.get("/tags")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "30")
        clock.shift(timedelta(seconds=29))
        assert taas.get("/tags").status == 429
        clock.shift(timedelta(seconds=1))  # the first sixty are forgotten, and refused ones never counted
        answers = [taas.get("/tags") for _ in range(61)]
        assert [answer.status for answer in answers] == [200] * 60 + [429]
        assert answers[-1].headers["Retry-After"] == "30"
        assert int(answers[-1].headers["X-RateLimit-Reset"]) == int(time.time()) + 30


def test_every_answer_says_what_is_left_unless_limits_are_off(taas: Taas, settings: Settings) -> None:
    for answer in (taas.get("/nowhere"), taas.send("DELETE", "/tags", b""), Taas().get("/tags"), taas.get("/tags")):
        assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(answer.headers)
    settings.RATELIMIT_SCALE = 10
    assert taas.get("/tags").headers["X-RateLimit-Limit"] == "1000"
    settings.RATELIMIT_ENABLE = False
    assert "X-RateLimit-Limit" not in taas.get("/tags").headers
