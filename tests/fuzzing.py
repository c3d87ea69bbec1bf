"""``python -m tests.fuzzing``: schemathesis asks a served installation whatever the four documents allow and forbid.

Exit 1 when an answer was a 5xx, or none that the document describes. It is run as a command, as anybody may run it
against an installation of their own: what it knows it has from `openapi.json`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import requests

from tests.live.server import example_server

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
LOGIN = {"email": "admin@example.com", "password": "polydesk-demo"}
COUNTED = re.compile(r"(\d+) generated")
# Not checked: that what a document allows is accepted. None can say that an id must exist, or an address be free.
EVERYWHERE = ["positive_data_acceptance"]


class Door(NamedTuple):
    """How a program gets in, as the document names it and as a request shows it."""

    base: str
    scheme: str = "key"
    shown: str = "api_key"
    header: str = "Authorization: Bearer {}"  # empty: in the query
    items: str = ""  # where a list holds its rows; empty: the list is bare
    unchecked: Sequence[str] = ()


DOORS = {
    "platform": Door("/api/v1", scheme="token", shown="bearer", items="data"),
    # It takes numbers for text and "yes" for true, as its contract says and its document does not.
    "toptickets": Door("/v1", shown="bearer", unchecked=["negative_data_rejection"]),
    # A parameter that says nothing is none, also where a number is documented.
    "taas": Door("/ticketing/v1", header="", items="items", unchecked=["negative_data_rejection"]),
    "support": Door("/v1/support", header="X-API-Key: {}"),
}


def main(arguments: list[str]) -> int:
    """How many contracts gave answers that they should not."""
    parser = ArgumentParser(prog="make fuzz", description="Schemathesis against all four contracts.")
    parser.add_argument("--cases", type=int, default=50, metavar="N", help="random ones an operation (default 50)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of an earlier run, to have it again")
    parser.add_argument("--only", choices=DOORS, action="append", metavar="CONTRACT", help=", ".join(DOORS))
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="polydesk-fuzz-") as folder:
        return fuzz(Path(folder), asked.only or list(DOORS), ["--max-examples", str(asked.cases)], asked.seed)


def fuzz(folder: Path, contracts: list[str], words: list[str], seed: int) -> int:
    """Serves demo data on the database of the environment, without limits, and lets schemathesis loose on it."""
    servers = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if name in os.environ}
    with example_server(folder, RATELIMIT_ENABLE="0", LOG_LEVEL="error", **servers) as access:
        credentials = {"platform": signed_in(access.base), **vars(access)}
        configs = {contract: configured(contract, access.base, credentials[contract], folder) for contract in contracts}
        failed = sum(not holds(contract, access.base, config, words, seed) for contract, config in configs.items())
    if failed:
        print(f"Seed {seed}. The server said:\n{(folder / 'output').read_text()}")
    return failed


def holds(contract: str, site: str, config: Path, words: list[str], seed: int) -> bool:
    """Whether nothing was found; what was is printed."""
    base = site + DOORS[contract].base
    command = [SCHEMATHESIS, "--config-file", config, "run", f"{base}/openapi.json", "--url", base]
    options = ["--seed", str(seed), "--generation-database", "none", "--no-color", *words]
    started = time.monotonic()
    run = subprocess.run([*command, *options], cwd=config.parent, capture_output=True, text=True, check=False)
    counted = COUNTED.search(run.stdout)
    clean = run.returncode == 0 and counted is not None
    verdict = "nothing found" if clean else f"FAILED\n{run.stdout}{run.stderr}"
    cases, seconds = counted[1] if counted else "no", time.monotonic() - started
    print(f"{contract:<10} {cases:>6} cases {seconds:6.1f} s  {verdict}", flush=True)
    return clean


def signed_in(site: str) -> str:
    """A token of contract platform."""
    token: str = requests.post(f"{site}/api/v1/auth/login", json=LOGIN, timeout=30).json()["token"]
    return token


def configured(contract: str, site: str, credential: str, folder: Path) -> Path:
    """The file with what the document cannot know: the credential, some ids that exist, what is not to be checked."""
    door = DOORS[contract]
    lines = [f"[auth.openapi.{door.scheme}]", f"{door.shown} = {json.dumps(credential)}", "[checks]"]
    lines += [f"{check}.enabled = false" for check in (*EVERYWHERE, *door.unchecked)]
    for name, values in existing(door, site + door.base, credential).items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
        lines += [f'[parameters."path.{name}"]', f'dictionary = "{name}"', "probability = 0.9"]
    if contract == "platform":  # who signs out with the token of all other requests leaves those to be refused
        headers = f'{{ Authorization = "Bearer {signed_in(site)}" }}'
        lines += ["[[operations]]", 'include-operation-id = "logout"', f"headers = {headers}"]
    path = folder / f"{contract}.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def existing(door: Door, base: str, credential: str) -> dict[str, list[Any]]:
    """Ids for the paths, so that requests come further than to a 404."""

    def listed(path: str) -> list[Any]:
        name, _, value = door.header.format(credential).partition(": ")
        asked = {"limit": "20"} | ({} if name else {"key": credential})
        rows = requests.get(base + path, asked, headers={name: value} if name else {}, timeout=30).json()
        return [row["id"] for row in (rows[door.items] if door.items else rows)]

    found = {"ticket_id": listed("/tickets")}
    if door.items == "items":
        found["activity_id"] = listed(f"/tickets/{found['ticket_id'][0]}/activities")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
