"""Reading moments: ISO 8601 with a time of day; without a zone it is UTC."""

import re
from datetime import UTC, datetime

PROBLEM = "must be a moment such as 2026-03-01T08:00:00Z"
_FIRST_YEAR = 1000  # earlier ones would be answered without their zeros
_FORM = re.compile(r"(?ai)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?")


def read(text: str) -> datetime:
    """The moment. Raises ValueError."""
    if not _FORM.fullmatch(text):
        raise ValueError(PROBLEM)
    moment = datetime.fromisoformat(text.upper())
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(PROBLEM) from error
    if moment.year < _FIRST_YEAR:
        raise ValueError(PROBLEM)
    return moment
