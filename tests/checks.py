"""``python -m tests.checks``: everything that can be said about the code without running the product."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CODE = ["accounts", "attachments", "tickets", "webhooks", "api", "config", "tests", "docs", "manage.py"]
# What `check --deploy` is asked about: an installation as docs/operators.md describes it.
PRODUCTION = {
    "ALLOWED_HOSTS": "help.example.com",
    "BASE_URL": "https://help.example.com",
    "DATABASE_URL": "postgres://polydesk:secret@127.0.0.1:1/polydesk",
    "EMAIL_URL": "smtp+tls://polydesk:secret@mail.example.com:587",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789-only-for-this-check",
    "TRUSTED_PROXIES": "10.0.0.0/8",
}
CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "style": ([f"{BIN}/ruff", "check", "--quiet", "."], {}),
    "format": ([f"{BIN}/ruff", "format", "--check", "--quiet", "."], {}),
    "types": ([f"{BIN}/mypy"], {}),
    "layers": ([f"{BIN}/lint-imports"], {}),
    "templates": ([f"{BIN}/djlint", "--lint", "--quiet", "templates"], {}),
    "unused code": ([f"{BIN}/vulture"], {}),
    "migrations": ([*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    "deployment": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    "openapi": ([*MANAGE, "openapi", "--check"], {}),
    "locks": ([sys.executable, "-m", "tests.checks", "locks"], {}),
}


def main(arguments: list[str]) -> int:
    """Run all checks, or those named; returns the number of those that failed."""
    if arguments == ["locks"]:
        return locks()
    wanted = arguments or list(CHECKS)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        base = {**os.environ, "DATA_DIR": folder, "LOG_LEVEL": "error"}
        return sum(pool.map(lambda name: _run(name, base), wanted))


def _run(name: str, base: dict[str, str]) -> bool:
    """Whether the check failed; its output is shown only then."""
    command, environment = CHECKS[name]
    started = time.monotonic()
    done = subprocess.run(command, env={**base, **environment}, capture_output=True, text=True, check=False)
    verdict = "FAILED" if done.returncode else "ok"
    said = f"{done.stdout}{done.stderr}" if done.returncode else ""
    print(f"{name:<12} {verdict:<7} {time.monotonic() - started:5.1f} s\n{said}".rstrip(), flush=True)
    return bool(done.returncode)


def locks() -> int:
    """The locks pin hashes, not places: where packages come from is the installer's configuration."""
    with_address = [path.name for path in Path().glob("requirements*.txt") if "://" in path.read_text()]
    if with_address:
        print(f"{', '.join(with_address)} must not hold an address; run `make lock`.")
    return len(with_address)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
