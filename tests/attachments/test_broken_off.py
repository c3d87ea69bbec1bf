"""Uploads that break off or lie about their length, over real connections: nothing is stored, and nothing waits."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import QuietWSGIRequestHandler

from accounts.models import User
from attachments.models import Attachment
from config.wsgi import application
from tests.api.toptickets.caller import key_for
from tests.attachments.sent import in_store
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]
LARGE = b"x" * 5_000_000  # above what is kept in memory
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
END = b"\r\n--b--\r\n"
WHOLE = PART + LARGE + END


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


@pytest.fixture(autouse=True)
def _nothing_is_left(store: str, ticket: Ticket) -> Iterator[None]:
    """Whatever a test sends: in the end nothing is stored, named or waiting."""
    yield
    assert not in_store()
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    assert not Attachment.everything.exists()


class Server(ThreadedWSGIServer):
    """Closing it waits for the requests it has taken."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), QuietWSGIRequestHandler)
        self.set_app(application)
        self.taken = Event()

    def process_request(self, *arguments: Any) -> None:
        super().process_request(*arguments)
        self.taken.set()


@pytest.fixture
def connection(transactional_db: None) -> Iterator[socket.socket]:
    """To the whole application, from where the web server hands requests on; in the end the request is over."""
    with Server() as server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            with socket.create_connection(server.server_address, timeout=20) as opened:
                yield opened
        finally:
            assert server.taken.wait(20)
            server.shutdown()
            serving.join()


def head(ticket: Ticket, agnes: User, *lines: str) -> bytes:
    """The head of an upload, with a good key."""
    first = [f"POST /v1/tickets/{ticket.uuid}/attachments HTTP/1.1", "Host: localhost", "Connection: close"]
    more = [f"Authorization: Bearer {key_for(agnes)[1]}", "Content-Type: multipart/form-data; boundary=b", *lines]
    return "\r\n".join([*first, *more, "", ""]).encode()


def answer(connection: socket.socket) -> int:
    """The status; 0 when the server just closed."""
    said = b""
    while not said.startswith(b"HTTP/") or b"\r\n" not in said:
        more = connection.recv(4096)
        if not more:
            return 0
        said += more
    return int(said.split()[1])


@pytest.mark.parametrize(
    ("length", "sent", "status"),
    [
        (len(PART + LARGE), PART + LARGE, 400),  # cut off before its length was taken
        (len(PART + LARGE) // 2, (PART + LARGE)[: len(PART + LARGE) // 2], 400),
        (len(WHOLE) // 2, WHOLE, 400),  # a length too small
        (10, WHOLE[:10], 400),
        (0, b"", 422),  # a form without a file
        (400 * 1024 * 1024, b"", 413),
    ],
    ids=["no end", "half", "too short a length", "ten bytes", "none", "too long"],
)
def test_the_length_is_right_or_too_small(
    length: int, sent: bytes, status: int, connection: socket.socket, ticket: Ticket, agnes: User
) -> None:
    connection.sendall(head(ticket, agnes, f"Content-Length: {length}") + sent[:length])
    if status == 413:  # the server reads a little, so that the client sees the answer
        connection.sendall(bytes(1024 * 1024))
    assert answer(connection) == status


@pytest.mark.parametrize("sent", [WHOLE, PART + LARGE, PART], ids=["whole", "no end", "no content"])
def test_the_connection_ends_before_the_body(
    sent: bytes, connection: socket.socket, ticket: Ticket, agnes: User
) -> None:
    connection.sendall(head(ticket, agnes, f"Content-Length: {len(WHOLE) * 2}") + sent)
    connection.shutdown(socket.SHUT_WR)
    assert answer(connection) == 400


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "12abc"])
def test_a_length_that_is_none(length: str, connection: socket.socket, ticket: Ticket, agnes: User) -> None:
    connection.sendall(head(ticket, agnes, f"Content-Length: {length}"))
    connection.shutdown(socket.SHUT_WR)
    assert 400 <= answer(connection) < 500


def test_an_unannounced_length(connection: socket.socket, ticket: Ticket, agnes: User) -> None:
    connection.sendall(head(ticket, agnes, "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n")
    assert answer(connection) == 411


@pytest.mark.parametrize("sent", [len(WHOLE) // 2, 100])
def test_the_client_is_gone(sent: int, connection: socket.socket, ticket: Ticket, agnes: User) -> None:
    connection.sendall(head(ticket, agnes, f"Content-Length: {len(WHOLE)}") + WHOLE[:sent])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # a reset
    connection.close()
