"""Removing bytes that nobody needs: of what was deleted, after a grace time, and of uploads that came to nothing.

A file that a row names is never removed: the row goes first, in a transaction of its own, then the bytes. Whatever
breaks in between leaves bytes that no row names, which the next run finds. Any number of runs may go on at once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from attachments.models import Attachment
from attachments.stores import store
from attachments.thumbnails import ENDING

# Bytes are stored before the row that names them is committed, and no request takes a day.
UNNAMED_FOR = timedelta(hours=24)
BATCH = 500
T = TypeVar("T")
# Names that we give. A bucket may hold what others put there; that is none of our business.
_OURS = re.compile(rf"([0-9a-f]{{2}}/[0-9a-f]{{32}})(?:{re.escape(ENDING)})?")


@dataclass(frozen=True, slots=True)
class Removal:
    """One file that was removed, or would be; `why` is for people."""

    name: str
    why: str


def prune(*, dry_run: bool = False) -> Iterator[Removal]:
    """Removes while it is iterated."""
    now = timezone.now()
    yield from _deleted(now - timedelta(seconds=settings.ATTACHMENT_PRUNE_AFTER), dry_run)
    yield from _unnamed(now - UNNAMED_FOR, dry_run)
    yield from _unfinished(now - UNNAMED_FOR, dry_run)


def _deleted(before: datetime, dry_run: bool) -> Iterator[Removal]:
    """Files deleted so long ago that nobody wants them back: alone, or with their comment, ticket or person."""
    places = ("", "comment__", "ticket__", "avatar_of__")
    gone = Q(*((f"{place}deleted_at__lt", before) for place in places), _connector=Q.OR)
    rows = list(Attachment.everything.filter(gone, link="").order_by("id").values_list("pk", "stored_as"))
    for batch in _batches(rows):
        if not dry_run:
            Attachment.everything.filter(pk__in=[pk for pk, _ in batch]).delete()
        for _, name in batch:
            if not dry_run:
                _remove(name)
            yield Removal(name, "deleted")


def _unnamed(before: datetime, dry_run: bool) -> Iterator[Removal]:
    """Bytes of uploads that were broken off, refused by a crash, or pruned by a run that did not finish."""
    old = ((found[1], name) for name, at in store().names() if at < before and (found := _OURS.fullmatch(name)))
    for batch in _batches(old):
        keys = {key for key, _ in batch}
        named = set(Attachment.everything.filter(stored_as__in=keys).values_list("stored_as", flat=True))
        for key, name in batch:
            if key not in named:
                if not dry_run:
                    store().delete(name)
                yield Removal(name, "named by nothing")


def _unfinished(before: datetime, dry_run: bool) -> Iterator[Removal]:
    """What a process that was killed left where uploads wait."""
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir():
        try:
            old = path.is_file() and path.stat().st_mtime < before.timestamp()
        except FileNotFoundError:  # that upload has just come to its end
            continue
        if old:
            if not dry_run:
                path.unlink(missing_ok=True)
            yield Removal(path.name, "unfinished upload")


def _remove(name: str) -> None:
    for stored in (name, name + ENDING):
        store().delete(stored)


def _batches(found: Iterable[T]) -> Iterator[list[T]]:
    left = iter(found)
    while batch := list(islice(left, BATCH)):
        yield batch
