"""The shared cache, used so that losing it slows the helpdesk down and stops nothing."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def _forgiving(name: str, missed: Callable[..., Any]) -> Callable[..., Any]:
    """The method ``name`` of Redis' cache, answering ``missed(...)`` when the server does not answer."""
    original = getattr(RedisCache, name)

    @wraps(original)
    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("cache_unreachable", operation=name, error=type(error).__name__)
            return missed(*args, **kwargs)

    return method


class _OneClient(RedisCacheClient):
    """Django makes a client for each command, which takes longer than the command; this one is kept."""

    @cached_property
    def _kept(self) -> Redis:
        client: Redis = super().get_client(write=True)
        return client

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return self._kept


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, except that an unreachable server reads as an empty cache that keeps nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = _OneClient

    get = _forgiving("get", lambda key, default=None, version=None: default)
    get_many = _forgiving("get_many", lambda *args, **kwargs: {})
    has_key = _forgiving("has_key", lambda *args, **kwargs: False)
    set = _forgiving("set", lambda *args, **kwargs: None)
    set_many = _forgiving("set_many", lambda data, *args, **kwargs: list(data))
    add = _forgiving("add", lambda *args, **kwargs: False)
    incr = _forgiving("incr", lambda *args, **kwargs: None)
    touch = _forgiving("touch", lambda *args, **kwargs: False)
    delete = _forgiving("delete", lambda *args, **kwargs: False)
    delete_many = _forgiving("delete_many", lambda *args, **kwargs: None)
    clear = _forgiving("clear", lambda *args, **kwargs: False)

    def hit(self, key: str, seconds: int) -> int | None:
        """Adds one to a counter that lives for so long, in one round trip; None when the server does not answer."""
        name = self.make_and_validate_key(key)
        try:
            with self._cache.get_client().pipeline(transaction=False) as pipeline:
                pipeline.incr(name)
                pipeline.expire(name, seconds, nx=True)
                return int(pipeline.execute()[0])
        except (RedisError, OSError) as error:
            log.warning("cache_unreachable", operation="hit", error=type(error).__name__)
            return None
