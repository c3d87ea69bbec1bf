"""How long things are kept (contract webhooks, Delivery), and removing what is older."""

from datetime import timedelta

from django.utils import timezone

KEPT = timedelta(days=30)  # messages, deliveries and their attempts
COLLECTING = timedelta(days=14)  # how long an endpoint that was stopped still collects
GIVEN_UP = timedelta(hours=120)  # an endpoint that failed for so long is disabled
OLD_SECRET_SIGNS = timedelta(hours=24)  # after a rotation
BATCH = 1000


def prune() -> int:
    """Removes messages with their deliveries, and old secrets that sign no more; returns how many messages.

    What was queued in the moment in which its endpoint was deleted is cancelled.
    """
    from webhooks.models import Delivery, Endpoint, Message  # the models know these times

    now = timezone.now()
    Endpoint.everything.filter(former_secret_expires_at__lte=now).update(
        former_secret="",
        former_secret_expires_at=None,
    )
    late = Delivery.objects.filter(state=Delivery.State.PENDING, endpoint__deleted_at__isnull=False)
    late.update(state=Delivery.State.CANCELLED, updated_at=now)
    removed = 0
    while True:
        # Ids grow with time, so the oldest come first and nothing behind them is looked at.
        oldest = Message.objects.order_by("id").values_list("id", "created_at")[:BATCH]
        ids = [pk for pk, created_at in oldest if created_at < now - KEPT]
        if not ids:
            return removed
        Message.objects.filter(pk__in=ids).delete()
        removed += len(ids)
