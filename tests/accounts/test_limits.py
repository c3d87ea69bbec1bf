"""Requests counted in Redis: exactly, by everybody together, and let through when it is gone."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from accounts.limits import Usage, count
from config import connections
from tests import servers

pytestmark = pytest.mark.usefixtures("_standing_clock")


def counted(who: str = "agnes", group: str = "platform", per_minute: int = 5) -> Usage | None:
    return count(RequestFactory().get("/"), group=group, who=who, per_minute=per_minute)


def use(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    settings.CACHES = {"default": connections.cache(url)}


@pytest.fixture
def _redis(settings: Settings) -> Iterator[None]:
    with servers.redis() as url:
        use(settings, url)
        cache.clear()
        yield


@pytest.mark.usefixtures("_redis")
def test_as_many_as_allowed_pass_however_many_come_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        usages = list(pool.map(lambda _: counted(), range(20)))
    assert sum(1 for usage in usages if usage is not None and not usage.exceeded) == 5
    assert sorted({usage.remaining for usage in usages if usage is not None}) == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("_redis")
def test_the_window_ends_with_the_minute() -> None:
    usage = counted()
    assert usage is not None
    assert (usage.limit, usage.reset - int(time.time()), usage.retry_after) == (5, 30, 30)


@pytest.mark.usefixtures("_redis")
def test_others_and_other_doors_count_for_themselves() -> None:
    for who, group in (("agnes", "platform"), ("rita", "platform"), ("agnes", "taas")):
        usage = counted(who, group)
        assert usage is not None
        assert usage.remaining == 4


@pytest.mark.parametrize("who", ["agnes", "rita", "sam"])  # alone, everybody's minute begins at another second
@pytest.mark.parametrize("redis", [True, False])
def test_whoever_waits_until_the_reset_is_let_in_and_nobody_before(
    redis: bool, who: str, request: pytest.FixtureRequest
) -> None:
    if redis:
        request.getfixturevalue("_redis")
    while (usage := counted(who)) is not None and not usage.exceeded:
        pass
    assert usage is not None
    for wait, refused in ((-1, True), (0, False)):
        with time_machine.travel(usage.reset + wait, tick=False):
            again = counted(who)
        assert again is not None
        assert again.exceeded is refused


def test_without_redis_everybody_passes(settings: Settings) -> None:
    use(settings, f"redis://127.0.0.1:{servers.free_port()}/0")
    assert counted() is None
