"""``python -m tests.live [ADDRESS]``: run the examples by hand and print one line each.

Without an address a server with demo data is started for them. With one, it must hold the demo data, and its keys are
named: those of toptickets owned by admin@example.com, those of taas of the team Service Desk.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.live import CONTRACTS
from tests.live.run import Access, Run
from tests.live.server import KEYS, example_server

NEEDED = {
    "platform": [],
    "toptickets": ["toptickets", "toptickets_read_only"],
    "taas": ["taas", "taas_secondary"],
    "support": ["support", "toptickets"],  # which writes the comments that support only shows
}


def main() -> int:
    """The number of examples that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("address", nargs="?", help="such as http://127.0.0.1:3000; otherwise one is started")
    parser.add_argument("--contract", action="append", choices=list(CONTRACTS), help="only this one; may be repeated")
    for name in KEYS:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="KEY", default="", help="with an address")
    given = parser.parse_args()
    wanted = given.contract or list(CONTRACTS)
    if given.address:
        keys = {name: getattr(given, name) for name in KEYS}
        missing = [f"--{key.replace('_', '-')}" for name in wanted for key in NEEDED[name] if not keys[key]]
        if missing:
            parser.error(f"name {', '.join(dict.fromkeys(missing))}: keys made by `manage.py issue_api_key`")
        return run_all(Access(base=given.address.rstrip("/"), **keys), wanted)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, example_server(Path(folder)) as access:
        return run_all(access, wanted)


def run_all(access: Access, wanted: list[str]) -> int:
    run = Run(access, report=lambda verdict: print(verdict, flush=True))
    for name in wanted:
        print(f"--- {name}", flush=True)
        run.through(CONTRACTS[name])
    wrong = [verdict for verdict in run.verdicts if verdict.problems]
    fields = sum(verdict.fields for verdict in run.verdicts)
    for verdict in wrong:
        print(verdict)
    print(f"{len(run.verdicts)} examples, {fields} fields compared, {len(wrong)} wrong")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
