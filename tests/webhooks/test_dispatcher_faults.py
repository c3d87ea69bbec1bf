"""What dispatchers survive: errors nobody foresaw, rows that went away, clocks, many endpoints that fail at once."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from accounts.actor import Actor
from tests.factories import EndpointFactory, TicketFactory
from tests.webhooks.receiver import Received, Receiver, answer, hang
from tests.webhooks.test_dispatcher import endpoint_at, settled, until
from webhooks import actions, claims
from webhooks import dispatcher as module
from webhooks.dispatcher import Dispatcher
from webhooks.models import Attempt, Delivery, Endpoint, Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), OperationalError("gone"), KeyError("x")])
@pytest.mark.parametrize("where", ["waiting", "claim", "record"])
def test_no_error_ends_it(
    receiver: Receiver, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch, where: str, error: Exception
) -> None:
    real, failed = getattr(claims, where), threading.Event()

    def once(*arguments: Any) -> Any:
        if not failed.is_set():
            failed.set()
            raise error
        return real(*arguments)

    monkeypatch.setattr(module, "AFTER_A_FAULT", 0.1)
    monkeypatch.setattr(claims, where, once)
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    settled(endpoint)
    assert failed.is_set()
    assert endpoint.deliveries.get().state == "delivered"


def test_what_is_removed_while_it_is_sent_holds_up_nothing(receiver: Receiver, dispatcher: Dispatcher) -> None:
    release = threading.Event()

    def slow(connection: socket.socket, request: Received) -> None:
        release.wait(20)
        answer()(connection, request)

    receiver.behave = slow
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    receiver.wait_for(1)
    Message.objects.all().delete()
    TicketFactory()
    release.set()
    dispatcher.wake()
    settled(endpoint)
    assert endpoint.deliveries.get().state == "delivered"
    assert len(receiver.received) == 2


def test_an_outcome_that_the_database_refuses_holds_up_no_other(
    receiver: Receiver, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = endpoint_at(receiver, is_active=False)
    poison = TicketFactory()
    TicketFactory()
    refused = endpoint.deliveries.get(message__ticket=poison).pk
    real = claims.record

    def picky(results: Any, owner: Any) -> None:
        if any(claim.pk == refused for claim, _ in results):
            raise DataError("too strange")
        real(results, owner)

    monkeypatch.setattr(claims, "record", picky)
    actions.change_endpoint(endpoint, by=Actor.system(), is_active=True)
    dispatcher.wake()
    until(lambda: endpoint.deliveries.filter(state="delivered").count() == 1)
    assert endpoint.deliveries.get(state="pending").pk == refused


def test_what_comes_back_is_written_once_however_often_the_database_fails(
    receiver: Receiver, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True] * 3)

    def failing_end(*arguments: Any) -> None:
        if next(failures, False):
            raise OperationalError("the server closed the connection")

    monkeypatch.setattr(module, "AFTER_A_FAULT", 0.05)
    monkeypatch.setattr("webhooks.health.judge", failing_end)  # the last step of the transaction
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    settled(endpoint)
    assert Attempt.objects.count() == len(receiver.received) == 1


def test_a_clock_set_back_moves_what_was_planned_once_however_many_notice() -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    for _ in range(2):
        TicketFactory()
    now, hour = timezone.now(), timedelta(hours=1)
    ahead, usual = endpoint.deliveries.order_by("id")
    Delivery.objects.filter(pk=ahead.pk).update(updated_at=now + hour, due_at=now + hour + timedelta(seconds=300))
    Delivery.objects.filter(pk=usual.pk).update(updated_at=now, due_at=now + timedelta(hours=5))
    for _ in range(2):
        claims.move_due()
    planned = dict(endpoint.deliveries.values_list("pk", "due_at"))
    assert abs((planned[ahead.pk] - now).total_seconds() - 300) < 30
    assert planned[usual.pk] == now + timedelta(hours=5)


def test_a_lease_ends_by_the_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    [claim] = claims.claim(endpoint, uuid4(), 1)
    assert Dispatcher._has_time(claim)
    later = time.monotonic() + claims.lease().total_seconds()
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not Dispatcher._has_time(claim)


def test_many_that_begin_to_hang_at_once_do_not_hold_up_another(
    receiver: Receiver, dispatcher: Dispatcher, settings: Any
) -> None:
    settings.WEBHOOK_TIMEOUT = 8.0
    with Receiver(hang()) as slow:
        for number in range(40):
            EndpointFactory(url=f"{slow.url}/{number}", events=["ticket.created"])
        for _ in range(3):
            TicketFactory()
        dispatcher.wake()
        slow.wait_for(40)
        endpoint = endpoint_at(receiver)
        TicketFactory()
        started = time.monotonic()
        dispatcher.wake()
        receiver.wait_for(1)
        assert time.monotonic() - started < 4
        settled(endpoint)


def test_endpoints_that_were_failing_before_a_restart_share_few_threads(
    receiver: Receiver, dispatchers: Callable[[], Dispatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAILING_THREADS", 2)
    receiver.behave = hang()
    for _ in range(5):
        endpoint_at(receiver)
    for _ in range(3):
        TicketFactory()
    Endpoint.objects.update(failing_since=timezone.now())
    dispatchers().wake()
    receiver.wait_for(2)
    with pytest.raises(AssertionError):
        receiver.wait_for(3, seconds=0.5)


def test_one_that_failed_once_is_not_starved_by_those_that_always_fail(
    receiver: Receiver, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAILING_THREADS", 2)
    with Receiver(hang()) as dead:
        for _ in range(4):
            endpoint_at(dead)
        for _ in range(20):
            TicketFactory()
        failing = endpoint_at(receiver)
        TicketFactory()
        receiver.behave = answer(500)
        dispatcher.wake()
        receiver.wait_for(1)
        receiver.behave = answer()
        until(lambda: failing.deliveries.get().state == "delivered", seconds=12)


def test_one_that_stumbles_is_hardly_held_up_and_one_long_dead_is_seldom_asked(
    receiver: Receiver, dispatcher: Dispatcher
) -> None:
    receiver.behave = answer(500)
    with Receiver(answer(500)) as long_dead:
        endpoint, dead = endpoint_at(receiver), endpoint_at(long_dead)
        Endpoint.objects.filter(pk=dead.pk).update(failing_since=timezone.now() - timedelta(hours=1))
        for _ in range(8):
            TicketFactory()
        dispatcher.wake()
        receiver.wait_for(8)
        assert len(long_dead.received) == 1
        receiver.behave = answer()
        settled(endpoint)
        assert set(endpoint.deliveries.values_list("state", flat=True)) == {"delivered"}


def test_what_a_dead_dispatcher_held_can_be_sent_again_by_hand(receiver: Receiver) -> None:
    endpoint = endpoint_at(receiver)
    TicketFactory()
    Delivery.objects.update(state="exhausted", claimed_by=uuid4(), due_at=timezone.now() - timedelta(seconds=1))
    sent = actions.resend(endpoint.deliveries.get(), by=Actor.system())
    assert (sent.state, sent.claimed_by) == ("pending", None)
