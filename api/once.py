"""Doing what a request asks once, however often it is sent (`Idempotency-Key`).

A short transaction marks the request as being worked on; the database holds nothing else while files are stored. The
answer is written in the transaction of the change, so whatever dies when, there are both or neither. The mark of
somebody who died counts for LEASE, then the next one takes over; if the first was only slow, its change is undone when
it finds that the mark is no longer its own.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Clash
from accounts.sealing import Unreadable, seal, unseal_once
from api.errors import KeyReused
from api.models import Answer

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)
LARGEST_REFUSAL = 64 << 10  # bytes; a larger one changed nothing, so it may as well be found again
RUNNING = "The first request with this Idempotency-Key is still running."
SEALED = "The request was carried out, but what it was answered can no longer be read."

Deed = Callable[[], HttpResponse]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the request was answered the first time."""

    status: int
    etag: str
    content: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The right to work on a request, until somebody takes over."""

    number: int
    name: UUID

    def carry_out(self, deed: Deed) -> HttpResponse:
        """The answer of `deed`, kept in the same transaction as what it changes."""
        with transaction.atomic():
            answer = deed()
            if not self._keep(answer):
                raise Clash(RUNNING)  # and undo it
        return answer

    def refuse(self, answer: HttpResponse) -> None:
        """Keeps a refusal, unless the same request may be taken another time."""
        if answer.status_code >= 500 or answer.status_code == 429 or len(answer.content) > LARGEST_REFUSAL:
            self.give_up()
        else:
            self._keep(answer)

    def give_up(self) -> None:
        """Whoever sends the request again need not wait."""
        with suppress(DatabaseError):  # then they wait until the lease ends
            self._mark().delete()

    def _keep(self, answer: HttpResponse) -> bool:
        content, etag = seal(answer.content.decode()), answer.get("ETag", "")
        return bool(self._mark().update(status=answer.status_code, etag=etag, content=content))

    def _mark(self) -> "QuerySet[Answer]":
        return Answer.objects.filter(pk=self.number, attempt=self.name, status=None)


def begin(*, by: Actor, route: str, key: str, body: str) -> Attempt | Kept:
    """The right to do it, or what came of it before; `body` is a digest. Raises KeyReused, and Clash while it runs."""
    now, mine = timezone.now(), uuid4()
    row, is_new = Answer.objects.get_or_create(
        user=by.user,
        name=sha256(f"{route}\0{key}".encode()).hexdigest(),
        defaults={"body": body, "created_at": now, "attempt": mine, "leased_until": now + LEASE},
    )
    if not is_new and row.created_at <= now - KEPT:
        Answer.objects.filter(pk=row.pk).delete()
        return begin(by=by, route=route, key=key, body=body)
    if is_new:
        return Attempt(row.pk, mine)
    if row.body != body:
        raise KeyReused
    if row.status is not None:
        return Kept(row.status, row.etag, _opened(row.content))
    if row.leased_until > now or not _taken_over(row, mine, now):
        raise Clash(RUNNING)
    return Attempt(row.pk, mine)


def prune() -> int:
    """Removes answers that are no longer given; returns how many."""
    return Answer.objects.filter(created_at__lte=timezone.now() - KEPT).delete()[0]


def _taken_over(row: Answer, mine: UUID, now: datetime) -> bool:
    """Whether the mark of somebody who seems to have died is ours now, and nobody else's."""
    theirs = Answer.objects.filter(pk=row.pk, attempt=row.attempt, status=None)
    return bool(theirs.update(attempt=mine, leased_until=now + LEASE))


def _opened(sealed: str) -> str:
    try:
        return unseal_once(sealed)
    except Unreadable:  # the SECRET_KEY was changed
        raise Clash(SEALED) from None
