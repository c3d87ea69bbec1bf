"""Bodies, paths, methods and headers that mean harm get the contract's own 4xx (§6); limits (§7)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.api.toptickets.caller import TopTickets
from tests.factories import TicketFactory
from tickets.models import Ticket


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'{"subject": NaN}', b'{"subject": "\\ud800"}', b"[" * 100_000, b"subject=a", b"\x00",
     b'{"subject": "a",}', b'{"a":' * 5_000 + b"1" + b"}" * 5_000],
)  # fmt: skip
def test_a_body_that_is_no_json_is_400_in_the_list_form(content: bytes, agnes: User) -> None:
    answer = TopTickets(agnes).send("POST", "/tickets", content)
    assert answer.status == 400
    assert [(item["loc"], item["type"]) for item in answer.detail] == [(["body"], "value_error.jsondecode")]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("content", [b"null", b"[]", b'"text"', b"5", b"true"])
def test_json_that_is_no_object_is_422(content: bytes, agnes: User) -> None:
    answer = TopTickets(agnes).send("POST", "/tickets", content)
    assert answer.problems == {("body",): ("type_error.dict", "value is not a valid dict")}


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_json_is_parsed_whatever_it_is_called(content_type: str, agnes: User, rita: User) -> None:
    body = f'{{"subject": "a", "customer_id": "{rita.uuid}"}}'.encode()
    assert TopTickets(agnes).send("POST", "/tickets", body, content_type).status == 201


def test_numbers_beyond_all_measure_are_text_or_refused(agnes: User, rita: User) -> None:
    body = f'{{"subject": 1e300, "customer_id": "{rita.uuid}"}}'.encode()
    assert TopTickets(agnes).send("POST", "/tickets", body).status == 201
    body = b'{"name": "x", "email": "x@y.test", "account_value": 18446744073709551616000}'
    assert TopTickets(agnes).send("POST", "/customers", body).status == 422


@pytest.mark.parametrize("path", ["/tickets", "/customers"])
def test_bodies_are_bounded(path: str, agnes: User, settings: Settings) -> None:
    settings.MAX_JSON_BODY = 100
    answer = TopTickets(agnes).send("POST", path, b"{" + b" " * 200 + b"}")
    assert (answer.status, answer.body) == (413, {"detail": "The body is larger than the server takes."})


def test_a_body_of_unknown_length_is_refused(agnes: User) -> None:
    ticket = TicketFactory()
    headers = {**TopTickets(agnes).headers, "Transfer-Encoding": "chunked"}
    for path in ("tickets", f"tickets/{ticket.uuid}/attachments"):
        response = Client().generic("POST", f"/v1/{path}", b"{}", "application/json", headers=headers)
        assert (response.status_code, response.json()) == (411, {"detail": "The length of the body must be announced."})


@pytest.mark.parametrize(
    "path",
    ["", "/", "/nope", "/tickets/1/nope", "/users/me/avatar/x", "/test/x", "/%ff", "/%00", "/a%0Ab", "/openapi.yaml"],
)
@pytest.mark.parametrize("known", [True, False])
def test_unknown_paths_answer_in_the_contracts_voice(path: str, known: bool, agnes: User) -> None:
    answer = TopTickets(agnes if known else None).get(path)
    assert (answer.status, answer.body) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/tickets", "GET, HEAD, POST"), ("PUT", "/tickets/x", "DELETE, GET, HEAD, PATCH"),
     ("POST", "/tickets/x", "DELETE, GET, HEAD, PATCH"), ("GET", "/users/me/avatar", "DELETE, POST"),
     ("OPTIONS", "/tickets", "GET, HEAD, POST"), ("BREW", "/test", "GET, HEAD, POST"),
     ("PATCH", "/tickets/x/attachments/y", "DELETE, GET, HEAD"), ("DELETE", "/openapi.json", "GET, HEAD")],
)  # fmt: skip
def test_other_methods_say_what_is_allowed(method: str, path: str, allowed: str, agnes: User) -> None:
    answer = TopTickets(agnes).send(method, path, b"")
    assert (answer.status, answer.body) == (405, {"detail": "Method Not Allowed"})
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


def test_a_trailing_slash_is_no_redirect(agnes: User) -> None:
    ticket = TicketFactory()
    for path in ("/tickets/", f"/tickets/{ticket.uuid}/", "/users/", "/test/"):
        assert TopTickets(agnes).get(path).status == 200


def test_head_is_get_without_body(agnes: User) -> None:
    response = Client().head("/v1/tickets", headers=TopTickets(agnes).headers)
    assert (response.status_code, response.content) == (200, b"")


def test_a_path_that_only_looks_like_ours_is_not(agnes: User) -> None:
    response = Client().get("/v1x")
    assert response.status_code == 404
    assert "json" not in response.headers["Content-Type"]


@pytest.mark.usefixtures("_standing_clock")
class TestLimits:
    def test_admins_have_two_thousand_others_two_hundred(self, ada: User, agnes: User) -> None:
        for api, limit in ((TopTickets(ada), "2000"), (TopTickets(ada, "ro"), "200"), (TopTickets(agnes), "200")):
            assert api.get("/test").headers["X-RateLimit-Limit"] == limit

    def test_the_two_hundred_and_first_is_refused_at_the_cost_of_one_query(self, agnes: User) -> None:
        api = TopTickets(agnes)
        for _ in range(200):
            last = api.get("/customers/x")  # refused ones count too
        assert (last.status, last.headers["X-RateLimit-Remaining"]) == (422, "0")
        with CaptureQueriesContext(connection) as queries:
            answer = api.get("/tickets")
        wait = int(answer.headers["Retry-After"])
        assert 1 <= wait <= 60
        assert (answer.status, answer.body) == (429, {"detail": f"Rate limit exceeded. Try again in {wait} seconds."})
        assert len(queries) == 1
        assert TopTickets(agnes).get("/tickets").status == 200  # another key of theirs

    def test_the_scale_multiplies_and_the_switch_turns_off(self, agnes: User, settings: Settings) -> None:
        settings.RATELIMIT_SCALE = 10
        assert TopTickets(agnes).get("/test").headers["X-RateLimit-Limit"] == "2000"
        settings.RATELIMIT_ENABLE = False
        assert "X-RateLimit-Limit" not in TopTickets(agnes).get("/test").headers
