"""Counting requests in fixed windows of a minute. django-ratelimit counts; here are our names for it."""

import time
from dataclasses import dataclass

from django.conf import settings
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
    try:
        usage = get_usage(request, group=group, key=lambda group, request: who, rate=f"{limit}/m", increment=True)
    except OSError:  # redis-py's connection errors; limits fail open, /readyz tells
        return None
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "redis":
            raise
        return None
    if usage is None or usage["time_left"] < 0:
        return None
    return Usage(
        limit=limit,
        remaining=max(0, limit - usage["count"]),
        reset=int(time.time()) + usage["time_left"],
        exceeded=usage["should_limit"],
    )
