"""Dispatchers at work: real threads, a real database that commits, real receivers."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.actor import Actor
from tests.factories import EndpointFactory, TicketFactory
from tests.webhooks.receiver import Receiver, answer, hang, reset
from webhooks import actions, claims
from webhooks.dispatcher import Dispatcher
from webhooks.models import Attempt, Delivery, Endpoint, Message

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()


def endpoint_at(receiver: Receiver, **values: Any) -> Endpoint:
    return EndpointFactory(url=receiver.url, **{"events": ["ticket.created"], **values})


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Returns as soon as it holds; AssertionError if it does not in time."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        tick.wait(0.02)


def settled(endpoint: Endpoint) -> None:
    until(lambda: not endpoint.deliveries.filter(state="pending").exists())


def test_a_change_reaches_the_subscriber_signed(receiver: Receiver, dispatcher: Dispatcher) -> None:
    endpoint = endpoint_at(receiver)
    ticket = TicketFactory(subject="Ünïcödé")
    dispatcher.wake()
    [request] = receiver.wait_for(1)
    settled(endpoint)
    body = Webhook(endpoint.open_secret).verify(request.body, request.headers)  # type: ignore[attr-defined]
    assert body["data"]["ticket"]["id"] == str(ticket.uuid)
    message = Message.objects.get(event="ticket.created")
    assert (request.id, request.body) == (str(message.uuid), bytes(message.body))
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.error, attempt.response_body) == (200, "", "ok")
    assert (attempt.delivery.state, attempt.delivery.attempt_count) == ("delivered", 1)


def test_a_failure_is_tried_again_with_the_same_bytes_until_it_is_exhausted(
    receiver: Receiver, dispatcher: Dispatcher
) -> None:
    receiver.behave = answer(500, b"no")
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    settled(endpoint)
    assert len(receiver.received) == 3  # at once, and twice by the schedule
    assert len({(request.id, request.body) for request in receiver.received}) == 1
    delivery = endpoint.deliveries.get()
    assert (delivery.state, delivery.attempt_count, delivery.error) == ("exhausted", 3, "Answered 500.")
    assert Endpoint.objects.get().failing_since is not None
    receiver.behave = answer()
    actions.resend(delivery, by=SYSTEM)
    dispatcher.wake()
    settled(endpoint)
    assert (endpoint.deliveries.get().state, Endpoint.objects.get().failing_since) == ("delivered", None)
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1


def test_a_gone_receiver_is_disabled_at_once_and_what_waits_is_kept(receiver: Receiver, dispatcher: Dispatcher) -> None:
    receiver.behave = answer(410)
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    until(lambda: not Endpoint.objects.get().is_active)
    TicketFactory()
    assert Endpoint.objects.get().disabled_reason == "It answered 410 Gone: it wants no more."
    assert len(receiver.received) == 1
    receiver.behave = answer()
    actions.change_endpoint(endpoint, by=SYSTEM, is_active=True)
    dispatcher.wake()
    settled(endpoint)
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {"delivered"}
    assert len(set(receiver.ids)) == 2


def test_a_receiver_that_hangs_does_not_hold_up_another(
    receiver: Receiver, dispatcher: Dispatcher, settings: Any
) -> None:
    settings.WEBHOOK_TIMEOUT = 3.0
    with Receiver(hang()) as slow:
        endpoint_at(slow)
        quick = endpoint_at(receiver)
        for _ in range(30):
            TicketFactory()
        started = time.monotonic()
        dispatcher.wake()
        receiver.wait_for(30)
        settled(quick)
        assert time.monotonic() - started < 2.5  # less than one of the slow ones took
        assert len(slow.received) <= 2


def test_two_dispatchers_share_the_work_and_send_nothing_twice(
    receiver: Receiver, dispatchers: Callable[[], Dispatcher]
) -> None:
    endpoint = endpoint_at(receiver)
    for _ in range(60):
        TicketFactory()
    both = [dispatchers(), dispatchers()]
    for one in both:
        one.wake()
    settled(endpoint)
    assert sorted(receiver.ids) == sorted(set(receiver.ids))
    assert len(receiver.ids) == 60


def test_an_endpoint_deleted_while_it_is_being_sent_to(receiver: Receiver, dispatcher: Dispatcher) -> None:
    release = threading.Event()

    def slow(connection: Any, request: Any) -> None:
        release.wait(20)
        answer()(connection, request)

    receiver.behave = slow
    endpoint = endpoint_at(receiver)
    for _ in range(8):
        TicketFactory()
    dispatcher.wake()
    receiver.wait_for(1)
    actions.delete_endpoint(endpoint, by=SYSTEM)
    release.set()
    until(lambda: Attempt.objects.count() == len(receiver.received))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert len(receiver.received) <= 4  # those in flight, and those that were to follow at once


def test_an_endpoint_that_is_paused_gets_nothing_more_that_was_already_claimed(
    receiver: Receiver, dispatcher: Dispatcher
) -> None:
    def slow(connection: Any, request: Any) -> None:
        threading.Event().wait(0.2)
        answer()(connection, request)

    receiver.behave = slow
    endpoint = endpoint_at(receiver)
    for _ in range(30):
        TicketFactory()
    dispatcher.wake()
    receiver.wait_for(5)  # it does well, so more are claimed at a time
    actions.change_endpoint(endpoint, by=SYSTEM, is_active=False)
    until(lambda: not endpoint.deliveries.filter(claimed_by__isnull=False).exists())
    assert endpoint.deliveries.filter(state="delivered").count() == len(receiver.received) < 25


def test_what_a_dead_dispatcher_held_is_sent_when_its_lease_ends(receiver: Receiver, dispatcher: Dispatcher) -> None:
    endpoint = endpoint_at(receiver, is_active=False)  # so that this dispatcher does not come first
    TicketFactory()
    Delivery.objects.update(claimed_by=uuid4(), due_at=timezone.now() + timedelta(seconds=0.5))
    Endpoint.objects.update(is_active=True, stopped_at=None)
    dispatcher.wake()
    settled(endpoint)
    assert len(receiver.received) == 1


def test_nobody_takes_what_is_claimed_and_whoever_lost_a_lease_writes_nothing(receiver: Receiver) -> None:
    endpoint = endpoint_at(receiver)
    TicketFactory()
    mine, theirs = uuid4(), uuid4()
    [claim] = claims.claim(endpoint, mine, 10)
    assert claims.claim(endpoint, theirs, 10) == []
    Delivery.objects.update(due_at=timezone.now())
    assert len(claims.claim(endpoint, theirs, 10)) == 1
    claims.give_back([claim], mine)
    assert endpoint.deliveries.get().claimed_by == theirs


def test_a_clock_that_is_set_back_delays_nothing(receiver: Receiver, dispatchers: Callable[[], Dispatcher]) -> None:
    endpoint = endpoint_at(receiver)
    TicketFactory()
    ahead = timezone.now() + timedelta(hours=1)
    Delivery.objects.update(due_at=ahead, updated_at=ahead)  # planned by a clock an hour ahead
    dispatcher = Dispatcher()
    dispatcher._clock += 3600
    dispatcher.start()
    settled(endpoint)
    dispatcher.stop()
    assert len(receiver.received) == 1


def test_a_stop_finishes_what_is_in_flight_and_gives_the_rest_back(
    receiver: Receiver, dispatchers: Callable[[], Dispatcher]
) -> None:
    def slow(connection: Any, request: Any) -> None:
        threading.Event().wait(0.3)
        answer()(connection, request)

    receiver.behave = slow
    endpoint = endpoint_at(receiver)
    for _ in range(6):
        TicketFactory()
    dispatcher = dispatchers()
    dispatcher.wake()
    receiver.wait_for(1)
    dispatcher.stop()
    states = list(endpoint.deliveries.values_list("state", "claimed_by"))
    assert states.count(("delivered", None)) == len(receiver.received)
    assert states.count(("pending", None)) == 6 - len(receiver.received)


def test_a_receiver_that_resets_is_retried_and_recovers(receiver: Receiver, dispatcher: Dispatcher) -> None:
    receiver.behave = reset
    endpoint = endpoint_at(receiver)
    TicketFactory()
    dispatcher.wake()
    receiver.wait_for(1)
    receiver.behave = answer()
    settled(endpoint)
    assert endpoint.deliveries.get().state == "delivered"


def test_looking_for_work_costs_one_query(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        EndpointFactory()
    TicketFactory()
    with django_assert_num_queries(1):
        assert len(claims.waiting()) == 3
    connection.close()
