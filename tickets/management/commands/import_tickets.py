"""``manage.py import_tickets``: tickets from CSV or JSON lines; docs/importing.md explains it with examples."""

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.actions import find_or_add_customer
from accounts.actor import Actor
from accounts.errors import Refused
from accounts.models import Door, Team, User
from tickets import tally
from tickets.importing.mapping import WrongMapping, check, parse
from tickets.importing.reading import Unreadable, table
from tickets.importing.rows import Fingerprints, Importer, Known, Outcome

BATCH = 50  # rows a transaction: others who write wait for a moment only
SHOWN = 5  # reasons on the screen; the report holds all
WRONG, SOME_REFUSED, STOPPED = 2, 3, 130  # exit codes


class Command(BaseCommand):
    """Exit code 0: all went in; 3: some rows were refused; 2: the call was wrong; 1: the file broke off."""

    help = "Imports tickets from a CSV file (with a header) or from JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN[:from=to,…]", help="may be given several times"
        )
        parser.add_argument("--requester", metavar="EMAIL", help="who asks, where a row does not say")
        parser.add_argument("--team", metavar="NAME", help="the team, where a row does not say")
        parser.add_argument("--source", metavar="NAME", help="rows are imported once a source (default: the file name)")
        parser.add_argument("--report", type=Path, metavar="FILE", help="refused rows as CSV: line, reason")
        parser.add_argument("--notify", action="store_true", help="send mail and webhooks as for any new ticket")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            columns = parse(options["map"])
            with _opened(path) as file, _report(options["report"], path) as report, _bar(path) as bar:
                rows = table(path, file, bar.update)
                check(columns, rows.columns)
                importer = Importer(
                    columns,
                    source=_storable(options["source"] or path.name)[:200],
                    requester=_requester(options["requester"], silent=not options["notify"]),
                    team=_team(options["team"]),
                    silent=not options["notify"],
                )
                names = Fingerprints(columns)
                total = self._run(importer, (Known(row, names.of(row)) for row in rows.rows), report)
        except WrongMapping as error:
            raise CommandError(str(error), returncode=WRONG) from error
        except Unreadable as error:
            raise CommandError(f"{path}: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on from here.", returncode=STOPPED) from None
        self.stdout.write(
            f"Imported {total.imported} tickets, skipped {total.skipped} that were there already, "
            f"refused {len(total.refused)} rows."
        )
        if total.refused:
            sys.exit(SOME_REFUSED)

    def _run(self, importer: Importer, rows: Iterator[Known], report: "_Report") -> Outcome:
        total = Outcome()
        try:
            for batch in _batches(rows):
                done = importer.write(batch)
                total.imported += done.imported
                total.skipped += done.skipped
                total.refused += done.refused
                report.add(done.refused)
        finally:
            while tally.fold():
                pass
        return total


class _Report:
    """Refused rows: all of them into a file if there is one, the first few onto the screen."""

    def __init__(self, file: TextIO | None) -> None:
        self._file = file
        self._writer = csv.writer(file) if file else None
        self._shown = 0
        if self._writer:
            self._writer.writerow(["line", "reason"])

    def add(self, refused: list[tuple[int, str]]) -> None:
        for line, reason in refused:
            if self._writer:
                self._writer.writerow([line, reason])
            self._shown += 1
            if self._shown <= SHOWN:
                tqdm.write(f"Line {line}: {reason}", file=sys.stderr)
            elif self._shown == SHOWN + 1:
                tqdm.write("More rows were refused; --report FILE lists all.", file=sys.stderr)
        if self._file:
            self._file.flush()


def _batches(rows: Iterator[Known]) -> Iterator[list[Known]]:
    """Rows by the transaction. Those before the place where a file breaks off go in."""
    batch: list[Known] = []
    try:
        for known in rows:
            batch.append(known)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Unreadable:
        yield batch
        raise
    yield batch


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.", returncode=WRONG) from error


@contextmanager
def _report(path: Path | None, source: Path) -> Iterator[_Report]:
    if path is None:
        yield _Report(None)
        return
    if path.exists() and path.samefile(source):
        raise CommandError("--report would overwrite the file that is imported.", returncode=WRONG)
    try:
        file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise CommandError(f"Cannot write {path}: {error.strerror}.", returncode=WRONG) from error
    with file:
        yield _Report(file)


def _storable(name: str) -> str:
    """File names may hold bytes that are no text."""
    return name.encode("utf-8", "replace").decode()


def _bar(path: Path) -> Any:
    return tqdm(total=path.stat().st_size, unit="B", unit_scale=True, desc=path.name, disable=None)


def _requester(email: str | None, *, silent: bool) -> User | None:
    try:
        return find_or_add_customer(by=Actor.system(Door.IMPORT), email=email, silent=silent) if email else None
    except Refused as error:
        raise CommandError(f"--requester: {error}", returncode=WRONG) from error


def _team(name: str | None) -> Team | None:
    found = Team.objects.filter(name__iexact=_storable(name)).first() if name else None
    if name and found is None:
        raise CommandError(f"There is no team called {name!r}.", returncode=WRONG)
    return found
