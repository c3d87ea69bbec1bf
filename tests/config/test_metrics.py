"""Numbers for Prometheus, for those who may read them."""

import ipaddress
from datetime import timedelta

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from config.metrics import CountRequests
from tests.factories import EndpointFactory, TicketFactory
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=201)


def test_nobody_reads_them_out_of_the_box(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


def test_a_stranger_does_not_read_them(client: Client, settings: Settings) -> None:
    settings.METRICS_ALLOWED_CIDRS = [ipaddress.ip_network("10.0.0.0/8")]
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="10.0.0.1").status_code == 404


def test_the_monitor_reads_them(client: Client, settings: Settings) -> None:
    settings.METRICS_ALLOWED_CIDRS = [ipaddress.ip_network("10.0.0.0/8")]
    response = client.get("/metrics", REMOTE_ADDR="10.0.0.1")
    assert response.status_code == 200
    assert b"# TYPE polydesk_request_seconds histogram" in response.content


def test_counting_costs_nothing_where_nobody_reads() -> None:
    with pytest.raises(MiddlewareNotUsed):
        CountRequests(answer)


def test_a_request_is_counted_under_its_door(settings: Settings) -> None:
    settings.METRICS_ALLOWED_CIDRS = [ipaddress.ip_network("10.0.0.0/8")]
    labels = {"door": "support", "method": "POST", "status": "2xx"}
    before = REGISTRY.get_sample_value("polydesk_request_seconds_count", labels) or 0
    CountRequests(answer)(RequestFactory().post("/v1/support/tickets"))
    assert REGISTRY.get_sample_value("polydesk_request_seconds_count", labels) == before + 1


def test_webhooks_are_watched_by_endpoint(client: Client, settings: Settings) -> None:
    settings.METRICS_ALLOWED_CIDRS = [ipaddress.ip_network("10.0.0.0/8")]
    busy, idle = EndpointFactory(), EndpointFactory(events=["ticket.deleted"])
    for _ in range(3):
        TicketFactory()
    waiting = busy.deliveries.filter(state="pending").count()
    late, arrived, failed = busy.deliveries.all()[:3]
    Delivery.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(seconds=90))
    Delivery.objects.filter(pk=arrived.pk).update(state="delivered")
    Delivery.objects.filter(pk=failed.pk).update(state="exhausted")
    shown = client.get("/metrics", REMOTE_ADDR="10.0.0.1").content.decode()
    numbers = dict(line.rsplit(" ", 1) for line in shown.splitlines() if line.startswith("polydesk_webhook"))
    label = f'{{endpoint="{busy.uuid}"}}'
    assert float(numbers[f"polydesk_webhook_pending{label}"]) == waiting - 2
    assert 90 <= float(numbers[f"polydesk_webhook_overdue_seconds{label}"]) < 120
    assert float(numbers[f"polydesk_webhook_success_ratio{label}"]) == 0.5
    idle_label = f'{{endpoint="{idle.uuid}"}}'
    assert f"polydesk_webhook_success_ratio{idle_label}" not in numbers
    assert float(numbers[f"polydesk_webhook_overdue_seconds{idle_label}"]) == 0
    assert busy.url not in shown


def test_what_is_paused_is_not_late(client: Client, settings: Settings) -> None:
    settings.METRICS_ALLOWED_CIDRS = [ipaddress.ip_network("10.0.0.0/8")]
    paused = EndpointFactory(is_active=False, events=["ticket.created"])
    TicketFactory()
    Delivery.objects.update(due_at=timezone.now() - timedelta(days=3))
    shown = client.get("/metrics", REMOTE_ADDR="10.0.0.1").content.decode()
    assert f'polydesk_webhook_pending{{endpoint="{paused.uuid}"}} 1.0' in shown
    assert f'polydesk_webhook_overdue_seconds{{endpoint="{paused.uuid}"}} 0.0' in shown
