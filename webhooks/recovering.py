"""Recoveries: going through the log for what an endpoint wanted and has not had, in steps that stand by themselves."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from webhooks.models import Delivery, Message, Recovery
from webhooks.outbox import queue

STEP = 500  # messages


def go_on() -> int:
    """Works until every recovery is finished; returns how many deliveries were queued."""
    queued = 0
    while (step := _step()) is not None:
        queued += step
    return queued


@transaction.atomic
def _step() -> int | None:
    """The next messages of the oldest unfinished recovery that nobody else works on; None when there is none."""
    open_ones = Recovery.objects.filter(finished_at=None).order_by("id")
    recovery = open_ones.select_for_update(skip_locked=True).first()
    if recovery is None:
        return None
    passed = Message.objects.filter(pk__gt=recovery.position, pk__lte=recovery.last).order_by("pk")
    messages = list(passed.defer("body")[:STEP])
    queued = _send_missing(recovery, [message for message in messages if message.created_at >= recovery.since])
    recovery.queued += queued
    recovery.position = messages[-1].pk if messages else recovery.last
    if recovery.position >= recovery.last or len(messages) < STEP:
        recovery.finished_at = timezone.now()
    recovery.save(update_fields=["queued", "position", "finished_at"])
    return queued


def _send_missing(recovery: Recovery, messages: list[Message]) -> int:
    endpoint = recovery.endpoint
    if endpoint.is_deleted:
        return 0
    now = timezone.now()
    wanted = [message for message in messages if endpoint.wants(message) and not message.error]
    known = Delivery.objects.filter(endpoint=endpoint, message__in=wanted)
    given_up = Q(state=Delivery.State.EXHAUSTED)
    for_later = Q(state=Delivery.State.PENDING, claimed_by=None, due_at__gt=now)
    failed = known.filter(given_up | for_later).update(
        state=Delivery.State.PENDING, due_at=now, attempt_count=0, updated_at=now
    )
    had = set(known.values_list("message_id", flat=True))
    return failed + queue(
        Delivery(endpoint=endpoint, message=message, due_at=now) for message in wanted if message.pk not in had
    )
