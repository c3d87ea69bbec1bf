"""The shared cache works on a real Redis, and an unreachable one reads as an empty cache."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache.backends.base import BaseCache
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from config import connections
from config.cache import ForgivingRedisCache
from tests import servers
from tests.factories import PASSWORD


def made(url: str) -> BaseCache:
    entry = connections.cache(url)
    return ForgivingRedisCache(entry["LOCATION"], {"KEY_PREFIX": os.urandom(8).hex(), "OPTIONS": entry["OPTIONS"]})


@pytest.fixture
def present() -> Iterator[BaseCache]:
    with servers.redis() as url:
        yield made(url)


@pytest.fixture
def away() -> BaseCache:
    return made(f"redis://127.0.0.1:{servers.free_port()}/0")


def test_what_is_set_is_found(present: BaseCache) -> None:
    present.set("a", {"n": 1}, 60)
    assert present.get("a") == {"n": 1}
    assert present.add("a", 2) is False
    assert "a" in present
    present.set("count", 1)
    assert present.incr("count") == 2
    assert present.get_many(["a", "b"]) == {"a": {"n": 1}}
    assert present.delete("a") is True
    assert present.get("a", "gone") == "gone"


def test_an_unreachable_cache_keeps_nothing_and_stops_nobody(away: BaseCache) -> None:
    away.set("a", 1)
    assert away.get("a", "nothing") == "nothing"
    assert away.add("a", 1) is False
    assert away.incr("a") is None
    assert "a" not in away
    assert away.get_many(["a"]) == {}
    assert away.get_or_set("a", 5) == 5
    assert away.delete("a") is False
    assert away.touch("a") is False
    away.delete_many(["a"])
    away.clear()


def test_people_sign_in_and_work_while_redis_is_away(client: Client, settings: Settings, agnes: User) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{servers.free_port()}/0"
    settings.CACHES = {"default": connections.cache(settings.REDIS_URL)}
    assert client.post("/accounts/login/", {"login": agnes.email, "password": PASSWORD}).status_code == 302
    assert client.get("/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302
