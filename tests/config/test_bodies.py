"""Bodies that are refused before they are read, and bodies that end before they should."""

import io
import socket
from types import SimpleNamespace
from typing import IO, Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from api.platform.tokens import issue
from config import gunicorn
from config.wsgi import application
from tests.factories import TicketFactory
from tests.pages import signed_in
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nThe trace is below.\r\n'
    b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nnote\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="trace.txt"\r\n\r\nhalf a trace'
)


class Broken(io.BytesIO):
    """A connection that breaks, or falls silent for too long."""

    def read(self, size: int | None = -1) -> bytes:
        raise TimeoutError


def status_of(path: str, body: IO[bytes], announced: int, content_type: str, **headers: str) -> int:
    """The status that a WSGI server gets for a request whose body may be shorter than announced."""
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": content_type}
    environ |= {"CONTENT_LENGTH": str(announced), "wsgi.input": body, **headers}
    setup_testing_defaults(environ)
    answered: list[str] = []
    request_started.disconnect(close_old_connections)  # the test's own transaction is in it
    try:
        response = application(environ, lambda status, headers, exc_info=None: answered.append(status))
    finally:
        request_started.connect(close_old_connections)
    assert b"Traceback" not in b"".join(response)
    return int(answered[0].partition(" ")[0])


@pytest.mark.parametrize("stream", [io.BytesIO, Broken])
@pytest.mark.parametrize(
    ("content_type", "sent"),
    [("application/x-www-form-urlencoded", b"kind=note&body=half+of"), ("multipart/form-data; boundary=x", MULTIPART)],
)
def test_a_form_that_ends_too_early_saves_nothing(
    content_type: str, sent: bytes, stream: type[io.BytesIO], agnes: User
) -> None:
    ticket = TicketFactory()
    client = signed_in(agnes)
    client.get(f"/tickets/{ticket.pk}/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    headers = {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    headers["HTTP_X_CSRFTOKEN"] = cookies["csrftoken"]
    assert status_of(f"/tickets/{ticket.pk}/reply/", stream(sent), 5_000, content_type, **headers) == 400
    assert not Comment.objects.exists()


@pytest.mark.parametrize("stream", [io.BytesIO, Broken])
def test_json_that_ends_too_early_saves_nothing(stream: type[io.BytesIO], agnes: User) -> None:
    sent = stream(b'{"title": "a", "description": "b"}')
    headers = {"HTTP_AUTHORIZATION": f"Bearer {issue(agnes)[0]}"}
    assert status_of("/api/v1/tickets", sent, 5_000, "application/json", **headers) == 400
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("charset", ["utf-16", "base64", "latin-1", "nonsense"])
def test_other_charsets_are_read_as_utf_8(charset: str, client: Client, agnes: User) -> None:
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/nope", "body=%C3%A9", form).status_code == 404
    token = {"Authorization": f"Bearer {issue(agnes)[0]}"}
    response = client.generic("GET", "/api/v1/tickets?q=%C3%A9", "", f"text/plain; charset={charset}", headers=token)
    assert response.status_code == 200


def test_silent_clients_hold_a_thread_for_a_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gunicorn.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                assert accepted.getsockopt(socket.SOL_SOCKET, option) == gunicorn.SILENCE


def test_too_large_is_said_without_reading(client: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BODY = 1000
    response = client.post("/tickets/new/", {"title": "x" * 2000})
    assert response.status_code == 413
    assert response["Connection"] == "close"
    assert b"<html" in response.content


def test_an_unannounced_length_is_refused(client: Client) -> None:
    assert client.post("/tickets/new/", HTTP_TRANSFER_ENCODING="chunked").status_code == 411


def test_a_length_that_is_no_number_is_refused(client: Client) -> None:
    assert client.get("/healthz", CONTENT_LENGTH="-5").status_code == 413


@pytest.mark.parametrize(
    ("ending", "status"),
    [(b"", 400), (b"\r\n--x", 400), (b"\r\n--x\r\n", 400), (b"\r\n--x--", 302), (b"\r\n--x--\r\n\r\n", 302)],
)
def test_a_form_must_end(ending: bytes, status: int, agnes: User) -> None:
    """Its length is as announced, but was taken after it had been cut off."""
    ticket = TicketFactory()
    client = signed_in(agnes)
    client.get(f"/tickets/{ticket.pk}/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    headers = {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    headers["HTTP_X_CSRFTOKEN"] = cookies["csrftoken"]
    body = MULTIPART + ending
    path, kind = f"/tickets/{ticket.pk}/reply/", 'multipart/form-data; boundary="x"'
    assert status_of(path, io.BytesIO(body), len(body), kind, **headers) == status
    assert Comment.objects.count() == (status == 302)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary*=foo''a", "text/plain; charset*=foo''a"])
def test_a_type_that_cannot_be_read_is_no_failure(kind: str, agnes: User) -> None:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {issue(agnes)[0]}"}
    assert status_of("/api/v1/tickets", io.BytesIO(b"x"), 1, kind, **headers) == 400
    assert status_of("/nowhere/", io.BytesIO(b""), 0, kind) == 404
