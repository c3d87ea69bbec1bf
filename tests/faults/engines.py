"""What the product runs on while it is broken: SQLite alone, or PostgreSQL and Redis that are ours to crash."""

import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.config.running import SECRET_KEY, processes
from tests.servers import await_port, free_port

WANTED = "SELECT m.uuid FROM webhooks_message m JOIN webhooks_delivery d ON d.message_id = m.id"


@dataclass(frozen=True)
class Engine:
    """The settings of an installation, how to ask its database, and ways to break it by name."""

    name: str
    settings: dict[str, str]
    ask: Callable[[str], list[tuple[Any, ...]]]
    breaks: dict[str, Callable[[], None]] = field(default_factory=dict)

    def committed(self) -> set[str]:
        """The ids of all messages that the database holds for somebody."""
        return {str(uuid).replace("-", "") for (uuid,) in self.ask(WANTED)}


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    """A file in `folder`, the broker in its files."""

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{folder}/db.sqlite3?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    yield Engine("SQLite", {}, ask)


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    """A cluster and a Redis of its own, both of which may be killed."""
    with Cluster() as cluster, Redis() as redis:
        yield on_servers(cluster, redis)


def on_servers(cluster: "Cluster", redis: "Redis") -> Engine:
    """An installation on these two."""
    settings = {"DATABASE_URL": cluster.url, "REDIS_URL": redis.url, "SECRET_KEY": SECRET_KEY, "WEB_PROCESSES": "2"}
    breaks = {"backend": cluster.kill_a_backend, "database": cluster.crash, "broker": redis.crash}
    return Engine("PostgreSQL and Redis", settings, cluster.ask, breaks)


ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


class Cluster:
    """A PostgreSQL cluster in a temporary folder. What it acknowledged survives a kill of any of its processes.

    Without fsync only a crash of the whole machine could lose something, and nobody pulls that plug here.
    """

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"postgres://polydesk@127.0.0.1:{self._port}/postgres"
        self._programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self._as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}

    def __enter__(self) -> "Cluster":
        self._folder = tempfile.TemporaryDirectory(prefix="polydesk-cluster-")
        if self._as:
            subprocess.run(["chown", "postgres:", self._folder.name], check=True)
        self._data = f"{self._folder.name}/data"
        command = [self._programs / "initdb", "-D", self._data, "-U", "polydesk", "--auth=trust", "-E", "UTF8"]
        subprocess.run([*command, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Serves, as soon as it has mended what a crash left."""
        options = {
            "fsync": "off",
            "unix_socket_directories": "",
            "listen_addresses": "127.0.0.1",
            "log_min_messages": "panic",
        }
        command = [self._programs / "postgres", "-D", self._data, "-p", str(self._port)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd="/", **self._as)
        _until(lambda: bool(self.ask("SELECT 1")))

    def stop(self) -> None:
        """Ends at once, as in a crash: nothing is written that was not written before."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(30)

    def crash(self) -> None:
        self.stop()
        self.start()

    def kill_a_backend(self) -> None:
        """Kills the process behind one connection; the others then lose theirs, and the cluster mends itself."""
        backends = [pid for pid, command in processes(self._server.pid) if "postgres: polydesk" in command]
        if backends:
            os.kill(random.choice(backends), signal.SIGKILL)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, connect_timeout=10) as connection:
            return connection.execute(statement).fetchall()


class Redis:
    """A Redis that forgets everything when it is killed."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        await_port(self._port)

    def stop(self) -> None:
        self._server.kill()
        self._server.wait(10)

    def crash(self) -> None:
        self.stop()
        self.start()


def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while True:
        with suppress(psycopg.OperationalError):
            if condition():
                return
        if time.monotonic() > deadline:
            raise TimeoutError("the database does not come up")
        tick.wait(0.05)
