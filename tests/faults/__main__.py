"""``python -m tests.faults``: the kill loop, for as long as you like."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.engines import ENGINES
from tests.faults.loop import run
from tests.servers import ensure_installed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="on each engine (default: 5)")
    parser.add_argument("--only", choices=ENGINES, help="one engine instead of both")
    parser.add_argument("--quiet", action="store_true", help="the verdict alone")
    arguments = parser.parse_args()
    ensure_installed()
    failed = 0
    for name in [arguments.only] if arguments.only else list(ENGINES):
        with tempfile.TemporaryDirectory(prefix="polydesk-faults-") as folder, ENGINES[name](Path(folder)) as engine:
            print(f"{engine.name}, {arguments.minutes:g} minutes:", flush=True)
            say = (lambda line: None) if arguments.quiet else (lambda line: print("  ", line, flush=True))
            verdict = run(engine, Path(folder), arguments.minutes * 60, say)
            print(verdict, flush=True)
            if not verdict.holds:
                failed = 1
                print(verdict.twice, verdict.lost, verdict.invented, verdict.differing, verdict.gaps, sep="\n")
                print(Path(folder, "output").read_text()[-20_000:])
    return failed


if __name__ == "__main__":
    sys.exit(main())
