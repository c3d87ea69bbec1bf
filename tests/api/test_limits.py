"""What a request costs before a contract has done anything for it: the limit and the stamp of a key's last use."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import ApiKey, Team, User
from config import connections
from tests import servers
from tests.api.contracts import Caller
from tests.api.platform.caller import Platform
from tests.api.support.caller import Support
from tests.api.taas.caller import Taas
from tests.api.toptickets.caller import TopTickets
from tests.factories import TeamFactory

START = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
PATHS = {"platform": "/users", "toptickets": "/teams", "taas": "/tags", "support": "/categories"}
WITH_KEYS = ["toptickets", "taas", "support"]


@pytest.fixture(params=["alone", "redis"])
def _counter(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """Requests are counted in this process alone, or in Redis."""
    if request.param == "alone":
        yield
        return
    with servers.redis() as url:
        settings.REDIS_URL = url
        settings.CACHES = {"default": connections.cache(url)}
        cache.clear()
        yield
        cache.clear()


@pytest.fixture
def caller(request: pytest.FixtureRequest, agnes: User) -> Caller:
    """A program of Agnes or her desk, by the contract's name."""
    desk: Team = TeamFactory()
    callers: dict[str, Caller] = {
        "platform": Platform(agnes),
        "toptickets": TopTickets(agnes),
        "taas": Taas(desk),
        "support": Support.of(agnes),
    }
    return callers[request.param]


@pytest.mark.usefixtures("_standing_clock", "_counter")
@pytest.mark.parametrize(("caller", "path"), PATHS.items(), indirect=["caller"])
def test_a_refused_request_is_no_use_and_costs_the_look_up_of_its_caller_at_most(
    caller: Caller, path: str, settings: Settings
) -> None:
    settings.RATELIMIT_SCALE = 0.02  # two, four and six a minute
    while caller.get(path).status == 200:
        pass
    ApiKey.objects.update(last_used_at=None)  # a use would be noted again
    with CaptureQueriesContext(connection) as queries:
        answer = caller.get(path)
    known_already = settings.REDIS_URL and isinstance(caller, Platform)
    assert answer.status == 429
    assert [query["sql"].split()[0] for query in queries] == ([] if known_already else ["SELECT"])


@pytest.mark.parametrize(("caller", "path"), [(name, PATHS[name]) for name in WITH_KEYS], indirect=["caller"])
def test_use_is_stamped_but_written_once_a_minute(caller: Caller, path: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        caller.get(path)
        assert stamps() == [START]
        clock.shift(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as queries:
            caller.get(path)
            caller.get("/tickets")
        assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
        clock.shift(timedelta(seconds=1))
        caller.get(path)
        assert stamps() == [START + timedelta(seconds=60)]


@pytest.mark.parametrize(("caller", "path"), [(name, PATHS[name]) for name in WITH_KEYS], indirect=["caller"])
def test_use_is_stamped_while_redis_is_away(caller: Caller, path: str, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{servers.free_port()}/0"
    settings.CACHES = {"default": connections.cache(settings.REDIS_URL)}
    assert caller.get(path).status == 200
    assert len(stamps()) == 1


def stamps() -> list[datetime]:
    """When keys were used last."""
    return [stamp for stamp in ApiKey.objects.values_list("last_used_at", flat=True) if stamp]
