"""Counting requests: in fixed windows of a minute, or in the minute that slides along with the clock.

Where there is Redis, it counts for all processes; else the memory of the one process does (fixed windows by
django-ratelimit).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.http import HttpRequest
from django_ratelimit.core import get_usage

WINDOW = 60  # seconds
_lock = Lock()

# One bucket a second; those of the last minute are added up. A refused request is not counted: who keeps asking is let
# in again as soon as there is room.
_SLIDE = """
local now, limit, used, oldest = tonumber(ARGV[1]), tonumber(ARGV[2]), 0, tonumber(ARGV[1])
local buckets = redis.call("HGETALL", KEYS[1])
for i = 1, #buckets, 2 do
  local second = tonumber(buckets[i])
  if second <= now - 60 then
    redis.call("HDEL", KEYS[1], buckets[i])
  else
    used = used + tonumber(buckets[i + 1])
    oldest = math.min(oldest, second)
  end
end
if used >= limit then
  return {used + 1, oldest}
end
redis.call("HINCRBY", KEYS[1], ARGV[1], 1)
redis.call("EXPIRE", KEYS[1], 60)
return {used + 1, oldest}
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a limit is used. `reset` is the Unix second at which the window ends."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    @property
    def retry_after(self) -> int:
        """Seconds until the window ends, at least 1."""
        return max(1, self.reset - int(time.time()))


def count(request: HttpRequest, *, group: str, who: str, per_minute: int) -> Usage | None:
    """Counts this request of `who` against `per_minute`. None: limits are off, or the counter cannot be reached."""
    limit = int(per_minute * settings.RATELIMIT_SCALE)
    if not settings.RATELIMIT_ENABLE:
        return None
    if settings.REDIS_URL:
        return _counted_in_redis(f"limit:{group}:{who}", limit)
    usage = get_usage(request, group=group, key=lambda group, request: who, rate=f"{limit}/m", increment=True)
    if usage is None or usage["time_left"] < 0:
        return None
    return Usage(
        limit=limit,
        remaining=max(0, limit - usage["count"]),
        reset=int(time.time()) + usage["time_left"] + 1,  # the library names the window's last second
        exceeded=usage["should_limit"],
    )


def _counted_in_redis(name: str, limit: int) -> Usage | None:
    """One round trip where the library takes three."""
    minute = int(time.time()) // WINDOW
    used: int | None = cache.hit(f"{name}:{minute}", 2 * WINDOW)  # type: ignore[attr-defined] # our own Redis cache
    if used is None:
        return None
    return Usage(limit=limit, remaining=max(0, limit - used), reset=(minute + 1) * WINDOW, exceeded=used > limit)


def count_sliding(request: HttpRequest, *, group: str, who: str, per_minute: int) -> Usage | None:
    """As `count`, over the last 60 seconds at any moment; `reset` is when the oldest of them is forgotten."""
    if not settings.RATELIMIT_ENABLE:
        return None
    limit = int(per_minute * settings.RATELIMIT_SCALE)
    now = int(time.time())
    counter = _slide_in_redis if settings.REDIS_URL else _slide_here
    slid = _or_none(lambda: counter(f"sliding:{group}:{who}", now, limit))
    if slid is None:
        return None
    used, oldest = slid
    return Usage(limit=limit, remaining=max(0, limit - used), reset=oldest + WINDOW, exceeded=used > limit)


def _slide_in_redis(name: str, now: int, limit: int) -> tuple[int, int]:
    """How many there are with this one, and the second of the oldest. One step for all processes."""
    store: Any = caches["default"]
    client = store._cache.get_client(name, write=True)
    used, oldest = client.eval(_SLIDE, 1, store.make_and_validate_key(name), now, limit)
    return used, oldest


def _slide_here(name: str, now: int, limit: int) -> tuple[int, int]:
    """The same in the memory of the only process."""
    with _lock:
        kept: dict[int, int] = cache.get(name) or {}
        kept = {second: times for second, times in kept.items() if second > now - WINDOW}
        used = sum(kept.values())
        oldest = min(kept, default=now)
        if used < limit:
            kept[now] = kept.get(now, 0) + 1
            cache.set(name, kept, WINDOW)
        return used + 1, oldest


def _or_none(counted: Callable[[], Any]) -> Any:
    """None where the counter cannot be reached: limits fail open, /readyz tells."""
    try:
        return counted()
    except OSError:  # redis-py's connection errors
        return None
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "redis":
            raise
        return None
