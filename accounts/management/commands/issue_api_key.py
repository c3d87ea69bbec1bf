"""``manage.py issue_api_key``: a key for a program, printed alone and once."""

import re
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Refused
from accounts.keys import KINDS, issue_key
from accounts.models import Contract, Team, User

SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Command(BaseCommand):
    """Stdout holds the key and nothing else, so that scripts may take it as it is."""

    help = "Issues an API key and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, choices=Contract.values)
        parser.add_argument("--kind", help="toptickets: admin, ro, agent; taas: primary, secondary; support has one")
        parser.add_argument("--owner", metavar="EMAIL", help="toptickets: required; support: default a bot agent")
        parser.add_argument(
            "--team",
            metavar="NAME",
            help="taas: the desk, whose former key of this kind ends; support: where its tickets go",
        )
        parser.add_argument("--name", default="", metavar="TEXT", help="what the key is for")
        parser.add_argument("--scopes", metavar="a:read,b:write", help="toptickets; default: all it may hold")
        parser.add_argument("--expires-in", metavar="90s/30m/72h/7d", help="default: never")
        parser.add_argument(
            "--allow-ip", action="append", default=[], metavar="CIDR", help="may be given several times"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        contract: str = options["contract"]
        kinds = KINDS[contract]
        if options["kind"] is None and len(kinds) > 1:
            raise CommandError(f"--kind is needed: {' or '.join(kinds)}.")
        try:
            _, text = issue_key(
                by=Actor.system(),
                contract=contract,
                kind=options["kind"] or kinds[0],
                owner=_person(options["owner"]),
                team=_team(options["team"]),
                name=options["name"],
                scopes=_scopes(options["scopes"]),
                expires_at=_moment(options["expires_in"]),
                allowed_addresses=options["allow_ip"],
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(text)


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(f"Nobody has the e-mail address {email!r}.")
    return found


def _team(name: str | None) -> Team | None:
    if name is None:
        return None
    found = Team.objects.filter(name__iexact=name).first()
    if found is None:
        raise CommandError(f"There is no team called {name!r}.")
    return found


def _scopes(text: str | None) -> list[str] | None:
    return None if text is None else [scope.strip() for scope in text.split(",") if scope.strip()]


def _moment(text: str | None) -> datetime | None:
    """When a span from now ends."""
    if text is None:
        return None
    parts = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text.strip())
    if parts is None:
        raise CommandError("--expires-in is a number with a unit: 90s, 30m, 72h or 7d.")
    try:
        return timezone.now() + timedelta(**{SPANS[parts[2]]: int(parts[1])})
    except OverflowError:
        raise CommandError("--expires-in lies too far in the future; leave it out for a key without end.") from None
