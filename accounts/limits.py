"""Counting requests in fixed windows of a minute: by django-ratelimit in the memory of one process, or in Redis."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django_ratelimit.core import get_usage

WINDOW = 60  # seconds


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
        reset=int(time.time()) + usage["time_left"],
        exceeded=usage["should_limit"],
    )


def _counted_in_redis(name: str, limit: int) -> Usage | None:
    """One round trip where the library takes three."""
    minute = int(time.time()) // WINDOW
    used: int | None = cache.hit(f"{name}:{minute}", 2 * WINDOW)  # type: ignore[attr-defined] # our own Redis cache
    if used is None:
        return None
    return Usage(limit=limit, remaining=max(0, limit - used), reset=(minute + 1) * WINDOW, exceeded=used > limit)
