"""`manage.py openapi`: writes the contracts' documents to docs/openapi/; `--check` fails when they are out of date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import api.platform.document
import api.support.document
import api.taas.document
import api.toptickets.document

DOCUMENTS = {
    "platform": api.platform.document.build,
    "support": api.support.document.build,
    "taas": api.taas.document.build,
    "toptickets": api.toptickets.document.build,
}


class Command(BaseCommand):
    help = "Write the OpenAPI documents of the contracts to docs/openapi/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "openapi"
        for contract, make in DOCUMENTS.items():
            path = folder / f"{contract}.json"
            text = orjson.dumps(make(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
            elif not path.exists() or path.read_bytes() != text:
                raise CommandError(f"docs/openapi/{contract}.json is out of date: run manage.py openapi")
