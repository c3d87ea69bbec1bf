"""What `make run` costs when nobody asks for anything: start times, memory and processor time of web and worker."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import free_port

REST = 20.0  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds until it answers, on a new and on a filled database; megabytes; share of one core."""

    first_start: float
    warm_start: float
    memory: float
    busy: float


def measure(folder: Path) -> Idle:
    """Starts it twice in `folder`, on SQLite with demo data, and lets it rest."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"DATA_DIR": str(folder), "PORT": str(free_port()), "DEMO": "1", "LOG_LEVEL": "warning"}
    first = _run(environment)
    warm = _run(environment, REST)
    return Idle(first[0], *warm)


def _run(environment: dict[str, str], rest: float = 0.0) -> tuple[float, float, float]:
    """Until the first answer, then the rest: (seconds to start, megabytes, share of a core)."""
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(environment["PORT"]):
            time.sleep(0.05)
        until_answer = time.monotonic() - started
        time.sleep(rest and 5)  # the worker comes up after the web
        processes = family(server.pid)
        before = sum(map(_cpu, processes))
        time.sleep(rest)
        busy = (sum(map(_cpu, processes)) - before) / rest if rest else 0.0
        return until_answer, sum(map(pss, processes)), busy
    finally:
        server.terminate()
        server.wait(60)


def _answers(port: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def family(pid: int) -> list[int]:
    """A process and all that come from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def _cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def pss(pid: int) -> float:
    """Megabytes, what is shared counted in shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
