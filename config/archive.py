"""One archive of the whole installation: a tar file with a manifest, a copy of the database, and all stored files.

The database is copied first. A file is always stored before the row that names it, so every row of the copy finds its
file; files stored later than the copy come along without a row and are pruned like any other.
"""

import io
import json
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from attachments.stores import store
from config import dumps

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files/"


def write(target: Path) -> int:
    """Write the archive to ``target`` (mode 600), whole or not at all; returns the number of stored files in it."""
    engine = dumps.for_database()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".polydesk-backup-") as folder:
        copy, partial = Path(folder, DATABASE), Path(folder, "archive")
        manifest = {
            "format": FORMAT,
            "engine": engine.engine,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": sorted(".".join(step) for step in MigrationExecutor(connection).loader.applied_migrations),
        }
        engine.dump(copy)
        with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
            _add(archive, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
            archive.add(copy, DATABASE)
            count = sum(_add_stored(archive, name) for name, _ in store().names())
        partial.chmod(0o600)
        partial.replace(target)
    return count


def read(source: Path, *, replace: bool) -> int:
    """Load the archive ``source`` into this installation; returns the number of files. CommandError where refused.

    Without ``replace``, an installation in which people already work is refused.
    """
    engine = dumps.for_database()
    if engine.others():
        raise CommandError("The database is in use; stop the web server and the worker first.")
    if not replace and _inhabited():
        raise CommandError("This installation already holds people; add --replace to lose what it holds.")
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(source) as archive:
            _check(_manifest(archive), engine.engine)
            copy = Path(folder, DATABASE)
            _extract(archive, copy)
            count = sum(_store(archive, member) for member in archive if member.name.startswith(FILES))
            engine.load(copy)
    except (OSError, EOFError, tarfile.TarError, SuspiciousFileOperation) as error:
        raise CommandError(f"{source} cannot be restored: {error}") from None
    call_command("migrate", interactive=False, verbosity=0)
    return count


def _inhabited() -> bool:
    people = get_user_model()
    with connection.cursor() as cursor:
        known = people._meta.db_table in connection.introspection.table_names(cursor)
    return known and people._default_manager.exists()


def _add(archive: tarfile.TarFile, name: str, content: io.BytesIO) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content.getbuffer())
    archive.addfile(info, content)


def _add_stored(archive: tarfile.TarFile, name: str) -> bool:
    """Add one stored file; False if it was deleted in the meantime."""
    try:
        with default_storage.open(name) as content:
            info = tarfile.TarInfo(FILES + name)
            info.size = content.size
            archive.addfile(info, content)
    except FileNotFoundError:
        return False
    return True


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        content = archive.extractfile(MANIFEST)
        manifest = json.load(content) if content else None
    except (KeyError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not _is_whole(manifest):
        raise CommandError("This is no archive of Polydesk's backup command, or one of a later version.")
    return manifest


def _is_whole(manifest: dict[str, Any]) -> bool:
    migrations = manifest.get("migrations")
    named = isinstance(migrations, list) and all(isinstance(name, str) for name in migrations)
    return named and isinstance(manifest.get("engine"), str)


def _check(manifest: dict[str, Any], engine: str) -> None:
    if manifest["engine"] != engine:
        raise CommandError(f"The archive is of {manifest['engine']}, but this installation is on {engine}.")
    known = {".".join(step) for step in MigrationExecutor(connection).loader.disk_migrations}
    if not set(manifest["migrations"]) <= known:
        raise CommandError("The archive was made by a newer version of Polydesk; install that version first.")


def _extract(archive: tarfile.TarFile, target: Path) -> None:
    content = archive.extractfile(DATABASE) if DATABASE in archive.getnames() else None
    if content is None:
        raise CommandError("The archive holds no database.")
    with target.open("wb") as copy:
        while block := content.read(1 << 20):
            copy.write(block)


def _store(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
    content, name = archive.extractfile(member) if member.isreg() else None, member.name.removeprefix(FILES)
    if content is None:
        return False
    default_storage.delete(name)
    default_storage.save(name, File(content, name))
    return True
