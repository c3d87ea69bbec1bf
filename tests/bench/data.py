"""Two databases of demo tickets, in the server that DATABASE_URL names. The large one begins as a copy of the small."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from random import Random

from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from tqdm import tqdm

from accounts.actor import Actor
from tickets import bulk, tally
from tickets.demo.people import Cast, cast
from tickets.demo.stage import Stage, stage
from tickets.demo.writer import Book, Writer, book
from tickets.models import Ticket

CUSTOMERS = 500
WRITERS = 2  # processes
BATCH = 500


@contextmanager
def databases(small: int, large: int, *, keep: bool) -> Iterator[tuple[str, str]]:
    """The names of two databases with so many tickets; `keep` uses those of an earlier run and leaves them there."""
    names = (_name(small), _name(large))
    server = str(connection.settings_dict["NAME"])
    if not (keep and all(map(_exists, names))):
        _make(*names, small, large)
    try:
        yield names
    finally:
        use(server)
        for name in () if keep else names:
            _drop(name)


def use(name: str) -> None:
    """This process works on the database of that name from now on."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


def address(name: str) -> str:
    """The DATABASE_URL of the database of that name."""
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def settle() -> None:
    """What PostgreSQL does by itself in a quiet minute; done now, so that it does not happen during a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _make(small_name: str, large_name: str, small: int, large: int) -> None:
    server = str(connection.settings_dict["NAME"])
    for name in (small_name, large_name):
        _drop(name)
    _create(small_name)
    use(small_name)
    call_command("migrate", interactive=False, verbosity=0)
    told, system = book(), Actor.system()
    people = cast(Random(1), customers=CUSTOMERS, by=system)
    scenery = stage(people, told.tags, by=system)
    _fill(small, told, people, scenery)
    use(server)
    _create(large_name, template=small_name)
    use(large_name)
    _fill(large - small, told, people, scenery)
    use(server)


def _fill(number: int, told: Book, people: Cast, scenery: Stage) -> None:
    """Writes so many tickets, in processes side by side."""
    print(f"Loading {number:,} tickets …", flush=True)
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    share = number // WRITERS
    writers = [
        fork.Process(target=_write, args=(share + (number % WRITERS if place == 0 else 0), told, people, scenery))
        for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(writer.exitcode for writer in writers):
        raise SystemExit("The tickets could not be loaded.")
    while tally.fold():
        pass
    settle()


def _write(number: int, told: Book, people: Cast, scenery: Stage) -> None:
    seed = Ticket.objects.count() + os.getpid()
    drafts = Writer(Random(seed), told, people, scenery, number=number, now=timezone.now()).drafts()
    with tqdm(total=number, unit=" tickets", disable=None) as progress:
        while batch := list(islice(drafts, BATCH)):
            bulk.write(batch)
            progress.update(len(batch))


def _name(number: int) -> str:
    return f"polydesk_bench_{number}"


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _create(name: str, template: str = "template1") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
