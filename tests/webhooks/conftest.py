"""Receivers on this machine may be called, and nobody waits long for them."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from tests.webhooks.receiver import Receiver


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
