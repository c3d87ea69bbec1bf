"""The servers that are measured: the product as it runs in production, and the bare view with the same settings."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.supervisor import COMMANDS
from tests.bench.data import address
from tests.servers import await_port, free_port

PROCESSES, THREADS = 2, 4  # for two cores and eight connections


@contextmanager
def product(database: str, folder: Path, redis: int) -> Iterator[int]:
    """Web and worker, as the supervisor keeps them, on the Redis database of that number; yields the port.

    Limits are counted, but never reached; every request is logged.
    """
    url = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{redis}"
    changes = {"RATELIMIT_SCALE": "1000000", "LOG_LEVEL": "info", "REDIS_URL": url}
    with _running([sys.executable, "-m", "config.supervisor"], database, folder / "product", changes) as port:
        yield port


@contextmanager
def bare(database: str, folder: Path) -> Iterator[int]:
    """The bare view under the same gunicorn; yields the port."""
    changes = {"DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings"}
    with _running(COMMANDS["web"], database, folder / "bare", changes) as port:
        yield port


@contextmanager
def _running(command: list[str], database: str, folder: Path, changes: dict[str, str]) -> Iterator[int]:
    folder.mkdir(parents=True)
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": address(database),
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "WEB_PROCESSES": str(PROCESSES),
        "WEB_THREADS": str(THREADS),
        **changes,
    }
    with Path(folder, "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            await_port(port, 60)
            yield port
        finally:
            server.terminate()
            server.wait(60)
