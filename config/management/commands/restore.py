"""``manage.py restore FILE``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config import archive


class Command(BaseCommand):
    """Loads an archive of ``backup``, of this version or an older one."""

    help = "Loads an archive of the backup command. Refuses a database in use."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="overwrite an installation that holds people")

    def handle(self, *args: Any, **options: Any) -> None:
        count = archive.read(options["file"].absolute(), replace=options["replace"])
        self.stdout.write(f"Restored the database and {count} stored files.")
