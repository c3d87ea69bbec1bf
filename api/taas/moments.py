"""Dates and times of contract taas: what has no zone is meant at the caller's `timezone`, answers are UTC."""

from datetime import UTC, date, datetime, time, timedelta, timezone

LATEST_HOUR, EARLIEST_HOUR = 14, -12  # offsets that there are
_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)


def shown(moment: datetime) -> str:
    """ISO 8601, UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def shown_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else shown(moment)


def read(text: str, hours: int) -> datetime:
    """The instant of a date (its midnight) or time, `hours` ahead of UTC unless it says its zone. Raises ValueError."""
    return _parsed(text, hours)[0]


def read_end(text: str, hours: int) -> datetime:
    """When what is meant is over: a day's next midnight, a time's next millisecond. Raises ValueError."""
    moment, is_day = _parsed(text, hours)
    try:
        return moment + (_DAY if is_day else _MILLISECOND)
    except OverflowError as error:
        raise ValueError("too late") from error


def _parsed(text: str, hours: int) -> tuple[datetime, bool]:
    zone = timezone(timedelta(hours=hours))
    is_day = len(text) == len("2026-01-31")
    moment = datetime.combine(date.fromisoformat(text), time()) if is_day else datetime.fromisoformat(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC), is_day
    except OverflowError as error:  # the first and last hours of time
        raise ValueError("beyond the calendar") from error
