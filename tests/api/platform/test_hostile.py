"""Bodies, paths and headers that mean harm get the contract's own 4xx (contract platform §6)."""

import orjson
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import actions
from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import TicketFactory, acting
from tickets.models import Ticket

GOOD = b'{"title": "a", "description": "b"}'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"title": "\xc3\x28", "description": "b"}',
        b'{"title": NaN, "description": "b"}',
        b'{"title": "a", "description": "b", "custom_fields": {"x": 1e999}}',
        b'{"title": "\\ud800", "description": "b"}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"title=a&description=b",
        b'{"title": "a", "description": "b",}',
        b"\x00",
    ],
)
def test_a_body_that_is_no_json_object_is_invalid_input(content: bytes, agnes: User) -> None:
    answer = Platform(agnes).send("POST", "/tickets", content)
    assert (answer.status, answer.code, answer.body["error"]["details"]) == (400, "invalid_input", [])
    assert answer.body["error"]["message"] == "The request data is invalid"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("deep", [21, 400])
def test_values_that_nest_too_deep_are_refused(deep: int, agnes: User) -> None:
    body = b'{"title":"a","description":"b","custom_fields":{"x":' + b"[" * deep + b"]" * deep + b"}}"
    assert Platform(agnes).send("POST", "/tickets", body).status == 422


@pytest.mark.parametrize("number", ["18446744073709551616", "-9.3e18", "1e20", "1e300", "-1e19"])
def test_numbers_that_could_not_be_answered_are_refused(number: str, rita: User) -> None:
    for value in (number, f'{{"deep": [{number}]}}'):
        body = f'{{"title": "a", "description": "b", "custom_fields": {{"x": {value}}}}}'.encode()
        answer = Platform(rita).send("POST", "/tickets", body)
        assert (answer.status, answer.fields) == (422, {"custom_fields.x"})
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("number", ["18446744073709551615", "-9223372036854775808", "1.5e-300", "1e15", "true"])
def test_numbers_of_64_bits_come_back_as_they_went(number: str, rita: User, agnes: User) -> None:
    body = f'{{"title": "a", "description": "b", "custom_fields": {{"x": {number}}}}}'.encode()
    made = Platform(rita).send("POST", "/tickets", body)
    assert Platform(agnes).get(f"/tickets/{made.data['id']}").data["custom_fields"] == {"x": orjson.loads(number)}
    assert Platform(agnes).get("/tickets").data[0]["custom_fields"] == {"x": orjson.loads(number)}


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_json_is_parsed_whatever_it_is_called(content_type: str, agnes: User) -> None:
    assert Platform(agnes).send("POST", "/tickets", GOOD, content_type).status == 201


def test_a_body_over_the_limit_is_refused_unread(agnes: User, settings: Settings) -> None:
    settings.MAX_JSON_BODY = 1000
    answer = Platform(agnes).send("POST", "/tickets", GOOD + b" " * 1000)
    assert (answer.status, answer.code) == (413, "payload_too_large")


def test_a_body_of_unknown_length_is_refused(agnes: User) -> None:
    token = Platform(agnes).headers["Authorization"]
    headers = {"Authorization": token, "Transfer-Encoding": "chunked"}
    response = Client().generic("POST", "/api/v1/tickets", GOOD, "application/json", headers=headers)
    assert response.status_code == 411
    assert response.json()["error"]["code"] == "length_required"


@pytest.mark.parametrize(
    "path",
    ["", "/", "/nope", "/tickets/1/nope", "/auth", "/auth/login/x", "/webhooksx", "/%ff", "/%00", "/a%0Ab", "/%0A"],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_unknown_paths_answer_in_the_contracts_voice(path: str, signed_in: bool, agnes: User) -> None:
    answer = Platform(agnes if signed_in else None).get(path)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/tickets", "GET, HEAD, POST"), ("DELETE", "/users", "GET, HEAD"), ("GET", "/auth/login", "POST"),
     ("OPTIONS", "/tickets", "GET, HEAD, POST"), ("BREW", "/tickets/1", "DELETE, GET, HEAD, PATCH")],
)  # fmt: skip
def test_other_methods_say_what_is_allowed(method: str, path: str, allowed: str, agnes: User) -> None:
    answer = Platform(agnes).send(method, path, b"")
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


def test_a_trailing_slash_is_no_redirect(agnes: User) -> None:
    ticket = TicketFactory()
    for path in ("/tickets/", f"/tickets/{ticket.pk}/", "/users/"):
        assert Platform(agnes).get(path).status == 200


def test_head_is_get_without_body(agnes: User) -> None:
    token = Platform(agnes).headers["Authorization"]
    response = Client().head("/api/v1/tickets", headers={"Authorization": token})
    assert (response.status_code, response.content) == (200, b"")


def test_a_path_that_only_looks_like_ours_is_not(agnes: User) -> None:
    response = Client().get("/api/v1x")
    assert response.status_code == 404
    assert "json" not in response.headers["Content-Type"]


WRITES = [
    ("POST", "/tickets", {"title": "a", "description": "b"}),
    ("PATCH", "/tickets/{}", {"title": "x"}),
    ("DELETE", "/tickets/{}", None),
    ("POST", "/tickets/{}/comments", {"content": "x"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize("role", ["admin", "agent"])
def test_read_only_staff_look_but_do_not_touch(
    method: str, path: str, body: dict[str, str] | None, role: str, agnes: User, ada: User
) -> None:
    ticket = TicketFactory()
    actions.change_user(agnes, by=acting(ada), role=role, read_only=True)
    platform = Platform(agnes)
    before = Ticket.objects.values().get()
    answer = platform.send(method, path.format(ticket.uuid), orjson.dumps(body))
    assert (answer.status, answer.code) == (403, "forbidden")
    assert Ticket.objects.values().get() == before
    assert platform.get("/tickets").status == platform.get(f"/tickets/{ticket.pk}").status == 200
