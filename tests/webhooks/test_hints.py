"""Hints to the worker: few, and none that it does not read."""

from typing import Any

import pytest

from webhooks import outbox
from webhooks.tasks import wake


@pytest.fixture
def queue() -> Any:
    """The broker's channel, and its queue without what other tests left there."""
    name = wake.app.conf.task_default_queue
    with wake.app.connection_for_write() as connection:
        connection.default_channel.queue_purge(name)
        yield connection.default_channel, name


def test_hints_do_not_pile_up_while_no_worker_reads(queue: Any) -> None:
    channel, name = queue
    for _ in range(10 * outbox.MOST_UNREAD):
        outbox.hint(wake)
    assert channel._size(name) == outbox.MOST_UNREAD


def test_once_they_are_read_a_hint_is_left_again(queue: Any) -> None:
    channel, name = queue
    for _ in range(2 * outbox.MOST_UNREAD):
        outbox.hint(wake)
    while channel._size(name):
        assert channel._get(name)["headers"]["task"] == "webhooks.wake"
    outbox.hint(wake)
    assert channel._size(name) == 1
