"""When a delivery is tried again (contract webhooks, Delivery)."""

import random

from django.conf import settings

MINUTE, HOUR = 60.0, 3600.0
# Seconds between one attempt and the next; the first is made at once.
PUBLISHED = (5.0, *(minutes * MINUTE for minutes in (5, 30)), *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24)))
SPREAD = 0.2  # of each wait, so that what failed together does not come back together
SLOWED = MINUTE  # the least wait after a timeout, or when a receiver asks for less


def waits() -> tuple[float, ...]:
    """The waits in force: WEBHOOK_RETRY_SCHEDULE, else the published ones."""
    return settings.WEBHOOK_RETRY_SCHEDULE or PUBLISHED


def wait_after(attempts: int, *, slowed: bool = False, retry_after: float | None = None) -> float | None:
    """Seconds until the next attempt after so many; None when that was the last.

    `slowed`: the attempt ended with 429 or a timeout. Then `retry_after` counts, up to twice the planned wait, and
    nobody is asked again within a minute (with a schedule of the installation's own, as soon as that says).
    """
    plan = waits()
    if attempts > len(plan):
        return None
    planned = plan[attempts - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - spreads load, hides nothing
    if not slowed:
        return planned
    asked = planned if retry_after is None else min(retry_after, 2 * planned)
    return asked if settings.WEBHOOK_RETRY_SCHEDULE else max(SLOWED, asked)
