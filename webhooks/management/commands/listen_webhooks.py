"""``manage.py listen_webhooks``: a receiver on this machine that prints and verifies what arrives."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from webhooks import signing
from webhooks.listening import Listener


class Command(BaseCommand):
    """Listens until Ctrl-C."""

    help = "Receives webhooks on this machine, prints each and says whether its signature verifies."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=9000)
        parser.add_argument("--secret", default="", help="whsec_…; or set WEBHOOK_SECRET")
        parser.add_argument(
            "--answer", type=int, default=204, metavar="STATUS", help="what to answer (500 to see retries)"
        )
        parser.add_argument("--bodies", action="store_true", help="print whole bodies too")

    def handle(self, *args: Any, **options: Any) -> None:
        secret = options["secret"] or os.environ.get("WEBHOOK_SECRET", "")
        if not 200 <= options["answer"] <= 599:
            raise CommandError("--answer is a status from 200 to 599.")
        if not 0 <= options["port"] <= 65535:
            raise CommandError("--port is a number up to 65535.")
        if secret and not signing.is_secret(secret):
            raise CommandError("The secret is not whsec_ and base64, as it was shown.")
        try:
            listener = Listener(
                (options["host"], options["port"]),
                secret=secret,
                status=options["answer"],
                whole=options["bodies"],
                say=self._say,
            )
        except OSError as error:
            raise CommandError(f"Cannot listen on {options['host']}:{options['port']}: {error.strerror}.") from None
        host, port = listener.server_address[:2]
        self._say(f"Listening on http://{host!s}:{port}/ (Ctrl-C stops it)")
        if not secret:
            self._say("Give --secret whsec_… to have signatures verified.")
        try:
            listener.serve_forever()
        except KeyboardInterrupt:
            self._say(f"\n{sum(listener.seen.values())} requests, {len(listener.seen)} events.")
        finally:
            listener.server_close()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
