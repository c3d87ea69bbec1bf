"""`manage.py listen_webhooks`, as an integrator runs it."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.config.running import ROOT, environment, manage
from tests.servers import free_port
from webhooks import signing
from webhooks.sending import Deadlines, Letter, send

SECRET = signing.new_secret()
BODY = b'{"event":"ticket.created","sequence":7,"data":{"title":"\\u001b[31m"}}'


class Running:
    """The command at work; `lines` are what it has said."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = process
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def said(self, words: str) -> bool:
        """Whether a line with these words comes in time."""
        with self._news:
            return self._news.wait_for(lambda: any(words in line for line in self.lines), 30)

    def post(self, headers: dict[str, str], body: bytes = BODY) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/hook", body, headers)
        return connection.getresponse().status


@contextmanager
def listening(folder: Path, *arguments: str) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-u", "manage.py", "listen_webhooks", "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True)
    try:
        running = Running(process, port)
        assert running.said("Listening on")
        yield running
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(20)


def test_it_says_what_arrives_and_whether_it_verifies(tmp_path: Path, settings: object) -> None:
    with listening(tmp_path, "--secret", SECRET, "--bodies") as running:
        url = f"http://127.0.0.1:{running.port}/hook"
        for _ in range(2):
            outcome, _ = send(Letter(url, (SECRET,), "01a2", BODY), None, Deadlines())
            assert (outcome.delivered, outcome.status) == (True, 204)
        assert running.said("'ticket.created' #7  '01a2'  verified")
        assert running.said("'01a2', again (2)  verified")
        stamp = str(int(time.time()))
        assert running.post({"webhook-id": "x", "webhook-timestamp": stamp, "webhook-signature": "v1,AAAA"}) == 204
        assert running.said("NOT VERIFIED: No signature fits")
        assert running.post({}, b"\xff") == 204
        assert running.said("no JSON object")
        assert running.post({"webhook-id": "\x1b[31mred"}) == 204
        assert running.said("\\x1b[31mred")
        assert not any("\x1b" in line for line in running.lines)


def test_it_answers_as_told_and_says_when_it_cannot_verify(tmp_path: Path) -> None:
    with listening(tmp_path, "--answer", "503") as running:
        assert running.post({"webhook-id": "x"}) == 503
        assert running.said("not verified: no secret given")
        busy = manage("listen_webhooks", "--port", str(running.port), env=environment(tmp_path))
        assert busy.returncode == 1
        assert "Cannot listen" in busy.stderr


def test_what_is_no_webhook_does_not_upset_it(tmp_path: Path) -> None:
    stamps = {"webhook-id": "x", "webhook-signature": "v1,AAAA"}
    with listening(tmp_path, "--secret", SECRET, "--bodies") as running:
        assert running.post({"Content-Length": "\u00b2"}) == 413
        assert running.post({**stamps, "webhook-timestamp": "9" * 400}) == 204
        assert running.post({**stamps, "webhook-timestamp": "9" * 5000}) == 204
        assert running.said("missing or no number")
        assert running.post(stamps, b"[" * 100_000) == 204
        assert running.said("no JSON object")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--answer", "700"], "--answer is a status from 200 to 599."),
        (["--port", "70000"], "--port is a number up to 65535."),
        (["--secret", "whsec_nonsense!"], "The secret is not whsec_ and base64, as it was shown."),
        (["--secret", "4eVtiEgt"], "The secret is not whsec_ and base64, as it was shown."),
    ],
)
def test_a_wrong_argument_is_said_at_once(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    said = manage("listen_webhooks", *arguments, env=environment(tmp_path))
    assert (said.returncode, said.stderr.strip().removeprefix("CommandError: ")) == (1, sentence)
