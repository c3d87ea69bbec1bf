"""What lists ask: figures of endpoints, the log, and pages of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from tests.factories import EndpointFactory, TicketFactory
from tickets import actions
from tickets.words import Priority
from webhooks import queries
from webhooks.models import Delivery, Endpoint, Message
from webhooks.queries import Rate

pytestmark = pytest.mark.django_db


def fill(endpoint: Endpoint, count: int, **values: Any) -> list[Delivery]:
    """Deliveries as the outbox and the dispatcher leave them behind."""
    messages = Message.objects.bulk_create(Message(event="ticket.created", body=b"{}") for _ in range(count))
    values = {"due_at": timezone.now(), **values}
    return Delivery.objects.bulk_create(Delivery(endpoint=endpoint, message=row, **values) for row in messages)


def test_figures_of_endpoints_in_three_queries(django_assert_num_queries: Any) -> None:
    now = timezone.now()
    busy, idle = EndpointFactory(), EndpointFactory()
    fill(busy, 7, state="delivered", attempt_count=1)
    fill(busy, 1, state="delivered", created_at=now - timedelta(days=2), attempt_count=1)
    fill(busy, 1, state="delivered", created_at=now - timedelta(days=8), attempt_count=1)
    fill(busy, 2, state="exhausted", attempt_count=10)
    fill(busy, 1, state="pending", attempt_count=3, due_at=now - timedelta(hours=1))
    fill(busy, 4, state="pending")
    fill(busy, 1, state="parked")
    with django_assert_num_queries(3):
        figures = queries.figures_of([busy, idle])
    assert figures[idle.pk] == queries.Figures()
    found = figures[busy.pk]
    assert (found.waiting, found.oldest_due_at) == (5, now - timedelta(hours=1))
    assert (found.day, found.week) == (Rate(10, 7), Rate(11, 8))
    assert found.day.percent == 70
    assert found.last_delivered_at is not None
    assert queries.queue() == (5, now - timedelta(hours=1))


def test_what_waits_is_counted_without_the_log() -> None:
    endpoint = EndpointFactory()
    assert "delivery_of_endpoint" not in queries._waiting([endpoint.pk]).explain()


def test_the_deliveries_of_a_ticket_are_found_without_the_log() -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    ticket, _ = TicketFactory(), TicketFactory()
    found = queries.log_of(endpoint, text=f"#{ticket.pk}")
    assert '"message_id" IN (' in str(found.query)
    assert [row.message.ticket_id for row in found] == [ticket.pk]


def test_a_ticket_with_many_messages_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FEW", 1)
    endpoint = EndpointFactory()
    ticket, _ = TicketFactory(), TicketFactory()
    actions.change(ticket, by=Actor.system(), priority=Priority.HIGH)
    found = queries.log_of(endpoint, text=f"#{ticket.pk}")
    assert {row.message.ticket_id for row in found} == {ticket.pk}
    assert found.count() == ticket.messages.count() > 1


def test_rates_are_made_of_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SAMPLE", 4)
    endpoint = EndpointFactory()
    fill(endpoint, 5, state="exhausted")
    fill(endpoint, 3, state="delivered")
    assert queries.figures_of([endpoint])[endpoint.pk].week == Rate(4, 3)


@pytest.mark.parametrize(
    ("rate", "percent"), [(Rate(), None), (Rate(2000, 1999), 99.9), (Rate(3, 3), 100), (Rate(3, 0), 0)]
)
def test_a_rate_is_never_rounded_up(rate: Rate, percent: float | None) -> None:
    assert rate.percent == percent


def test_what_waits_for_a_paused_endpoint_is_no_queue() -> None:
    endpoint = EndpointFactory(is_active=False)
    fill(endpoint, 3)
    assert queries.queue() == (0, None)
    assert queries.figures_of([endpoint])[endpoint.pk].waiting == 3


def test_the_log_is_narrowed() -> None:
    endpoint, _ = EndpointFactory(), EndpointFactory()
    ticket, other = TicketFactory(), TicketFactory()
    [delivery] = endpoint.deliveries.filter(message__ticket=ticket)
    Delivery.objects.filter(pk=delivery.pk).update(state="exhausted")

    def found(**filters: Any) -> set[int | None]:
        return {row.message.ticket_id for row in queries.log_of(endpoint, **filters)}

    about_tickets = {ticket.pk, other.pk}
    assert found(event="ticket.created") == about_tickets
    assert found(state="exhausted") == {ticket.pk}
    assert found(text=f" #{ticket.pk} ") == {ticket.pk} == found(text=str(delivery.message.uuid))
    assert found(since=timezone.now()) == set()
    for nothing in ("printer", "#", "9" * 30, str(2**63), "²", "\x00", str(endpoint.uuid)):
        assert found(text=nothing) == set()
