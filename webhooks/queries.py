"""What lists of endpoints and deliveries ask, at a cost that does not grow with the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from webhooks.models import Attempt, Delivery, Endpoint, Message

State = Delivery.State
SAMPLE = 1_000  # deliveries of an endpoint that rates are made of at most, the newest
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FEW = 1_000  # messages of a ticket
LARGEST_ID = 2**63 - 1
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many deliveries were tried in a span of time, and how many of them arrived so far."""

    tried: int = 0
    arrived: int = 0

    @property
    def percent(self) -> float | None:
        """0 to 100, with one decimal, never rounded up to a full hundred; None when nothing was tried."""
        return self.arrived * 1000 // self.tried / 10 if self.tried else None


@dataclass(frozen=True, slots=True)
class Figures:
    """How an endpoint is doing. Rates and `last_delivered_at` look at its SAMPLE newest deliveries."""

    waiting: int = 0
    oldest_due_at: datetime | None = None
    day: Rate = field(default_factory=Rate)
    week: Rate = field(default_factory=Rate)
    last_delivered_at: datetime | None = None


def figures_of(endpoints: Iterable[Endpoint]) -> dict[int, Figures]:
    """The figures of endpoints by their ids. Three queries, however many there are."""
    ids = [endpoint.pk for endpoint in endpoints]
    waiting = {row["endpoint"]: row for row in _waiting(ids)}
    rates = {row["endpoint"]: row for row in _rates(ids)}
    return {pk: _figures(waiting.get(pk, {}), rates.get(pk, {})) for pk in ids}


def queue() -> tuple[int, datetime | None]:
    """How many deliveries wait for endpoints that are sent to, and when the first of them was or is due."""
    waiting = Delivery.objects.filter(
        state=State.PENDING, endpoint__is_active=True, endpoint__deleted_at=None
    ).aggregate(depth=Count("pk"), oldest=Min("due_at"))
    return waiting["depth"], waiting["oldest"]


def log_of(
    endpoint: Endpoint, *, state: str = "", event: str = "", since: datetime | None = None, text: str = ""
) -> QuerySet[Delivery]:
    """Deliveries of an endpoint with their messages (without the bodies) and what their last attempt brought.

    `text` is a webhook-id, or the number of a ticket with or without its #; anything else finds nothing.
    """
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
    found = (
        Delivery.objects.filter(endpoint=endpoint)
        .select_related("message")
        .defer("message__body")
        .annotate(last_status=Subquery(last.values("status")[:1]), last_ms=Subquery(last.values("milliseconds")[:1]))
    )
    if state:
        found = found.filter(state=state)
    if event:
        found = found.filter(message__event=event)
    if since:
        found = found.filter(created_at__gte=since)
    return found.filter(_about(text.strip())) if text.strip() else found


def _waiting(ids: list[int]) -> Iterable[Any]:
    # Every one of them is due after LONG_AGO. Saying so has SQLite take the index of what is pending, which is short,
    # instead of that of the whole log.
    pending = Delivery.objects.filter(endpoint__in=ids, state=State.PENDING, due_at__gt=LONG_AGO)
    return pending.values("endpoint").annotate(waiting=Count("pk"), oldest_due_at=Min("due_at"))


def _rates(ids: list[int]) -> Iterable[Any]:
    """Counts among the newest deliveries of each endpoint: an index finds where they begin, nothing before is read."""
    beyond = Delivery.objects.filter(endpoint=OuterRef("pk")).order_by("-id").values("id")[SAMPLE : SAMPLE + 1]
    begins = Endpoint.everything.filter(pk__in=ids).annotate(begin=Subquery(beyond)).values_list("pk", "begin")
    sample = Q(pk__in=[])
    for pk, begin in begins:
        sample |= Q(endpoint=pk, pk__gt=begin or 0)
    now = timezone.now()
    arrived = Q(state=State.DELIVERED)
    tried = arrived | Q(state=State.EXHAUSTED) | Q(state=State.PENDING, attempt_count__gt=0)
    day, week = Q(created_at__gte=now - DAY), Q(created_at__gte=now - WEEK)
    return (
        Delivery.objects.filter(sample)
        .values("endpoint")
        .annotate(
            last_delivered_at=Max("updated_at", filter=arrived),
            day_tried=Count("pk", filter=tried & day),
            day_arrived=Count("pk", filter=arrived & day),
            week_tried=Count("pk", filter=tried & week),
            week_arrived=Count("pk", filter=arrived & week),
        )
    )


def _figures(waiting: dict[str, Any], rates: dict[str, Any]) -> Figures:
    return Figures(
        waiting=waiting.get("waiting", 0),
        oldest_due_at=waiting.get("oldest_due_at"),
        day=Rate(rates.get("day_tried", 0), rates.get("day_arrived", 0)),
        week=Rate(rates.get("week_tried", 0), rates.get("week_arrived", 0)),
        last_delivered_at=rates.get("last_delivered_at"),
    )


def _about(text: str) -> Q:
    """Messages that somebody means by a webhook-id or the number of a ticket."""
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= LARGEST_ID:
        # Named one by one where they are few: else the whole log is read for them, the newest first.
        ids = list(Message.objects.filter(ticket=int(number)).values_list("pk", flat=True)[: FEW + 1])
        return Q(message__in=ids) if len(ids) <= FEW else Q(message__ticket=int(number))
    try:
        return Q(message__uuid=UUID(text))
    except ValueError:
        return Q(pk__in=[])
