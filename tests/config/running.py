"""Running the settings, commands and the whole product as an operator would."""

import os
import runpy
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port

ROOT = Path(__file__).parent.parent.parent
SECRET_KEY = "a key for tests only, fifty characters long or more"


def read_settings(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> dict[str, Any]:
    """The settings that ``environment`` makes, with nothing taken over from this process; may raise SystemExit."""
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "LANG", "VIRTUAL_ENV"):
            monkeypatch.delenv(name)
    for name, value in {"DATA_DIR": str(folder), **environment}.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "config" / "settings.py"))


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of an installation in ``folder`` on SQLite."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**plain, "DATA_DIR": str(folder), "DEMO": "0", **changes}


def manage(*arguments: str, env: dict[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """``manage.py`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def served(folder: Path, **changes: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The product, served by a process at the head of a group of its own; yields it and its port.

    `changes` are settings. What it says is added to the file `output` in the folder.
    """
    port = free_port()
    command = [sys.executable, "manage.py", "serve"]
    env = environment(folder, PORT=str(port), **changes)
    with (
        (folder / "output").open("ab") as output,
        subprocess.Popen(
            command, cwd=ROOT, env=env, start_new_session=True, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield process, port
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server with all its children, whose folder may go afterwards."""
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()


def processes(parent: int) -> list[tuple[int, str]]:
    """The ids and command lines of all that comes from a process."""
    found = []
    with suppress(OSError):  # it ends in this very moment
        for child in map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()):
            command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [(child, command), *processes(child)]
    return found


def healthy(port: int) -> bool:
    """Whether somebody serves there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def soon(condition: Callable[[], bool], seconds: float = 40) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False
