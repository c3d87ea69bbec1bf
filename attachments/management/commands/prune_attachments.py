"""``manage.py prune_attachments``: what the worker does once a day, now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from attachments.pruning import prune


class Command(BaseCommand):
    help = "Removes stored files that nothing names any more, and those deleted longer than the grace time ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for removal in prune(dry_run=options["dry_run"]):
            count += 1
            self.stdout.write(f"{removal.name}  {removal.why}")
        self.stdout.write(f"{'Would remove' if options['dry_run'] else 'Removed'} {count} files.")
