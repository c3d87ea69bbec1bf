"""Real servers for the tests: ``python -m tests.servers`` starts PostgreSQL, Redis and an S3-compatible store.

On Debian as root, missing servers and Chromium are installed; elsewhere one sentence says what is missing. A server
named by ``DATABASE_URL``, ``TEST_REDIS_URL`` or ``TEST_S3_URL`` is used instead of one of our own.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PARTS = ["accounts", "attachments", "tickets", "webhooks", "api"]  # what must hold on SQLite too
PACKAGES = {
    "pg_virtualenv": ["postgresql", "postgresql-contrib"],
    "redis-server": ["redis-server"],
    "chromium": ["chromium"],
    "clamd": ["clamav-daemon"],
    "curl": ["curl"],
}
# pg_virtualenv shows its log after a command that failed; the last lines shall be those of the tests.
WITH_POSTGRESQL = """
    DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE" "$0" -m tests.servers inside "$@"
    echo $? >"$VERDICT"
"""


def main(arguments: list[str]) -> int:
    """Run ``suite`` (the default), ``bench`` or ``fuzz``; returns the exit code."""
    if arguments[:1] == ["inside"]:
        return WORK[arguments[1]](arguments[2:])
    work = arguments or ["suite"]
    ensure_installed()
    if os.environ.get("DATABASE_URL"):
        return WORK[work[0]](work[1:])
    with tempfile.NamedTemporaryFile("r") as verdict:
        command = [*throw_away_postgresql(quick=work[0] != "bench"), sys.executable, *work]
        code = subprocess.call(command, env={**os.environ, "VERDICT": verdict.name})
        return code or int(verdict.read() or 1)


def throw_away_postgresql(*, quick: bool) -> list[str]:
    """The words before a Python command that give it a cluster of its own in a temporary folder."""
    settings = [f"{name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes")] if quick else []
    if os.geteuid() == 0:  # where all clusters keep their pid files, ours must not take another one's
        settings.append(f"external_pid_file=/var/run/postgresql/polydesk-{os.getpid()}.pid")
    return ["pg_virtualenv", "-t", *(word for one in settings for word in ("-o", one)), "sh", "-c", WITH_POSTGRESQL]


def suite(arguments: list[str]) -> int:
    """Everything on PostgreSQL, then the domain and the contracts on SQLite as well. ``arguments`` go to pytest."""
    pytest = [sys.executable, "-m", "pytest", "-n", "2", *arguments]
    from tests.buckets import bucket_server

    with redis() as url, bucket_server() as s3:
        environment = {**os.environ, "TEST_REDIS_URL": url, "TEST_S3_URL": s3}
        grown = subprocess.call(pytest, env=environment)
        environment.pop("DATABASE_URL")
        parts = [f"tests/{part}" for part in PARTS if Path("tests", part).is_dir()]
        print("The domain and the contracts again, on SQLite:", flush=True)
        small = subprocess.call([*pytest, *([] if arguments else parts)], env=environment)
    return grown or small


def bench(arguments: list[str]) -> int:
    """The project's benchmarks, on PostgreSQL and Redis with their usual guarantees."""
    with redis() as url:
        return subprocess.call([sys.executable, "-m", "tests.bench", *arguments], env=grown_up(url))


def grown_up(redis_url: str) -> dict[str, str]:
    """The environment of an installation on the PostgreSQL of ours and that Redis."""
    return {**os.environ, "REDIS_URL": redis_url, "SECRET_KEY": "for measuring on this machine alone, fifty and more"}


def fuzz(arguments: list[str]) -> int:
    """Schemathesis against all contracts, on PostgreSQL and Redis, then on SQLite."""
    command = [sys.executable, "-m", "tests.fuzzing", *arguments]
    with redis() as url:
        print("On PostgreSQL and Redis:", flush=True)
        grown = subprocess.call(command, env=grown_up(url))
    print("On SQLite:", flush=True)
    small = subprocess.call(command, env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"})
    return grown or small


WORK = {"suite": suite, "bench": bench, "fuzz": fuzz}


def ensure_installed() -> None:
    """Install what is missing where we may; end with one sentence where we may not."""
    missing = [name for name in PACKAGES if not _present(name)]
    packages = [package for name in missing for package in PACKAGES[name]]
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"The tests need {', '.join(packages)}: install them (on Debian: apt-get install {' '.join(packages)}), "
            "or name servers in DATABASE_URL and TEST_REDIS_URL."
        )
    print(f"Installing {', '.join(packages)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *command], check=True, env=quiet, stdout=subprocess.DEVNULL)


def _present(name: str) -> bool:
    replaced = {"pg_virtualenv": "DATABASE_URL", "redis-server": "TEST_REDIS_URL"}
    if os.environ.get(replaced.get(name, ""), ""):
        return True
    if name == "chromium":
        return bool(shutil.which("chromium") or shutil.which("google-chrome"))
    if name == "pg_virtualenv" and not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return False  # only the client programs are there
    return bool(shutil.which(name))


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server that keeps nothing, or the one that TEST_REDIS_URL names; yields its address.

    Of a named one, each of the processes that test at the same time has a database of its own to empty.
    """
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        yield f"{given.rpartition('/')[0]}/{int(worker[2:]) % 15 + 1}" if worker else given
        return
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def await_port(port: int, seconds: float = 15) -> None:
    """Return as soon as somebody listens there; TimeoutError if nobody does in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
