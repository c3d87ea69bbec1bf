"""One attempt against receivers of every kind: what is noted, how long it takes, which connection is kept."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.webhooks.certificates import certified
from tests.webhooks.receiver import Behaviour, Received, Receiver, answer, drip, flood, hang, raw, reset
from webhooks import guard, sending, signing
from webhooks.sending import BROKEN, UNREACHABLE, Deadlines, Letter, Line, Outcome

SECRET = signing.new_secret()
BODY = json.dumps({"event": "ticket.created", "title": "Ünïcödé"}).encode()
TOO_LATE = "No answer within 1 seconds."


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    """Deadlines with somebody who watches them, as the dispatcher does."""
    watched, done = Deadlines(), threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            watched.cut()

    thread = threading.Thread(target=watch)
    thread.start()
    yield watched
    done.set()
    thread.join()


def attempt(url: str, deadlines: Deadlines, kept: Line | None = None) -> tuple[Outcome, Line | None]:
    return sending.send(Letter(url, (SECRET,), "01a2", BODY), kept, deadlines)


def test_what_arrives_is_what_standard_webhooks_asks_for(receiver: Receiver, deadlines: Deadlines) -> None:
    outcome, _ = attempt(receiver.url + "?team=1", deadlines)
    [request] = receiver.received
    assert (outcome.delivered, outcome.status, outcome.response_body) == (True, 200, "ok")
    assert (request.path, request.body, request.id) == ("/hook?team=1", BODY, "01a2")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Polydesk/")
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 5
    assert Webhook(SECRET).verify(request.body, request.headers) == json.loads(BODY)
    assert outcome.request_headers["webhook-signature"] == request.headers["webhook-signature"]


@pytest.mark.parametrize(
    ("behave", "status", "error", "slowed"),
    [
        (answer(204, b""), 204, "", False),
        (answer(299), 299, "", False),
        (answer(500), 500, "Answered 500.", False),
        (answer(404), 404, "Answered 404.", False),
        (answer(410), 410, "Answered 410.", False),
        (answer(429, Retry_After="7"), 429, "Answered 429.", True),
        (answer(302, Location="http://127.0.0.1:1/"), 302, "Answered 302; redirects are not followed.", False),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), 200, BROKEN, False),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"), 200, BROKEN, False),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), None, BROKEN, False),
        (raw(b"HTTP/1.0 200 OK\r\n\r\nuntil the end"), 200, "", False),
        (raw(b""), None, BROKEN, False),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), None, "The answer is no HTTP that we understand.", False),
        (
            raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
            None,
            "The answer is no HTTP that we understand.",
            False,
        ),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000), None, "The answer is no HTTP that we understand.", False),
        (reset, None, BROKEN, False),
        (hang(), None, TOO_LATE, True),
        (drip(), None, TOO_LATE, True),
        (flood(), 200, "", False),
    ],
)
def test_every_kind_of_receiver(
    receiver: Receiver, deadlines: Deadlines, behave: Behaviour, status: int | None, error: str, slowed: bool
) -> None:
    receiver.behave = behave
    started = time.monotonic()
    outcome, line = attempt(receiver.url, deadlines)
    assert (outcome.status, outcome.error, outcome.slowed) == (status, error, slowed)
    assert time.monotonic() - started < 2
    assert len(outcome.response_body) <= sending.LONGEST_BODY
    assert outcome.milliseconds < 2000
    if error in (BROKEN, TOO_LATE):
        assert line is None


def test_retry_after_is_read_as_seconds_or_as_a_moment(receiver: Receiver, deadlines: Deadlines) -> None:
    for header, seconds in (("7", 7), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("soon", None), ("-1", None)):
        receiver.behave = answer(429, Retry_After=header)
        assert attempt(receiver.url, deadlines)[0].retry_after == seconds


def test_nothing_is_unpacked(receiver: Receiver, deadlines: Deadlines) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    receiver.behave = answer(200, bomb[:9000], Content_Encoding="gzip")
    outcome, _ = attempt(receiver.url, deadlines)
    assert outcome.delivered
    assert outcome.response_body == "(gzip, not unpacked)"


def test_what_a_database_cannot_hold_is_replaced_and_secrets_are_hidden(
    receiver: Receiver, deadlines: Deadlines
) -> None:
    receiver.behave = answer(200, b"a\x00b\xff", Set_Cookie="session=secret", X_Long="y" * 5000)
    outcome, _ = attempt(receiver.url, deadlines)
    assert outcome.response_body == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert outcome.response_headers["Set-Cookie"] == "(hidden)"
    assert len(outcome.response_headers["X-Long"]) == sending.LONGEST_HEADER


def test_a_connection_is_kept_while_the_receiver_keeps_it(receiver: Receiver, deadlines: Deadlines) -> None:
    _, line = attempt(receiver.url, deadlines)
    outcome, line = attempt(receiver.url, deadlines, line)
    assert (outcome.delivered, receiver.connections) == (True, 1)
    receiver.behave = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    _, line = attempt(receiver.url, deadlines, line)
    receiver.behave = answer()
    for _ in range(3):  # it hung up in the meantime, or is about to: a new connection is made
        outcome, line = attempt(receiver.url, deadlines, line)
        assert outcome.delivered
    assert receiver.connections == 2


def test_closed_and_forbidden_look_alike(deadlines: Deadlines, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert attempt(f"http://127.0.0.1:{port}/", deadlines)[0].error == UNREACHABLE
    settings.WEBHOOK_ALLOWED_CIDRS = []
    with Receiver() as private:
        outcome, _ = attempt(private.url.replace("http:", "https:"), deadlines)
        assert (outcome.error, outcome.status, private.connections) == (UNREACHABLE, None, 0)
    assert attempt("https://does-not-exist.invalid/", deadlines)[0].error == UNREACHABLE


def test_a_name_that_changes_its_address_is_looked_up_once_and_dialled_where_it_was_checked(
    receiver: Receiver, deadlines: Deadlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1"])
    real = socket.getaddrinfo

    def flipping(host: str, port: int, *args: Any, **more: Any) -> Any:
        return real(next(answers), port, *args, **more) if host == "rebinding.test" else real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", flipping)
    url = f"http://rebinding.test:{receiver.port}/"
    outcome, line = attempt(url, deadlines)
    assert (outcome.delivered, receiver.received[0].headers["host"]) == (True, f"rebinding.test:{receiver.port}")
    outcome, _ = attempt(url, deadlines, line)  # now it names a private address: the kept connection is no way round
    assert (outcome.error, len(receiver.received)) == (UNREACHABLE, 1)


@pytest.fixture
def _fresh_tls() -> Iterator[None]:
    sending._tls.cache_clear()
    yield
    sending._tls.cache_clear()


@pytest.mark.usefixtures("_fresh_tls")
@pytest.mark.parametrize(
    ("host", "days", "trusted", "error"),
    [
        ("127.0.0.1", 1, True, ""),
        ("127.0.0.1", -1, True, "The TLS certificate is not accepted: certificate has expired."),
        ("127.0.0.1", 1, False, "The TLS certificate is not accepted: self-signed certificate."),
        ("other.test", 1, True, "The TLS certificate is not accepted: IP address mismatch"),
    ],
)
def test_tls_is_checked_for_the_name_that_was_asked_for(
    deadlines: Deadlines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    days: int,
    trusted: bool,
    error: str,
) -> None:
    context, authority = certified(tmp_path, host, days=days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", authority)
    with Receiver(tls=context) as receiver:
        outcome, _ = attempt(receiver.url, deadlines)
    assert outcome.error.startswith(error)
    assert outcome.delivered is not bool(error)


@pytest.mark.usefixtures("_fresh_tls")
def test_https_to_something_else(receiver: Receiver, deadlines: Deadlines) -> None:
    outcome, _ = attempt(receiver.url.replace("http:", "https:"), deadlines)
    assert not outcome.delivered
    # Whether it understands enough of a TLS greeting to answer is chance; that it may say nothing is not.
    assert outcome.error == UNREACHABLE or outcome.error.startswith("TLS failed: ")


def test_without_a_readable_secret_nothing_is_sent(receiver: Receiver, deadlines: Deadlines) -> None:
    outcome, _ = sending.send(Letter(receiver.url, (), "01a2", BODY), None, deadlines)
    assert (outcome.error, receiver.connections) == (sending.UNSIGNED, 0)


def test_a_proxy_in_the_environment_is_no_way_round_the_guard(
    receiver: Receiver, deadlines: Deadlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert attempt(receiver.url, deadlines)[0].delivered
        assert proxy.connections == 0


def test_a_connection_that_closes_while_it_is_cut_breaks_nothing(receiver: Receiver, deadlines: Deadlines) -> None:
    class Closing(Line):
        """Its thread closes it right after the first look at its socket."""

        @property
        def sock(self) -> socket.socket | None:
            found, self._found = self._found, None
            return found

        @sock.setter
        def sock(self, value: socket.socket | None) -> None:
            self._found = value

    line = Closing(guard.read(receiver.url), "127.0.0.1", 1.0)
    line.connect()
    mine = Deadlines()
    mine.watch(line, 0)
    mine.cut()


def test_a_second_try_on_a_new_connection_has_only_the_time_that_is_left(
    receiver: Receiver, deadlines: Deadlines
) -> None:
    _, line = attempt(receiver.url, deadlines)
    late = threading.Event()

    def broken_late(connection: socket.socket, request: Received) -> None:
        receiver.behave = hang()
        late.wait(0.7)
        reset(connection, request)

    receiver.behave = broken_late
    started = time.monotonic()
    outcome, _ = attempt(receiver.url, deadlines, line)
    assert (outcome.error, len(receiver.received)) == (TOO_LATE, 3)
    assert time.monotonic() - started < 1.6
