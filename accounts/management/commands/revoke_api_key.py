"""``manage.py revoke_api_key``: ends a key at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.actor import Actor
from accounts.keys import digest, revoke_key
from accounts.models import ApiKey


class Command(BaseCommand):
    """Names the key by its prefix, as lists show it, or by the whole key."""

    help = "Revokes an API key, at once and on every node."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="PREFIX_OR_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        named: str = options["key"].strip()
        found = list(ApiKey.objects.filter(Q(prefix=named) | Q(digest=digest(named)))[:2])
        if not found:
            raise CommandError("There is no such key.")
        if len(found) > 1:
            raise CommandError("Several keys begin like that; give the whole key.")
        key = found[0]
        if key.revoked_at is not None:
            self.stdout.write(f"{key.prefix} was revoked already.")
            return
        revoke_key(key, by=Actor.system())
        self.stdout.write(f"Revoked {key.prefix} ({key.name}).")
