"""``manage.py backup FILE``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from config import archive


class Command(BaseCommand):
    """Writes database and files into one archive; the helpdesk may go on running."""

    help = "Writes database and files into one archive, consistent while the helpdesk runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        try:
            count = archive.write(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}") from None
        self.stdout.write(f"Wrote the database and {count} stored files to {target}.")
