"""One attempt: sign, connect to a checked address, post, read a little of the answer. No database here.

The whole attempt has WEBHOOK_TIMEOUT seconds. A socket's own time-out only bounds each wait for the next byte, so
`Deadlines` cuts the connections of those that keep dripping.
"""

import http.client
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from io import BufferedIOBase
from threading import Lock
from typing import Any, Final

from django.conf import settings

from webhooks import guard, signing

LONGEST_BODY: Final = 16_000  # bytes kept of an answer
MOST_HEADERS, LONGEST_HEADER = 50, 500  # how many are kept, and characters of each
MASKED: Final = {
    *("authorization", "cookie", "proxy-authenticate", "proxy-authorization", "set-cookie", "www-authenticate"),
    "x-api-key",
}
UNSIGNED: Final = "The signing secret cannot be read, since SECRET_KEY changed; rotate it."
UNREACHABLE: Final = "The address could not be reached."
TOO_LATE: Final = "No answer within {:g} seconds."
BROKEN: Final = "The connection broke before the answer was whole."


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent where: the address, the open secrets that sign, the id and the frozen body."""

    url: str
    secrets: tuple[str, ...]
    message_id: str
    body: bytes


@dataclass(slots=True)
class Outcome:
    """What came of an attempt. `error` is empty on success; `slowed`: it timed out, or the receiver said 429."""

    started_at: datetime
    milliseconds: int = 0
    status: int | None = None
    error: str = ""
    slowed: bool = False
    retry_after: float | None = None  # seconds
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""

    @property
    def delivered(self) -> bool:
        return not self.error

    @property
    def gone(self) -> bool:
        """The receiver wants no more (410)."""
        return self.status == http.client.GONE


class _Lines:
    """A stream that remembers the last line that was read of it."""

    last = b""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._stream.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Answer(http.client.HTTPResponse):
    """An answer whose headers must have an end: the library takes a connection that broke for one."""

    def begin(self) -> None:
        lines = _Lines(self.fp)
        self.fp = lines  # type: ignore[assignment]
        super().begin()
        if not lines.last:
            raise http.client.IncompleteRead(b"")


class Line(http.client.HTTPConnection):
    """A connection to one checked address, under the name that was asked for. Kept open between attempts."""

    response_class = Answer

    def __init__(self, target: guard.Target, address: str, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.target = target
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.scheme == "https":
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.target.host)

    @property
    def is_dead(self) -> bool:
        """Whether the other side has closed it while nobody talked (or said something that nobody asked for)."""
        if self.sock is None:
            return True
        self.sock.settimeout(0)
        try:
            self.sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self.sock.settimeout(settings.WEBHOOK_TIMEOUT)
        return True


class Deadlines:
    """Cuts the connections whose time is up, so that an answer that drips byte by byte ends too."""

    def __init__(self) -> None:
        self._ends: dict[Line, float] = {}
        self._lock = Lock()

    def watch(self, line: Line, ends: float) -> None:
        with self._lock:
            self._ends[line] = ends

    def forget(self, line: Line) -> None:
        with self._lock:
            self._ends.pop(line, None)

    def cut(self) -> None:
        """Called now and then by whoever runs the attempts."""
        now = time.monotonic()
        with self._lock:
            late = [line for line, ends in self._ends.items() if ends <= now]
        for line in late:
            sock = line.sock  # read once: its thread may be closing it
            if sock is not None:
                with suppress(OSError):  # it ended by itself in this very moment
                    sock.shutdown(socket.SHUT_RDWR)


def send(letter: Letter, kept: Line | None, deadlines: Deadlines) -> tuple[Outcome, Line | None]:
    """Makes one attempt, on a kept connection where that still goes to a checked address.

    Returns what came of it, and the connection to keep. Never raises for what the other side does.
    """
    ends = time.monotonic() + settings.WEBHOOK_TIMEOUT
    outcome, line = _attempt(letter, kept, deadlines, ends)
    if kept is not None and outcome.error == BROKEN and outcome.status is None:
        # The receiver was about to close a connection it had not used for a while. That says nothing about it.
        return _attempt(letter, None, deadlines, ends)
    return outcome, line


def _attempt(letter: Letter, kept: Line | None, deadlines: Deadlines, ends: float) -> tuple[Outcome, Line | None]:
    now = time.time()
    outcome = Outcome(started_at=datetime.fromtimestamp(now, UTC))
    if not letter.secrets:
        outcome.error = UNSIGNED
        return outcome, kept
    started = time.monotonic()
    line, whole = None, False
    try:
        target = guard.read(letter.url)
        line = _line(target, guard.resolve(target), kept, deadlines, ends)
        outcome.request_headers = _headers(letter, target, int(now))
        line.request("POST", target.path, letter.body, {"Host": target.host_header, **outcome.request_headers})
        whole = _read(line.getresponse(), outcome)
        if time.monotonic() >= ends:
            raise TimeoutError  # it was cut, and what had come looked whole
    except Exception as error:  # noqa: BLE001 - whatever a receiver makes of HTTP, it is an attempt that failed
        whole = False
        late = time.monotonic() >= ends or isinstance(error, TimeoutError)
        outcome.slowed = late
        outcome.error = TOO_LATE.format(settings.WEBHOOK_TIMEOUT) if late and line else _sentence(error)
    if line is not None:
        deadlines.forget(line)
    outcome.milliseconds = int((time.monotonic() - started) * 1000)
    if line is not None and not whole:
        line.close()
        line = None
    return outcome, line


def _line(target: guard.Target, addresses: list[str], kept: Line | None, deadlines: Deadlines, ends: float) -> Line:
    """The kept connection if it still leads to a checked address, else a new one to the first that answers."""
    if kept is not None:
        if kept.target == target and kept.address in addresses and not kept.is_dead:
            deadlines.watch(kept, ends)
            return kept
        kept.close()
    for address in addresses:
        line = Line(target, address, max(ends - time.monotonic(), 0.01))
        deadlines.watch(line, ends)
        try:
            line.connect()
        except OSError as error:
            deadlines.forget(line)
            line.close()
            if isinstance(error, ssl.SSLError):
                raise
        else:
            return line
    raise guard.Unreachable


def _headers(letter: Letter, target: guard.Target, timestamp: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Polydesk/{settings.VERSION}",
        "webhook-id": letter.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.sign(letter.secrets, letter.message_id, timestamp, letter.body),
    }


def _read(answer: http.client.HTTPResponse, outcome: Outcome) -> bool:
    """Notes the answer; whether it was read to its end, so that the connection can serve again."""
    outcome.status = answer.status
    outcome.response_headers = {
        _text(name): "(hidden)" if name.lower() in MASKED else _text(value[:LONGEST_HEADER])
        for name, value in answer.getheaders()[:MOST_HEADERS]
    }
    data = answer.read(LONGEST_BODY + 1)
    encoding = answer.getheader("Content-Encoding", "identity")
    if encoding.lower() == "identity":
        outcome.response_body = _text(data[:LONGEST_BODY].decode(errors="replace"))
    elif data:
        outcome.response_body = f"({encoding[:20]}, not unpacked)"
    cut_short = len(data) > LONGEST_BODY
    if not cut_short and answer.length:
        raise http.client.IncompleteRead(data)
    outcome.error = _problem(answer.status)
    outcome.slowed = answer.status == http.client.TOO_MANY_REQUESTS
    outcome.retry_after = _seconds(answer.getheader("Retry-After", ""))
    return not cut_short and not answer.will_close


def _problem(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"Answered {status}; redirects are not followed."
    return f"Answered {status}."


def _sentence(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The TLS certificate is not accepted: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or 'the handshake broke').replace('_', ' ').lower()}."
    if isinstance(error, guard.Unreachable | guard.Forbidden):
        return UNREACHABLE
    if isinstance(error, OSError | http.client.IncompleteRead | http.client.RemoteDisconnected):
        return BROKEN
    return "The answer is no HTTP that we understand."


def _seconds(retry_after: str) -> float | None:
    """The seconds of a Retry-After header, which may also name a moment; None when it says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _text(text: str) -> str:
    """Without what a database cannot hold."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
