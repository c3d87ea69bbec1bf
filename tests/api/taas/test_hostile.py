"""Bodies, paths and methods that mean harm get the contract's own 4xx (contract taas §5)."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.api.taas.caller import BASE, Taas
from tests.factories import TicketFactory
from tickets.models import Ticket

GOOD = b'{"ticket": {"title": "a", "requestor": {"id": "1", "name": "", "email": "a@b.test"}}, "user": {"id": "1", "name": "", "email": "a@b.test"}}'  # noqa: E501


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"ticket": NaN}',
        b"[" * 100_000,
        b'{"ticket":' * 5_000 + b"1" + b"}" * 5_000,
        b'{ status : "Resolved" }',
        GOOD + b",",
        b"\x00",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(content: bytes, taas: Taas) -> None:
    ticket = TicketFactory()
    own = f"/tickets/{ticket.pk}"
    for method, path in (
        ("POST", "/tickets"),
        ("PUT", own),
        ("PUT", f"{own}/status"),
        ("POST", f"{own}/activities"),
        ("POST", f"{own}/attachments"),
    ):
        assert taas.send(method, path, content).status == 400, (method, path)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_json_is_parsed_whatever_it_is_called(kind: str, taas: Taas) -> None:
    assert taas.send("POST", "/tickets", GOOD, kind).status == 201


def test_a_body_over_the_limit_is_refused_unread(taas: Taas, settings: Settings) -> None:
    settings.MAX_JSON_BODY = 100
    assert taas.send("POST", "/tickets", GOOD + b" " * 1000).status == 413


def test_a_body_of_unknown_length_is_refused(taas: Taas) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x"):
        response = Client().generic(
            "POST", f"{BASE}/tickets/1/attachments?key={taas.key}", GOOD, kind, headers={"Transfer-Encoding": "chunked"}
        )
        assert (response.status_code, response.json()["statusCode"]) == (411, 411)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/nope", "/tickets/1/nope", "/tickets/activity/x", "/tickets/activity", "/instance/x", "/%ff", "/a%0Ab"],
)
@pytest.mark.parametrize("known", [True, False])
def test_unknown_paths_answer_in_the_contracts_voice(path: str, known: bool, taas: Taas) -> None:
    answer = (taas if known else Taas()).get(path)
    assert answer.status == (404 if known or path != "/tickets/activity" else 401)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tickets", "GET, HEAD, POST"),
        ("DELETE", "/tickets/1", "GET, HEAD, PATCH, PUT"),
        ("GET", "/tickets/1/status", "POST, PUT"),
        ("PUT", "/tickets/1/activities", "GET, HEAD, POST"),
        ("POST", "/instance", "GET, HEAD"),
        ("POST", "/tickets/activity/1/attachments", "GET, HEAD"),
        ("OPTIONS", "/tags", "GET, HEAD"),
        ("BREW", "/tags", "GET, HEAD"),
    ],
)
def test_other_methods_say_what_is_allowed(method: str, path: str, allowed: str, taas: Taas) -> None:
    answer = taas.send(method, path, b"")
    assert answer.status == 405
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


def test_a_trailing_slash_is_no_redirect(taas: Taas) -> None:
    for path in ("/tickets/", "/tags/", "/instance/"):
        assert taas.get(path).status == 200


def test_head_is_get_without_body(taas: Taas) -> None:
    response = Client().head(f"{BASE}/tickets?key={taas.key}")
    assert (response.status_code, response.content) == (200, b"")


def test_thousands_of_parameters_are_refused(taas: Taas) -> None:
    assert taas.get("/tickets?" + "&".join(f"a{n}=1" for n in range(1500))).status == 400


@pytest.mark.parametrize("deep", [21, 400])
def test_values_that_nest_too_deep_are_refused(deep: int, taas: Taas) -> None:
    content = GOOD.replace(b'"title": "a"', b'"title": "a", "customFields": {"x": ' + b"[" * deep + b"]" * deep + b"}")
    assert taas.send("POST", "/tickets", content).status == 400
    assert not User.objects.exists()


def test_a_path_that_only_looks_like_ours_is_not(db: None) -> None:
    response = Client().get("/ticketing/v1x")
    assert response.status_code == 404
    assert "json" not in response.headers["Content-Type"]
