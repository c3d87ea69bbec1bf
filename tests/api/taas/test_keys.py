"""Keys, limits and what never reaches a log (contract taas §2, §6)."""

import io
import logging
import time
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import actions
from accounts.actor import Actor
from accounts.keys import issue_key, revoke_key
from accounts.models import ApiKey, Team, User
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TeamFactory, TicketFactory, acting
from tickets.models import Ticket

READS = ["/tickets", "/tickets/{0}", "/tickets/{0}/activities", "/tickets/{0}/comments", "/tickets/{0}/attachments",
         "/tickets/activity/{1}/attachments", "/instance", "/tags"]  # fmt: skip
COMMENT = {"comment": "x", "user": ADA}
LINKS = {"attachments": [{"src": "https://acme.test"}], "user": ADA}
WRITES: list[tuple[str, str, Any, int]] = [
    ("POST", "/tickets", {"ticket": {"title": "x", "requestor": KIM}, "user": ADA}, 201),
    ("PUT", "/tickets/{0}", {"updates": {"title": "x"}, "user": ADA}, 200),
    ("PATCH", "/tickets/{0}", {"updates": {"title": "x"}, "user": ADA}, 200),
    ("PUT", "/tickets/{0}/status", {"status": "Closed", "user": ADA}, 200),
    ("POST", "/tickets/{0}/status", {"status": "Closed", "user": ADA}, 200),
    ("POST", "/tickets/{0}/activities", COMMENT, 201),
    ("POST", "/tickets/{0}/comments", COMMENT, 201),
    ("POST", "/tickets/{0}/attachments", LINKS, 201),
]


@pytest.fixture
def ticket(desk: Team) -> Ticket:
    made: Ticket = TicketFactory(team=desk)
    return made


def everything(ticket: Ticket) -> list[tuple[str, str, bytes]]:
    event = ticket.events.get()
    reads = [("GET", path, b"") for path in READS]
    writes = [(method, path, orjson.dumps(body)) for method, path, body, _ in WRITES]
    return [(method, path.format(ticket.uuid, event.uuid), body) for method, path, body in reads + writes]


@pytest.mark.parametrize("key", ["", "wrong", "ta_pri_wrong", "\x00", "\ud800"[:0] + "é" * 500])
def test_no_route_answers_without_a_key(key: str, ticket: Ticket) -> None:
    for method, path, body in everything(ticket):
        answer = Taas(key=key).send(method, path, body)
        assert answer.status == 401, (method, path)


@pytest.mark.parametrize("path", READS)
def test_both_keys_read(path: str, desk: Team, ticket: Ticket) -> None:
    for kind in ("primary", "secondary"):
        assert Taas(desk, kind=kind).get(path.format(ticket.uuid, ticket.events.get().uuid)).status == 200


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
def test_only_the_primary_key_writes_unless_the_desk_lifts_it(
    method: str, path: str, body: Any, status: int, desk: Team, ticket: Ticket, ada: User
) -> None:
    secondary, primary = Taas(desk, kind="secondary"), Taas(desk)
    before = Ticket.objects.values().get()
    refused = secondary.send(method, path.format(ticket.uuid), orjson.dumps(body))
    assert refused.status == 403
    assert Ticket.objects.values().get() == before
    assert not User.objects.filter(email=ADA["email"]).exists()
    assert primary.send(method, path.format(ticket.uuid), orjson.dumps(body)).status == status
    actions.change_team(desk, by=acting(ada), secondary_key_writes=True)
    assert secondary.send(method, path.format(ticket.uuid), orjson.dumps(body)).status == status


def test_a_desk_that_is_off_refuses_its_keys(desk: Team, ticket: Ticket, taas: Taas, ada: User) -> None:
    actions.change_team(desk, by=acting(ada), enabled=False)
    for method, path, body in everything(ticket):
        assert taas.send(method, path, body).status == 403


def test_a_new_key_ends_the_former_of_its_slot_only(desk: Team, taas: Taas) -> None:
    secondary, again = Taas(desk, kind="secondary"), Taas(desk)
    assert [program.get("/tags").status for program in (taas, secondary, again)] == [401, 200, 200]
    revoke_key(ApiKey.objects.get(kind="secondary"), by=Actor.system())
    assert secondary.get("/tags").status == 401


def test_keys_of_other_contracts_are_wrong(db: None, ada: User) -> None:
    _, text = issue_key(by=Actor.system(), contract="toptickets", kind="admin", owner=ada)
    assert Taas(key=text).get("/tags").status == 401


def test_blanks_around_the_key_and_its_name_do_not_count(taas: Taas) -> None:
    text = taas.key
    taas.key = ""
    assert taas.get(f"/tags?timezone=0& key= {text} ").status == 200


def test_a_key_sees_its_own_desk_only(taas: Taas, ticket: Ticket) -> None:
    other = Taas(TeamFactory())
    assert other.get("/tickets").items == []
    for method, path, body in everything(ticket):
        if "/tickets/" in path:
            assert other.send(method, path, body).status == 404, (method, path)
    assert not User.objects.filter(email=ADA["email"]).exists()


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


def test_last_used_is_noted_once_a_minute(taas: Taas) -> None:
    taas.get("/tags")
    noted = ApiKey.objects.get().last_used_at
    assert noted is not None
    taas.get("/tags")
    assert ApiKey.objects.get().last_used_at == noted


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
