"""``python -m tests.bench``: loads tickets, measures, prints one table. Exit 1 when an answer was not as expected."""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from pathlib import Path

import django

NAMES = ("list", "ticket", "search", "comment", "create", "growth", "depth")
ALSO = ("idle", "webhooks", "files")  # measured only when asked for
SMALL = 10_000


def main(arguments: list[str]) -> int:
    """The exit code; budgets that are not met are printed, not punished."""
    asked = read(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "warning"}
        django.setup()
        from tests.bench.load import WrongAnswer

        try:
            bench(asked, Path(folder))
        except WrongAnswer as wrong:
            print(f"The benchmark means nothing: {wrong}", file=sys.stderr)
            return 1
    print(f"\nTook {time.monotonic() - started:.0f} s in all.")
    return 0


def read(arguments: list[str]) -> Namespace:
    """What was asked for."""
    parser = ArgumentParser(prog="make bench", description="The platform contract beside a bare Django view.")
    parser.add_argument("--tickets", type=int, default=100_000, metavar="N", help=f"more than {SMALL}")
    parser.add_argument("--seconds", type=float, default=8, metavar="S", help="of each case on each side")
    names = (*NAMES, *ALSO)
    parser.add_argument("--only", choices=names, action="append", metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--keep", action="store_true", help="leave the databases, and use those of an earlier run")
    asked = parser.parse_args(arguments)
    if asked.tickets <= SMALL:
        parser.error(f"--tickets must be more than {SMALL}.")
    return asked


def bench(asked: Namespace, folder: Path) -> None:
    """Loads, measures and prints."""
    from tests.bench import cases, data, depth, growth, ratios, report, sites

    wanted = asked.only or NAMES
    beside(wanted, folder)
    if set(wanted) <= set(ALSO):
        return
    with data.databases(SMALL, asked.tickets, keep=asked.keep) as (small, large):
        data.use(large)
        sample = cases.Sample()
        with sites.product(large, folder / "large", redis=1) as ours:
            measured, grown = [], []
            if "depth" in wanted:
                print("Measuring depth …", flush=True)
                print(*map(report.depth, depth.measure(ours, asked.seconds / 2)), sep="\n")
            if "growth" in wanted:
                print("Measuring growth …", flush=True)
                data.use(small)
                with sites.product(small, folder / "small", redis=2) as ours_small:
                    grown = growth.measure((cases.Sample(), sample), (ours_small, ours), asked.seconds / 2)
                data.use(large)
            with sites.bare(large, folder / "large") as bare:
                for case in cases.cases(sample):
                    if case.name in wanted:
                        print(f"Measuring {case.title} …", flush=True)
                        measured.append(ratios.measure(case, sample, (ours, bare), asked.seconds))
    if measured:
        print(f"\n{report.ratios(measured, asked.tickets)}")
    if grown:
        print(report.growth(grown, SMALL, asked.tickets))


def beside(wanted: Collection[str], folder: Path) -> None:
    """What needs no tickets: each brings its own servers."""
    from tests.bench import files, hooks, idle, report

    if "idle" in wanted:
        print(report.idle(idle.measure(folder / "idle")))
    if "webhooks" in wanted:
        print("Measuring webhooks …", flush=True)
        print(report.hooks(hooks.measure(folder / "webhooks")))
    if "files" in wanted:
        print("Measuring files …", flush=True)
        print(report.files(files.measure(folder / "files")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
