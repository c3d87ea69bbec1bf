"""The figures of webhooks for Prometheus, read when somebody asks for them."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from webhooks.models import Endpoint
from webhooks.queries import figures_of

BATCH = 100  # endpoints


class WebhookCollector(Collector):
    """What waits for each endpoint, how late the oldest is, and the share of a day's deliveries that arrived."""

    def collect(self) -> Iterator[Metric]:
        pending = GaugeMetricFamily("polydesk_webhook_pending", "Deliveries that wait", labels=["endpoint"])
        overdue = GaugeMetricFamily(
            "polydesk_webhook_overdue_seconds", "Since the oldest was due, in seconds", labels=["endpoint"]
        )
        success = GaugeMetricFamily(
            "polydesk_webhook_success_ratio", "Of the deliveries tried in 24 hours, 0 to 1", labels=["endpoint"]
        )
        now = timezone.now()
        endpoints = list(Endpoint.objects.only("pk", "uuid", "is_active").order_by("pk"))
        for start in range(0, len(endpoints), BATCH):
            batch = endpoints[start : start + BATCH]
            known = figures_of(batch)
            for endpoint in batch:
                label, figures = [str(endpoint.uuid)], known[endpoint.pk]
                due = figures.oldest_due_at if endpoint.is_active else None  # what is paused is not late
                late = (now - due).total_seconds() if due else 0.0
                pending.add_metric(label, figures.waiting)
                overdue.add_metric(label, max(0.0, late))
                if figures.day.tried:
                    success.add_metric(label, figures.day.arrived / figures.day.tried)
        yield from (pending, overdue, success)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the database."""
        yield from ()
