"""When a delivery is tried again: the published schedule, its spread, and what a receiver may ask for."""

from typing import Any

import pytest

from webhooks.schedule import PUBLISHED, wait_after

HOUR = 3600


@pytest.fixture(autouse=True)
def _published(settings: Any) -> None:
    settings.WEBHOOK_RETRY_SCHEDULE = ()


def test_the_published_schedule() -> None:
    assert PUBLISHED == (5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
    for made, planned in enumerate(PUBLISHED, start=1):
        waits = [wait_after(made) or 0 for _ in range(200)]
        assert planned * 0.8 <= min(waits) < planned < max(waits) <= planned * 1.2
    assert wait_after(len(PUBLISHED) + 1) is None


@pytest.mark.parametrize(
    ("made", "retry_after", "least", "most"),
    [
        (1, None, 60, 60),  # 5 s are too soon after a timeout
        (1, 1.0, 60, 60),
        (1, 3600.0, 60, 60),  # twice the planned wait is less than a minute
        (2, None, 240, 360),
        (2, 100.0, 100, 100),
        (2, 10.0, 60, 60),
        (2, 9999.0, 480, 720),
    ],
)
def test_after_429_or_a_timeout(made: int, retry_after: float | None, least: float, most: float) -> None:
    for _ in range(50):
        wait = wait_after(made, slowed=True, retry_after=retry_after)
        assert wait is not None
        assert least <= wait <= most


def test_retry_after_means_nothing_elsewhere() -> None:
    wait = wait_after(1, retry_after=9999.0)
    assert wait is not None
    assert wait <= 6


def test_an_installation_may_have_a_schedule_of_its_own(settings: Any) -> None:
    settings.WEBHOOK_RETRY_SCHEDULE = (1.0, 2.0)
    for made, planned in ((1, 1.0), (2, 2.0)):
        wait = wait_after(made, slowed=True)
        assert wait is not None
        assert planned * 0.8 <= wait <= planned * 1.2
    assert wait_after(1, slowed=True, retry_after=0.0) == 0
    assert wait_after(3) is None
