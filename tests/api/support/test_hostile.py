"""Bodies, paths and headers that mean harm get the contract's own 4xx (contract support §5)."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.api.support.caller import INVALID, Support, key_for
from tests.factories import TicketFactory
from tickets.models import Ticket

GOOD = b'{"subject": "a", "description": "b"}'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"subject": "\xc3\x28", "description": "b"}',
        b'{"subject": NaN, "description": "b"}',
        b'{"subject": "\\ud800", "description": "b"}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"subject=a&description=b",
        b'{"subject": "a", "description": "b",}',
        b"\x00",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_is_no_json_object_is_a_bad_request(method: str, content: bytes, agnes: User) -> None:
    ticket = TicketFactory()
    before = list(Ticket.objects.values())
    path = "/tickets" if method == "POST" else f"/tickets/{ticket.pk}"
    answer = Support.of(agnes).send(method, path, content)
    assert (answer.said, answer.fields) == (INVALID, set())
    assert list(Ticket.objects.values()) == before


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_json_is_parsed_whatever_it_is_called(content_type: str, agnes: User) -> None:
    assert Support.of(agnes).send("POST", "/tickets", GOOD, content_type).status == 201


def test_a_body_over_the_limit_is_refused_unread(agnes: User, settings: Settings) -> None:
    settings.MAX_JSON_BODY = 1000
    answer = Support.of(agnes).send("POST", "/tickets", GOOD + b" " * 1000)
    assert answer.status == 413
    assert not Ticket.objects.exists()


def test_a_body_of_unknown_length_is_refused(agnes: User) -> None:
    headers = {"X-API-Key": key_for(agnes), "Transfer-Encoding": "chunked"}
    response = Client().generic("POST", "/v1/support/tickets", GOOD, "application/json", headers=headers)
    assert (response.status_code, response.json()["error"]) == (411, "Length Required")


@pytest.mark.parametrize(
    "path", ["", "/", "/nope", "/tickets/1/comments", "/categories/1", "/ticketsx", "/%ff", "/%00", "/a%0Ab", "/%0A"]
)
@pytest.mark.parametrize("known", [True, False])
def test_unknown_paths_answer_in_the_contracts_voice(path: str, known: bool, agnes: User) -> None:
    answer = Support(key_for(agnes) if known else None).get(path)
    assert answer.said == (404, "Not Found", "Not found.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/tickets", "GET, HEAD, POST"), ("PATCH", "/tickets/1", "DELETE, GET, HEAD, PUT"),
     ("POST", "/tickets/1", "DELETE, GET, HEAD, PUT"), ("POST", "/categories", "GET, HEAD"),
     ("DELETE", "/priorities", "GET, HEAD"), ("OPTIONS", "/tickets", "GET, HEAD, POST"),
     ("BREW", "/tickets", "GET, HEAD, POST")],
)  # fmt: skip
def test_other_methods_say_what_is_allowed(method: str, path: str, allowed: str, agnes: User) -> None:
    answer = Support.of(agnes).send(method, path, b"")
    assert (answer.status, answer.body["error"]) == (405, "Method Not Allowed")
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


def test_a_trailing_slash_is_no_redirect(agnes: User) -> None:
    ticket = TicketFactory()
    for path in ("/tickets/", f"/tickets/{ticket.pk}/", "/categories/", "/priorities/"):
        assert Support.of(agnes).get(path).status == 200


def test_head_is_get_without_body(agnes: User) -> None:
    response = Client().head("/v1/support/tickets", headers={"X-API-Key": key_for(agnes)})
    assert (response.status_code, response.content) == (200, b"")
