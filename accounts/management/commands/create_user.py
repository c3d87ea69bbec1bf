"""``manage.py create_user``: somebody who may sign in, made from a shell."""

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import add_user
from accounts.actor import Actor
from accounts.errors import Refused
from accounts.models import Role, Tier

VARIABLE = "USER_PASSWORD"


class Command(BaseCommand):
    """The password comes from USER_PASSWORD or a prompt: on the command line others could read it."""

    help = f"Adds a person. The password is read from {VARIABLE}, else asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--tier", default="", choices=Tier.values, help="default: the organization's")
        parser.add_argument("--read-only", action="store_true", help="may look but not change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = add_user(
                by=Actor.system(),
                email=options["email"],
                full_name=options["name"],
                role=options["role"],
                password=password(),
                tier=options["tier"],
                read_only=options["read_only"],
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Added {user.full_name} <{user.email}>, {user.get_role_display().lower()}.")


def password() -> str:
    """The password of the environment, else of the person at the terminal, asked twice."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"There is no terminal to ask for the password: set {VARIABLE}.")
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise CommandError("The two passwords differ.")
    return first
