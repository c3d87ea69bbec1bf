"""The database side of sending: which endpoints have work, taking some of it, and writing down what came of it.

A claim moves `due_at` to the end of a lease and signs with the dispatcher's id. Nobody else takes the row before the
lease ends, and whoever lost a lease writes nothing over the row; so a row is never sent by two at once, and a
dispatcher that died leaves nothing behind that is not found again.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.utils import timezone

from accounts.sealing import Unreadable, unseal
from webhooks import health
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.schedule import wait_after
from webhooks.sending import Letter, Outcome

PENDING = Delivery.State.PENDING
CLOCK_STEP = timedelta(seconds=5)  # that the clock may be set back, or clocks differ, without anybody minding


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this dispatcher may attempt until `until`, on the clock that nobody sets (time.monotonic).

    `attempts`: those made since it was queued.
    """

    pk: int
    endpoint_id: int
    attempts: int
    until: float
    letter: Letter


def lease() -> timedelta:
    """How long a claim holds: long enough to wait for another attempt and make one."""
    return timedelta(seconds=2 * settings.WEBHOOK_TIMEOUT + 5)


class Waiting(NamedTuple):
    """An endpoint with pending deliveries, and when the first of them is due. Thousands may be looked at each time."""

    endpoint_id: int
    due_at: datetime
    failing_since: datetime | None


def waiting() -> list[Waiting]:
    """Endpoints with pending deliveries, the one that is due first before the others. One query."""
    first = (
        Delivery.objects.filter(endpoint=OuterRef("pk"), state=PENDING).order_by("due_at", "id").values("due_at")[:1]
    )
    found = Endpoint.objects.sending().annotate(next_due=Subquery(first)).exclude(next_due=None)
    rows = found.order_by("next_due", "id").values_list("id", "next_due", "failing_since")
    return [Waiting(*row) for row in rows]


def claim(endpoint: Endpoint, owner: UUID, most: int) -> list[Claim]:
    """Takes up to `most` due deliveries of an endpoint, those that waited longest first."""
    now, until = timezone.now(), time.monotonic() + lease().total_seconds()
    due = Delivery.objects.filter(endpoint=endpoint, state=PENDING, due_at__lte=now).order_by("due_at", "id")
    with transaction.atomic():
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids).update(due_at=now + lease(), claimed_by=owner, updated_at=now)
    secrets = _secrets(endpoint, now)
    rows = Delivery.objects.filter(pk__in=ids).order_by("id")
    return [
        Claim(pk, endpoint.pk, attempts, until, Letter(endpoint.url, secrets, str(message_id), bytes(body)))
        for pk, attempts, message_id, body in rows.values_list("pk", "attempt_count", "message__uuid", "message__body")
    ]


def move_due() -> None:
    """Brings forward what was planned by a clock that was ahead, and would wait for that much longer.

    Such rows were last written in the future. Afterwards they were not, so however many notice, they move once.
    """
    now = timezone.now()
    wait = ExpressionWrapper(F("due_at") - F("updated_at"), DurationField())
    planned = ExpressionWrapper(Value(now, DateTimeField()) + wait, DateTimeField())
    ahead = Delivery.objects.filter(state=PENDING, updated_at__gt=now + CLOCK_STEP)
    ahead.update(due_at=planned, updated_at=now)


def give_back(claims: Iterable[Claim], owner: UUID) -> None:
    """Lets others have what was claimed and not attempted."""
    ids = [claim.pk for claim in claims]
    if ids:
        now = timezone.now()
        held = Delivery.objects.filter(pk__in=ids, claimed_by=owner, state=PENDING)
        held.update(due_at=now, claimed_by=None, updated_at=now)


@transaction.atomic
def record(results: Sequence[tuple[Claim, Outcome]], owner: UUID) -> None:
    """Writes down attempts and what they mean for their deliveries and endpoints."""
    now = timezone.now()
    results = _still_there(results)
    held = Delivery.objects.filter(claimed_by=owner, state=PENDING)
    delivered = [claim.pk for claim, outcome in results if outcome.delivered]
    if delivered:
        held.filter(pk__in=delivered).update(
            state=Delivery.State.DELIVERED,
            claimed_by=None,
            attempt_count=F("attempt_count") + 1,
            error="",
            updated_at=now,
        )
    for claim, outcome in results:
        if not outcome.delivered:
            held.filter(pk=claim.pk).update(claimed_by=None, updated_at=now, **_after_failure(claim, outcome, now))
    Attempt.objects.bulk_create([_attempt(claim, outcome) for claim, outcome in results])
    health.judge([(claim.endpoint_id, outcome) for claim, outcome in results], now)


def _still_there(results: Sequence[tuple[Claim, Outcome]]) -> list[tuple[Claim, Outcome]]:
    """Without those whose deliveries were removed meanwhile; the rest is locked, so that it stays."""
    rows = Delivery.objects.filter(pk__in=[claim.pk for claim, _ in results]).order_by("id")
    there = set(rows.select_for_update().values_list("pk", flat=True))
    return [(claim, outcome) for claim, outcome in results if claim.pk in there]


def _after_failure(claim: Claim, outcome: Outcome, now: datetime) -> dict[str, object]:
    made = claim.attempts + 1
    changes: dict[str, object] = {"attempt_count": made, "error": outcome.error}
    wait = wait_after(made, slowed=outcome.slowed, retry_after=outcome.retry_after)
    if wait is None:
        return {**changes, "state": Delivery.State.EXHAUSTED}
    return {**changes, "due_at": now + timedelta(seconds=wait)}


def _attempt(claim: Claim, outcome: Outcome) -> Attempt:
    return Attempt(
        delivery_id=claim.pk,
        created_at=outcome.started_at,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        request_headers=outcome.request_headers,
        response_headers=outcome.response_headers,
        response_body=outcome.response_body,
        error=outcome.error,
    )


def _secrets(endpoint: Endpoint, now: datetime) -> tuple[str, ...]:
    """The open secrets that sign now; none when they cannot be read any more."""
    sealed = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_secret_expires_at and endpoint.former_secret_expires_at > now:
        sealed.append(endpoint.former_secret)
    try:
        return tuple(map(unseal, sealed))
    except Unreadable:
        return ()
