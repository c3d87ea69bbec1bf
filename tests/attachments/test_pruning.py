"""What nobody needs any more goes, after its time; what a row names stays."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from attachments import pruning, tasks
from attachments.actions import remove, set_avatar, stored
from attachments.models import Attachment
from attachments.uploads import Upload
from tests.attachments.sent import attached, fetch, in_store
from tests.factories import TicketFactory, acting
from tickets import actions
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


@pytest.fixture
def _a_day_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores say by their own clock when something was written; so the patience ends early instead."""
    monkeypatch.setattr(pruning, "UNNAMED_FOR", timedelta(seconds=-60))


def age(**rows: "Attachment | Ticket | User") -> None:
    """As if they had been deleted 31 days ago."""
    for row in rows.values():
        type(row).everything.filter(pk=row.pk).update(deleted_at=timezone.now() - timedelta(days=31))


def pruned(*options: str) -> str:
    out = StringIO()
    call_command("prune_attachments", *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("_a_day_later")
def test_what_is_named_stays(ticket: Ticket, rita: User, png: bytes) -> None:
    file = attached(ticket, "a.png", png, "image/png", by=acting(rita))
    deleted = attached(ticket, "b.txt", b"x", by=acting(rita))
    remove(deleted)  # a moment ago: it may be wanted back
    fetch(file, "thumbnail")
    before = in_store()
    assert len(before) == 3
    assert pruned() == "Removed 0 files.\n"
    assert in_store() == before


@pytest.mark.usefixtures("_a_day_later")
def test_an_upload_without_a_row_goes(ticket: Ticket, rita: User) -> None:
    kept = attached(ticket, "a.txt", b"x", by=acting(rita))
    with stored([Upload("lost.txt", b"x")]) as (lost,):
        pass  # the process ends before the row is written
    default_storage.save(f"{lost.stored_as}.small", ContentFile(b"x"))
    said = pruned("--dry-run")
    assert f"{lost.stored_as}  named by nothing" in said
    assert said.endswith("Would remove 2 files.\n")
    assert lost.stored_as in in_store()
    assert tasks.prune() == 2
    assert in_store() == {kept.stored_as}


def test_a_fresh_file_waits_for_its_row() -> None:
    with stored([Upload("a.txt", b"x")]) as (file,):
        assert pruned() == "Removed 0 files.\n"
        assert in_store() == {file.stored_as}


@pytest.mark.usefixtures("_a_day_later")
def test_what_others_put_there_is_left_alone() -> None:
    names = {"report.pdf", "2026/report", "ab/readme.txt", f"ab/{'0' * 32}.bak"}
    for name in names:
        default_storage.save(name, ContentFile(b"x"))
    assert pruned() == "Removed 0 files.\n"
    assert in_store() == names


@pytest.mark.parametrize("what", ["file", "comment", "ticket", "avatar", "person"])
def test_what_was_deleted_long_ago_goes(what: str, ticket: Ticket, agnes: User, png: bytes) -> None:
    kept = attached(TicketFactory(), "kept.txt", b"x", by=acting(agnes))
    with stored([Upload("a.png", png, "image/png")]) as files:
        if what in ("avatar", "person"):
            file = set_avatar(agnes, by=acting(agnes), file=files[0])
            assert file is not None
        else:
            comment = actions.reply(ticket, by=acting(agnes), content="See there.", files=files)
            file = Attachment.objects.get(comment=comment)
    fetch(file, "thumbnail")
    if what == "file":
        actions.remove_file(file, by=acting(agnes))
        age(file=file)
    elif what == "comment":
        actions.delete_comment(comment, by=acting(agnes))
        type(comment).everything.update(deleted_at=timezone.now() - timedelta(days=31))
    elif what == "ticket":
        actions.delete_ticket(ticket, by=acting(agnes))
        age(ticket=ticket)
    elif what == "avatar":
        set_avatar(agnes, by=acting(agnes), file=None)
        age(file=file)
    else:
        age(person=agnes)
    assert f"{file.stored_as}  deleted\nWould remove 1 files." in pruned("--dry-run")
    assert Attachment.everything.filter(pk=file.pk).exists()
    pruned()
    assert in_store() == {kept.stored_as}
    assert list(Attachment.everything.all()) == [kept]
    assert pruned() == "Removed 0 files.\n"


def test_a_run_that_broke_off_is_finished_by_the_next(
    ticket: Ticket, rita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = attached(ticket, "a.txt", b"x", by=acting(rita))
    remove(file)
    age(file=file)
    with monkeypatch.context() as broken:
        broken.setattr(pruning, "_remove", lambda name: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pruned()
    assert in_store() == {file.stored_as}  # and no row names it: never a row without its file
    assert not Attachment.everything.exists()
    monkeypatch.setattr(pruning, "UNNAMED_FOR", timedelta(seconds=-60))
    pruned()
    assert not in_store()


def test_half_an_upload_of_a_killed_process_goes_after_a_day() -> None:
    folder = Path(installed.FILE_UPLOAD_TEMP_DIR)
    old, fresh = folder / "old.upload", folder / "fresh.upload"
    for path in (old, fresh):
        path.write_bytes(b"x")
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(old, (yesterday, yesterday))
    assert "old.upload  unfinished upload" in pruned()
    assert not old.exists()
    assert fresh.exists()
    fresh.unlink()


def test_the_grace_time_is_a_setting(ticket: Ticket, rita: User, settings: Settings) -> None:
    file = attached(ticket, "a.txt", b"x", by=acting(rita))
    remove(file)
    age(file=file)
    settings.ATTACHMENT_PRUNE_AFTER = 32 * 24 * 3600
    assert pruned() == "Removed 0 files.\n"
    settings.ATTACHMENT_PRUNE_AFTER = 30 * 24 * 3600
    assert pruned().endswith("Removed 1 files.\n")
