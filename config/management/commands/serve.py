"""``manage.py serve``: prepare the installation, then serve web and background worker in the foreground."""

import fcntl
import hashlib
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError

from config import env
from config.dumps import hold_serving_mark

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO_LOGINS = ("admin@example.com", "agent@example.com", "customer@example.com")
FIRST_ADMINISTRATOR = """\
Nobody can sign in yet. Make the first administrator in another terminal:
  .venv/bin/python manage.py create_user --email you@example.com --name "Your Name" --role admin"""


class Command(BaseCommand):
    """Migrates, collects static files, fills an empty database with demo data where wanted, and serves."""

    help = "Prepares the installation and serves web and background worker until SIGINT or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="do everything but serve")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_free(settings.HOST, settings.PORT)
        migrate()
        collect_static()
        self.welcome(demo=env.flag("DEMO", settings.HOST in LOOPBACK))
        if options["prepare_only"]:
            return
        mark = hold_serving_mark()
        os.set_inheritable(mark.fileno(), True)
        # The small supervisor takes this process' place, so that the memory needed to prepare is given back.
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "config.supervisor"])

    def welcome(self, *, demo: bool) -> None:
        """Say where Polydesk is and how to get in."""
        people = get_user_model()._default_manager
        if demo and not people.exists():
            call_command("load_demo")
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        self.stdout.write(f"\nPolydesk is at http://{host}:{settings.PORT}/ (Ctrl-C stops it)")
        if people.filter(email__in=DEMO_LOGINS).exists():
            self.stdout.write(f"Demo logins: {', '.join(DEMO_LOGINS)}, password polydesk-demo")
        elif not people.exists():
            self.stdout.write(FIRST_ADMINISTRATOR)
        self.stdout.flush()


def migrate() -> None:
    """Bring the database up to date. Raises CommandError if it cannot be reached."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise CommandError(f"The database cannot be used; check DATABASE_URL. It says: {error}") from None


def ensure_free(host: str, port: int) -> None:
    """Raise CommandError if nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}); set PORT or HOST to something else."
            ) from None


def collect_static() -> None:
    """Gather and compress the static files, unless those gathered last are still the same."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    state = _fingerprint()
    with _one_at_a_time(settings.BASE_DIR):
        if mark.is_file() and mark.read_text() == state:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=["redoc"])
        mark.write_text(state)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder, which several installations may share."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["redoc"]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
