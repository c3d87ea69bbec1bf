"""A server of the whole product with demo data and a key of each kind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.config.running import environment, healthy, manage, served, soon
from tests.live.run import Access

KEYS = {
    "toptickets": ["--contract", "toptickets", "--kind", "admin", "--owner", "admin@example.com"],
    "toptickets_read_only": ["--contract", "toptickets", "--kind", "ro", "--owner", "admin@example.com"],
    "taas": ["--contract", "taas", "--kind", "primary", "--team", "Service Desk"],
    "taas_secondary": ["--contract", "taas", "--kind", "secondary", "--team", "Service Desk"],
    "support": ["--contract", "support", "--owner", "agent@example.com"],
}


@contextmanager
def example_server(folder: Path, **changes: str) -> Iterator[Access]:
    """Serves until the block ends; `changes` are settings."""
    with served(folder, DEMO="1", **changes) as (_, port):
        if not soon(lambda: healthy(port), 100):
            raise TimeoutError((folder / "output").read_text())
        yield Access(base=f"http://127.0.0.1:{port}", **issue_keys(folder, **changes))


def issue_keys(folder: Path, **changes: str) -> dict[str, str]:
    """One of each kind, by name."""

    def issue(arguments: list[str]) -> str:
        done = manage("issue_api_key", *arguments, env=environment(folder, **changes))
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(KEYS, pool.map(issue, KEYS.values()), strict=True))
