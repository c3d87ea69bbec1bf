"""Running the settings, commands and the whole product as an operator would."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
