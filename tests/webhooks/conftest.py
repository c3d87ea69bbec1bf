"""Receivers on this machine may be called, and nobody waits long for them."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from tests.webhooks.receiver import Receiver
from webhooks.dispatcher import Dispatcher


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_TIMEOUT = 1.0
    settings.WEBHOOK_RETRY_SCHEDULE = (0.2, 0.2)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that says 200 until a test tells it otherwise."""
    with Receiver() as running:
        yield running


@pytest.fixture
def dispatchers() -> Iterator[Callable[[], Dispatcher]]:
    """Starts dispatchers, and stops them at the end."""
    running: list[Dispatcher] = []

    def start() -> Dispatcher:
        running.append(Dispatcher())
        running[-1].start()
        return running[-1]

    yield start
    for dispatcher in running:
        dispatcher.stop()


@pytest.fixture
def dispatcher(dispatchers: Callable[[], Dispatcher]) -> Dispatcher:
    return dispatchers()
