"""What every test starts from: an empty cache, four people, and Chromium where a browser is asked for."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in the tests' own thread


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of request limits and cached sessions never reach the next test."""
    cache.clear()


@pytest.fixture
def _standing_clock() -> Iterator[None]:
    """The clock stands still, so that no minute ends while a test counts to its limit."""
    with time_machine.travel(datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def rita(db: None) -> Any:
    """Rita asks: a customer."""
    from tests import factories

    return factories.customer("Rita")


@pytest.fixture
def sam(db: None) -> Any:
    """Sam is another customer, who must never see what is Rita's."""
    from tests import factories

    return factories.customer("Sam")


@pytest.fixture
def agnes(db: None) -> Any:
    """Agnes answers: an agent."""
    from tests import factories

    return factories.agent("Agnes")


@pytest.fixture
def ada(db: None) -> Any:
    """Ada administers."""
    from tests import factories

    return factories.admin("Ada")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which asks nothing of the outside world."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium") or shutil.which("google-chrome"),
        "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet],
    }
