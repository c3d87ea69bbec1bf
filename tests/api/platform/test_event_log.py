"""GET /events: the log for those who fetch instead of being sent (contract platform §8)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from webhooks.actions import send_test
from webhooks.models import Message


class Poller:
    """Fetches the log in pages and keeps where it is."""

    def __init__(self, user: User, **query: Any) -> None:
        self.platform, self.query, self.cursor = Platform(user), query, ""

    def poll(self) -> list[str]:
        """The ids that are new, after walking to the end."""
        new: list[str] = []
        while True:
            answer = self.platform.get("/events", cursor=self.cursor, **self.query)
            assert answer.status == 200
            new += [line["id"] for line in answer.data]
            pagination = answer.body["pagination"]
            self.cursor = pagination["poll_cursor"]
            assert isinstance(self.cursor, str)
            if pagination["next_cursor"] is None:
                return new
            assert pagination["next_cursor"] == self.cursor


def ids(**filters: Any) -> list[str]:
    found = Message.objects.filter(**filters).order_by("id")
    return [str(uuid) for uuid in found.values_list("uuid", flat=True)]


def test_the_log_has_the_bodies_that_are_sent_oldest_first(ada: User, agnes: User) -> None:
    ticket = TicketFactory(team=TeamFactory())
    actions.reply(ticket, by=acting(agnes), content="Psst", internal=True)
    send_test(EndpointFactory(), by=acting(ada))
    lines = Platform(ada).get("/events", per_page=100).data
    messages = Message.objects.exclude(event="webhook.test").order_by("id")
    assert len(lines) == len(messages) > 2
    for line, message in zip(lines, messages, strict=True):
        assert line == {**orjson.loads(bytes(message.body)), "is_internal": message.is_internal, "error": None}
    assert [line["is_internal"] for line in lines if line["event"] == "comment.created"] == [True]


def test_what_could_not_be_built_is_in_the_log_without_data(ada: User) -> None:
    TicketFactory()
    message = Message.objects.get(event="ticket.created")
    Message.objects.filter(pk=message.pk).update(body=b"", error="KeyError: 'x'")
    [line] = Platform(ada).get("/events", event="ticket.created").data
    assert (line["id"], line["type"], line["data"]) == (str(message.uuid), "ticket.created", None)
    assert (line["sequence"], line["error"]) == (1, "KeyError: 'x'")


def test_a_poller_gets_everything_once(ada: User) -> None:
    poller = Poller(ada, per_page=3)
    seen = poller.poll()
    for _ in range(4):
        TicketFactory()
        seen += poller.poll()
    for _ in range(4):
        TicketFactory()
    seen += poller.poll()
    assert poller.poll() == []
    assert seen == ids()


def test_an_empty_log_has_a_place_to_go_on_from(ada: User) -> None:
    Message.objects.all().delete()
    poller = Poller(ada)
    assert poller.poll() == []
    TicketFactory()
    assert poller.poll() == ids()
    Message.objects.all().delete()  # they were pruned
    assert poller.poll() == []
    TicketFactory()
    assert poller.poll() == ids()


def test_a_filter_passes_what_it_does_not_let_through(ada: User) -> None:
    poller = Poller(ada, event="ticket.created")
    poller.poll()
    ticket = TicketFactory()
    assert poller.poll() == ids(event="ticket.created")
    actions.change(ticket, by=acting(ada), subject="Smoke")
    assert poller.poll() == []
    everything = Platform(ada).get("/events", cursor=poller.cursor)  # the place is behind what was passed
    assert everything.data == []
    both = Platform(ada).get("/events", event="ticket.created,ticket.updated").data
    assert {line["event"] for line in both} == {"ticket.created", "ticket.updated"}


def test_since_a_moment(ada: User) -> None:
    for days in (3, 2):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            TicketFactory()
    TicketFactory()
    for days, count in ((4, 3), (2.5, 2), (1, 1), (-1, 0)):
        since = f"{timezone.now() - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        lines = Platform(ada).get("/events", event="ticket.created", since=since).data
        assert len(lines) == count


def test_a_clock_that_is_a_little_behind_hides_nothing(ada: User) -> None:
    """Of two web processes, the one with the slower clock got the higher number."""
    now = timezone.now()
    for seconds in (-60, 1, -2, 2):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            TicketFactory()
    lines = Platform(ada).get("/events", event="ticket.created", since=now.isoformat()).data
    assert len(lines) == 2


def test_back_from_the_end(ada: User) -> None:
    for _ in range(3):
        TicketFactory()
    platform = Platform(ada)
    end = Poller(ada)
    end.poll()
    last = platform.get("/events", cursor=end.cursor)
    assert (last.data, last.body["pagination"]["next_cursor"]) == ([], None)
    back = platform.get("/events", cursor=last.body["pagination"]["prev_cursor"], per_page=2)
    assert [line["id"] for line in back.data] == ids()[-2:]
    assert platform.get("/events", cursor=back.body["pagination"]["poll_cursor"]).data == []


@pytest.mark.parametrize(
    "query",
    [{"event": "nope"}, {"event": "webhook.test"}, {"since": "x"}, {"cursor": "x"}, {"per_page": "-1"}],
)
def test_a_parameter_that_cannot_be_read_is_named(query: dict[str, str], ada: User) -> None:
    answer = Platform(ada).get("/events", **query)
    assert (answer.status, answer.code, answer.fields) == (400, "invalid_input", set(query))


def test_the_log_costs_three_queries_whatever_it_holds(ada: User) -> None:
    platform = Platform(ada)
    for more in (1, 20):
        for _ in range(more):
            TicketFactory()
        with CaptureQueriesContext(connection) as queries:
            assert platform.get("/events", per_page=100).status == 200
        assert len(queries) == 3


@contextmanager
def slow_writer() -> Iterator[None]:
    """A second connection has written, and does not commit before the end of the `with` block."""
    written, commit = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                TicketFactory()
                written.set()
                assert commit.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            assert written.wait(30)
            yield
        finally:
            commit.set()
            writer.result(30)


def write_if_two_may() -> None:
    """Higher numbers, committed first; SQLite has one writer at a time."""
    if connection.vendor == "postgresql":
        TicketFactory()


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_not_missed(ada: User) -> None:
    TicketFactory()
    poller = Poller(ada, per_page=2)
    seen = poller.poll()
    assert seen == ids()
    with slow_writer():
        write_if_two_may()
        assert poller.poll() == []
    late = poller.poll()
    assert len(late) >= 2
    assert seen + late == ids()


@pytest.mark.django_db(transaction=True)
def test_a_slow_writer_holds_back_nothing_that_was_there_before(ada: User) -> None:
    before = {str(TicketFactory().uuid)}
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    platform = Platform(ada)
    with slow_writer():
        write_if_two_may()
        lines = platform.get("/events", event="ticket.created").data
    assert {line["data"]["ticket"]["id"] for line in lines} == before


@pytest.mark.django_db(transaction=True)
def test_writers_in_parallel_and_a_poller_that_sees_all_of_them_once(ada: User, settings: Settings) -> None:
    settings.RATELIMIT_SCALE = 1000  # how often it asks depends on how quick the writers are
    poller, seen = Poller(ada, per_page=100), []

    def write(number: int) -> None:
        try:
            for _ in range(5):
                TicketFactory()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        while not all(writer.done() for writer in writers):
            seen += poller.poll()
        for writer in writers:
            writer.result()
    seen += poller.poll()
    assert seen == ids()
