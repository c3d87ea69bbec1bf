"""A receiver for integrators: shows what arrives and says whether it verifies. Not for production."""

import json
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from webhooks import signing

LARGEST = 8 << 20  # bytes of a body


class Listener(ThreadingHTTPServer):
    """Answers every POST with `status` and hands a description of it to `say`, line by line."""

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], *, secret: str, status: int, whole: bool, say: Callable[[str], object]
    ) -> None:
        super().__init__(address, _Handler)
        self.secret = secret
        self.status = status
        self.whole = whole
        self.say = say
        self.seen: Counter[str] = Counter()


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10) or int(length) > LARGEST:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        self.server.say(self._line(body))
        if self.server.whole:
            self.server.say(_pretty(body))
        self._answer(self.server.status)

    def log_message(self, *args: Any) -> None:
        """Nothing: each request is described already."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _line(self, body: bytes) -> str:
        message_id = self.headers.get("webhook-id", "")
        self.server.seen[message_id] += 1
        again = f", again ({self.server.seen[message_id]})" if self.server.seen[message_id] > 1 else ""
        what = _summary(body)
        return f"{time.strftime('%H:%M:%S')}  {what}  {message_id!r}{again}  {self._verdict(message_id, body)}"

    def _verdict(self, message_id: str, body: bytes) -> str:
        if not self.server.secret:
            return "not verified: no secret given"
        given = (self.headers.get("webhook-timestamp", ""), self.headers.get("webhook-signature", ""))
        problem = signing.verify(self.server.secret, message_id, *given, body, now=time.time())
        return f"NOT VERIFIED: {problem}" if problem else "verified"


def _summary(body: bytes) -> str:
    try:
        found = json.loads(body)
        sequence = found.get("sequence")
        return f"{str(found.get('event'))[:40]!r}" + (f" #{sequence}" if isinstance(sequence, int) else "")
    except (ValueError, AttributeError, RecursionError):
        return "no JSON object"


def _pretty(body: bytes) -> str:
    """The body for a terminal: JSON with everything beyond ASCII escaped, so that no text controls the terminal."""
    try:
        return json.dumps(json.loads(body), indent=2)
    except (ValueError, RecursionError):
        return repr(body[:2000])
