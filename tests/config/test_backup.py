"""An archive made while the helpdesk runs brings everything back, and `restore` destroys nothing by accident."""

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.config.running import SECRET_KEY, environment, manage

ENGINES = ["sqlite", *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else [])]
FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from tests.factories import TicketFactory, customer
call_command("migrate", verbosity=0)
TicketFactory(subject="Printer on fire", requester=customer("Rita"))
default_storage.save("2026/report", ContentFile(b"as it was"))
"""
LOOK = """
from django.core.files.storage import default_storage
from tickets.models import Ticket
print([(t.subject, t.requester.email) for t in Ticket.objects.all()], default_storage.open("2026/report").read())
"""
WHOLE = "[('Printer on fire', 'rita@example.test')] b'as it was'"


class Installation:
    """One installation with its own data folder and, on PostgreSQL, its own database."""

    def __init__(self, folder: Path, database_url: str) -> None:
        folder.mkdir()
        self.database_url = database_url
        self.env = environment(
            folder, **({"DATABASE_URL": database_url} if database_url else {}), SECRET_KEY=SECRET_KEY
        )

    def run(self, *arguments: str) -> str:
        done = manage(*arguments, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refusal(self, *arguments: str) -> str:
        done = manage(*arguments, env=self.env)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module", params=ENGINES)
def installations(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Installation]]:
    """A filled installation and an empty one."""
    folder = tmp_path_factory.mktemp("backup")
    if request.param == "sqlite":
        yield [Installation(folder / name, "") for name in ("filled", "empty")]
        return
    server = os.environ["DATABASE_URL"]
    names = [f"backup_{os.getpid()}_{name}" for name in ("filled", "empty")]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        yield [Installation(folder / name, urlunsplit(urlsplit(server)._replace(path=f"/{name}"))) for name in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_there_and_back_again(installations: list[Installation], tmp_path: Path) -> None:
    filled, empty = installations
    archive = tmp_path / "archive.tar.gz"

    filled.run("shell", "-v0", "-c", FILL)
    assert "1 stored files" in filled.run("backup", str(archive))
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["archive.tar.gz"]

    empty.run("restore", str(archive))
    assert empty.run("shell", "-v0", "-c", LOOK).strip() == WHOLE

    assert "--replace" in empty.refusal("restore", str(archive))
    empty.run("shell", "-v0", "-c", "from tickets.models import Ticket; Ticket._base_manager.update(subject='changed')")
    empty.run("restore", "--replace", str(archive))
    assert empty.run("shell", "-v0", "-c", LOOK).strip() == WHOLE

    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "cannot be restored" in empty.refusal("restore", "--replace", str(damaged))
    assert empty.run("shell", "-v0", "-c", LOOK).strip() == WHOLE

    with in_use(empty):
        assert "in use" in empty.refusal("restore", "--replace", str(archive))


def in_use(installation: Installation) -> "closing[psycopg.Connection]":
    if installation.database_url:
        return closing(psycopg.connect(installation.database_url))
    import sqlite3

    database = sqlite3.connect(Path(installation.env["DATA_DIR"]) / "db.sqlite3")
    database.execute("SELECT count(*) FROM django_migrations").fetchone()
    return closing(database)  # type: ignore[type-var]


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    here = Installation(tmp_path / "here", "")
    (tmp_path / "notes.txt").write_text("nothing to restore")
    assert "cannot be restored" in here.refusal("restore", str(tmp_path / "notes.txt"))
    with tarfile.open(tmp_path / "other.tar", "w") as other:
        other.add(tmp_path / "notes.txt", "notes.txt")
    assert "no archive" in here.refusal("restore", str(tmp_path / "other.tar"))
    assert "cannot be restored" in here.refusal("restore", str(tmp_path / "missing"))


GOOD = b'{"format": 1, "engine": "sqlite", "migrations": []}'


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"manifest.json": b'{"format": 1}', "database": b""}, "no archive"),
        ({"manifest.json": b'{"format": 1, "engine": "sqlite", "migrations": 5}', "database": b""}, "no archive"),
        ({"manifest.json": GOOD}, "no database"),
        ({"manifest.json": GOOD, "database": b"no database at all" * 99}, "damaged"),
        ({"manifest.json": GOOD, "database": b"", "files/../../stray": b"x"}, "cannot be restored"),
    ],
)
def test_a_forged_archive_is_refused_in_one_sentence(members: dict[str, bytes], reason: str, tmp_path: Path) -> None:
    here = Installation(tmp_path / "here", "")
    with tarfile.open(tmp_path / "forged.tar", "w") as forged:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            forged.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        forged.addfile(link)
    refusal = here.refusal("restore", str(tmp_path / "forged.tar"))
    assert reason in refusal
    assert "Traceback" not in refusal
    assert not (tmp_path / "stray").exists()


def test_an_archive_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    here = Installation(tmp_path / "here", "")
    assert "cannot be written" in here.refusal("backup", str(tmp_path / "nowhere" / "archive.tar.gz"))
