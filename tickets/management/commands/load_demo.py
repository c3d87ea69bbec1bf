"""``manage.py load_demo``: people, a desk and tickets to look at."""

from argparse import ArgumentParser
from itertools import islice
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from accounts.actor import Actor
from tickets import bulk, tally
from tickets.demo.people import CUSTOMER, MOST_CUSTOMERS, cast
from tickets.demo.stage import stage
from tickets.demo.writer import Writer, book
from tickets.models import Ticket

MOST = 1_000_000
BATCH = 500
MANY = 10_000  # from here on the database's planner is told at once


class Command(BaseCommand):
    """The same seed loads the same data; only the dates move with the day."""

    help = "Loads demo data: three logins, teams, fields, tags and tickets that read like a real helpdesk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=200, metavar="N", help="how many tickets (default 200)")
        parser.add_argument("--random-seed", type=int, default=1, metavar="S", help="another seed, other stories")
        parser.add_argument("--append", action="store_true", help="also into a database that holds tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        number: int = options["tickets"]
        if not 1 <= number <= MOST:
            raise CommandError(f"--tickets must be between 1 and {MOST}.")
        if not options["append"]:
            if Ticket.everything.filter(requester__email=CUSTOMER).exists():
                self.stdout.write("The demo data is there already; --append loads more.")
                return
            if Ticket.everything.exists():
                raise CommandError("This database holds other people's tickets; --append loads demo data beside them.")
        load(number, seed=options["random_seed"])
        self.stdout.write(f"Loaded {number} demo tickets.")


def load(number: int, *, seed: int) -> None:
    """Loads everything, the tickets in batches; one that is interrupted leaves whole batches."""
    rng = Random(seed)  # noqa: S311 - nothing secret comes out of it
    by = Actor.system()
    told = book()
    people = cast(rng, customers=max(24, min(MOST_CUSTOMERS, number // 20)), by=by)
    drafts = Writer(rng, told, people, stage(people, told.tags, by=by), number=number, now=timezone.now()).drafts()
    with tqdm(total=number, unit=" tickets", disable=None) as progress:
        while batch := list(islice(drafts, BATCH)):
            bulk.write(batch)
            progress.update(len(batch))
    while tally.fold():
        pass
    if number >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
