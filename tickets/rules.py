"""The rules of tickets as tables. Pure: no database here, so all of it is tested whole."""

from datetime import datetime
from typing import Protocol

from tickets.words import Status

DONE = frozenset({Status.RESOLVED, Status.CLOSED})

# Entering a status sets these stamps, leaving it clears those the next status does not hold.
STAMPS: dict[Status, frozenset[str]] = {status: frozenset() for status in Status} | {
    Status.RESOLVED: frozenset({"resolved_at"}),
    Status.CLOSED: frozenset({"resolved_at", "closed_at"}),
}

# What a public reply does to the status, by who replies.
STAFF_REPLY_MOVES = {Status.NEW: Status.OPEN}
REQUESTER_REPLY_MOVES = {Status.PENDING: Status.OPEN, Status.RESOLVED: Status.REOPENED}

# What customers may do with their own tickets; staff may everything.
CUSTOMER_MAY_OPEN_WITH = frozenset({"subject", "description", "html", "priority", "category", "tags", "custom"})
CUSTOMER_MAY_EDIT = frozenset({"subject", "description", "html", "tags", "custom"})
CUSTOMER_MAY_SET = frozenset({Status.CLOSED, Status.REOPENED})

LONGEST_SUBJECT = 500
LONGEST_TEXT = 100_000
LONGEST_TAG = 100
MOST_TAGS = 50


class Stamped(Protocol):
    """What `stamps` reads of a ticket."""

    status: str
    resolved_at: datetime | None
    closed_at: datetime | None
    first_resolved_at: datetime | None
    last_resolved_at: datetime | None


def stamps(ticket: Stamped, status: Status, now: datetime) -> dict[str, datetime | None]:
    """The time stamps of `ticket` once it is in `status`."""
    held = STAMPS[Status(ticket.status)]
    after: dict[str, datetime | None] = {}
    for stamp in ("resolved_at", "closed_at"):
        kept = getattr(ticket, stamp) if stamp in held else None
        after[stamp] = (kept or now) if stamp in STAMPS[status] else None
    if status in DONE and ticket.status not in DONE:
        after["first_resolved_at"] = ticket.first_resolved_at or now
        after["last_resolved_at"] = now
    return after
