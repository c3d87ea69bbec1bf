"""Dumping and loading the whole database, one class for each engine."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.core.management import CommandError
from django.db import connection


class Dump(Protocol):
    """What an archive needs of an engine."""

    engine: str

    def dump(self, target: Path) -> None:
        """Write a consistent copy of the database to ``target``, while others go on reading and writing."""

    def load(self, source: Path) -> None:
        """Replace the database by the copy in ``source``, or leave it as it was."""

    def others(self) -> bool:
        """Whether anybody else has the database open."""


def for_database() -> Dump:
    """The engine of the configured database."""
    return Postgresql() if connection.vendor == "postgresql" else Sqlite()


def hold_serving_mark() -> IO[str]:
    """Show that this installation is being served, for as long as the returned file (or a child's copy) is open."""
    mark = (settings.DATA_DIR / "serving").open("w")
    fcntl.flock(mark, fcntl.LOCK_SH)
    return mark


def _served() -> bool:
    with (settings.DATA_DIR / "serving").open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Sqlite:
    """SQLite, through its own backup interface."""

    engine = "sqlite"

    def __init__(self) -> None:
        self.path = Path(connection.settings_dict["NAME"])

    def dump(self, target: Path) -> None:
        with closing(sqlite3.connect(self.path)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there, pages=4096)

    def load(self, source: Path) -> None:
        verdict = None
        with closing(sqlite3.connect(source)) as copy, suppress(sqlite3.DatabaseError):
            verdict = copy.execute("PRAGMA quick_check").fetchone()
        if verdict != ("ok",):
            raise CommandError("The archive's database is damaged; nothing was changed.")
        connection.close()
        fresh = self.path.with_name(f"{self.path.name}.restored")
        shutil.copyfile(source, fresh)
        for left_over in ("-wal", "-shm"):
            self.path.with_name(self.path.name + left_over).unlink(missing_ok=True)
        fresh.replace(self.path)

    def others(self) -> bool:
        if _served():
            return True
        connection.close()
        if not self.path.exists():
            return False
        with closing(sqlite3.connect(self.path, timeout=0.1)) as probe:
            try:
                probe.execute("PRAGMA journal_mode=DELETE")  # refused as long as anybody else has it open
            except sqlite3.OperationalError:
                return True
        return False


class Postgresql:
    """PostgreSQL, through its own client programs."""

    engine = "postgresql"

    def dump(self, target: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--file={target}")

    def load(self, source: Path) -> None:
        connection.close()
        keep = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        name = connection.settings_dict["NAME"]
        self._run("pg_restore", "--clean", "--if-exists", *keep, f"--dbname={name}", str(source))

    def others(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            (count,) = cursor.fetchone()
        return bool(count) or _served()

    @staticmethod
    def _run(program: str, *arguments: str) -> None:
        if not shutil.which(program):
            raise CommandError(
                f"{program} is missing; install PostgreSQL's client programs (Debian: postgresql-client)."
            )
        given = connection.settings_dict
        places = {"PGDATABASE": "NAME", "PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
        environment = {variable: str(given[key]) for variable, key in places.items() if given[key]}
        options = {
            f"PG{name.upper()}": str(value) for name, value in given["OPTIONS"].items() if name.startswith("ssl")
        }
        done = subprocess.run(
            [program, *arguments],
            env={**os.environ, **environment, **options},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"{program} did not succeed: {done.stderr.strip()}")
