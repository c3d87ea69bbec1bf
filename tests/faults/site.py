"""The product in real processes of its own, to be killed and started again."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests.config.running import ROOT, environment, healthy, manage, processes, soon, stop
from tests.faults.engines import Engine
from tests.servers import free_port

ADDRESS, PASSWORD = "ada@example.test", "correct horse battery"
WEBHOOKS = {
    "WEBHOOK_ALLOWED_CIDRS": "127.0.0.0/8",
    "WEBHOOK_TIMEOUT": "2",
    "WEBHOOK_RETRY_SCHEDULE": ",".join(["0.2"] + ["0.5"] * 100),
    "RATELIMIT_ENABLE": "false",
    "LOG_LEVEL": "error",
}
PREPARE = """
from accounts.actions import add_user
from accounts.actor import Actor
from webhooks.actions import add_endpoint
system = Actor.system()
add_user(by=system, email={address!r}, full_name="Ada", role="admin", password={password!r})
for url in {urls!r}:
    add_endpoint(by=system, url=url, events={events!r})
"""


class Site:
    """An installation that tells `receivers` of `events` (none named: all). Serves from `start` until `stop`."""

    def __init__(
        self, engine: Engine, folder: Path, *receivers: str, events: tuple[str, ...] = (), **changes: str
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.port = free_port()
        self.answered_again = 0  # requests under an `Idempotency-Key`, carried out before
        self.env = environment(folder, **{**WEBHOOKS, **engine.settings, **changes, "PORT": str(self.port)})
        self._others: list[subprocess.Popen[bytes]] = []
        code = PREPARE.format(address=ADDRESS, password=PASSWORD, urls=list(receivers), events=list(events))
        for command in (["serve", "--prepare-only"], ["shell", "-c", code]):
            done = manage(*command, env=self.env, timeout=100)
            if done.returncode:
                raise RuntimeError(done.stderr)

    def __enter__(self) -> Self:
        self.start()
        if not soon(lambda: healthy(self.port), 60):
            raise TimeoutError(self.said)
        done = self.post("/auth/login", {"email": ADDRESS, "password": PASSWORD})
        self.token = str(done["token"])
        return self

    def __exit__(self, *_: object) -> None:
        for process in [self._process, *self._others]:
            stop(process)

    @property
    def said(self) -> str:
        """All that its processes wrote."""
        return (self.folder / "output").read_text()

    def start(self) -> None:
        self._process = self._spawn("-m", "config.supervisor")

    def start_again(self) -> None:
        """What a service manager does when the product has ended."""
        if self._process.poll() is not None:
            self.start()

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One more worker of the same installation, as on another node."""
        from config.supervisor import COMMANDS

        self._others.append(self._spawn(*COMMANDS["worker"][1:]))
        return self._others[-1]

    def pids(self, what: str) -> list[int]:
        """The processes of `web` (master and children) or `worker`, or all of the `product` with its supervisor."""
        family = processes(self._process.pid)
        if what == "product":
            return [self._process.pid, *(pid for pid, _ in family)]
        word = {"web": "gunicorn", "worker": "celery"}[what]
        return [pid for pid, command in family if word in command]

    def kill(self, what: str) -> None:
        """kill -9, without a chance to finish anything."""
        for pid in self.pids(what):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if what == "product":
            self._process.wait(10)

    def post(self, path: str, data: dict[str, Any], method: str = "POST", **headers: str) -> dict[str, Any]:
        """Asks contract platform, as Ada; OSError for everything but 2xx."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            json.dumps(data).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {getattr(self, 'token', '')}", **headers},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            self.answered_again += "Idempotent-Replayed" in answer.headers
            found: dict[str, Any] = json.load(answer)
            return found

    def open_ticket(self, title: str) -> str:
        """Opens a ticket; its id. OSError if that was not accepted."""
        return str(self.post("/tickets", {"title": title, "description": "It broke."})["data"]["id"])

    def _spawn(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.env,
                start_new_session=True,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
