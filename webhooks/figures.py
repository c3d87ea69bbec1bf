"""How much waits and how well it goes, by endpoint: for `/metrics`, pages and the admin. Two queries in all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from webhooks.models import Attempt, Delivery

RECENT = timedelta(hours=1)


@dataclass(slots=True)
class Figures:
    """Of one endpoint: what waits, since when the oldest is due, and how its recent attempts went."""

    pending: int = 0
    oldest_due: datetime | None = None
    succeeded: int = 0
    failed: int = 0

    @property
    def success_rate(self) -> float | None:
        """0 to 1; None where nothing was attempted."""
        made = self.succeeded + self.failed
        return self.succeeded / made if made else None

    def overdue(self, now: datetime) -> float:
        """Seconds since the oldest should have been sent."""
        return max(0.0, (now - self.oldest_due).total_seconds()) if self.oldest_due else 0.0


def by_endpoint(recent: timedelta = RECENT) -> dict[int, Figures]:
    """The figures of every endpoint that has any, by endpoint id. Attempts count for so long."""
    found: dict[int, Figures] = {}
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING).order_by()
    for pk, pending, oldest in waiting.values_list("endpoint_id").annotate(Count("id"), Min("due_at")):
        found[pk] = Figures(pending=pending, oldest_due=oldest)
    made = Attempt.objects.filter(created_at__gt=timezone.now() - recent).order_by()
    counted = made.values_list("delivery__endpoint_id").annotate(
        total=Count("id"), wrong=Count("id", filter=~Q(error=""))
    )
    for pk, total, wrong in counted:
        figures = found.setdefault(pk, Figures())
        figures.succeeded, figures.failed = total - wrong, wrong
    return found
