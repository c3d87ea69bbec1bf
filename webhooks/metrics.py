"""The figures of webhooks for Prometheus, read when somebody asks for them."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from webhooks import figures
from webhooks.models import Endpoint


class WebhookCollector(Collector):
    """What waits for each endpoint, how late the oldest is, and the share of recent attempts that succeeded."""

    def collect(self) -> Iterator[Metric]:
        pending = GaugeMetricFamily("polydesk_webhook_pending", "Deliveries that wait", labels=["endpoint"])
        overdue = GaugeMetricFamily(
            "polydesk_webhook_overdue_seconds", "Since the oldest was due, in seconds", labels=["endpoint"]
        )
        success = GaugeMetricFamily(
            "polydesk_webhook_success_ratio", "Of the attempts of the last hour, 0 to 1", labels=["endpoint"]
        )
        now, known = timezone.now(), figures.by_endpoint()
        for pk, uuid in Endpoint.objects.values_list("pk", "uuid"):
            figure = known.get(pk, figures.Figures())
            pending.add_metric([str(uuid)], figure.pending)
            overdue.add_metric([str(uuid)], figure.overdue(now))
            if figure.success_rate is not None:
                success.add_metric([str(uuid)], figure.success_rate)
        yield from (pending, overdue, success)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the database."""
        yield from ()
