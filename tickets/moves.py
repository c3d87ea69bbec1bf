"""What a verb does to a ticket in memory, before anything is saved. Shared by `tickets.actions` and `tickets.bulk`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.models import Door, Organization
from tickets.events import Change, noted_value
from tickets.models import Ticket
from tickets.rules import REQUESTER_REPLY_MOVES, STAFF_REPLY_MOVES, stamps
from tickets.words import Status

_COLUMN = {"html": "description_html"}


def fill(ticket: Ticket, values: Mapping[str, Any], now: datetime) -> None:
    """The first values of a new ticket, its status with the stamps that go with it."""
    for field, value in values.items():
        setattr(ticket, _COLUMN.get(field, field), value)
    status = Status(ticket.status)
    ticket.status = Status.NEW
    set_status(ticket, status, now)


def apply(ticket: Ticket, values: Mapping[str, Any], now: datetime) -> list[Change]:
    """Sets what differs and says what changed."""
    noted: list[Change] = []
    for field, value in values.items():
        column = _COLUMN.get(field, field)
        previous = getattr(ticket, column)
        if previous == value:
            continue
        if field == "status":
            set_status(ticket, value, now)
        else:
            setattr(ticket, column, value)
        noted.append({"field": field, "previous": noted_value(field, previous), "current": noted_value(field, value)})
    return noted


def set_status(ticket: Ticket, status: Status, now: datetime) -> None:
    """The status with its time stamps; a ticket that is not done has no resolution."""
    for stamp, moment in stamps(ticket, status, now).items():
        setattr(ticket, stamp, moment)
    ticket.status = status
    if ticket.resolved_at is None:
        ticket.resolution = ""


def status_after_reply(
    ticket: Ticket, by: Actor, *, internal: bool, asked: Status | None, reopens: Callable[[Ticket], bool]
) -> Status | None:
    """The status that comes with a reply: the one asked for, else what the rules say; None where it stays."""
    if asked is not None or internal or by.user is None:
        return asked
    current = Status(ticket.status)
    if by.user_id == ticket.requester_id:
        moved = REQUESTER_REPLY_MOVES.get(current)
        return moved if moved is not None and reopens(ticket) else None
    return STAFF_REPLY_MOVES.get(current) if answers(ticket, by) else None


def reopens_on_reply(ticket: Ticket) -> bool:
    """The team's setting, else the organization's."""
    if ticket.team is not None and ticket.team.reopen_on_reply is not None:
        return ticket.team.reopen_on_reply
    return Organization.current().reopen_on_reply


def note_answer(ticket: Ticket, by: Actor, now: datetime, *, internal: bool) -> None:
    """The first answer stops the clock of the first response."""
    if not internal and ticket.first_response_at is None and answers(ticket, by):
        ticket.first_response_at = now


def answers(ticket: Ticket, by: Actor) -> bool:
    """Whether a public comment of this actor is an answer: by staff, or through taas by anyone but the requester."""
    if by.user is None or by.user_id == ticket.requester_id:
        return False
    return by.user.is_agent or by.door == Door.TAAS


# What a reply changes that leaves all fields as they are.
TOUCHED = ("sequence", "first_response_at", "updated_at", "updated_by", "updated_door", "updated_key")


def touch(ticket: Ticket, by: Actor, now: datetime, *, fields_changed: bool) -> None:
    """Signs a change."""
    if fields_changed:
        ticket.version += 1
    ticket.updated_at = max(ticket.updated_at, now)
    for column, value in signed(by, "updated").items():
        setattr(ticket, column, value)


def signed(by: Actor, verb: str) -> dict[str, Any]:
    """Who did it and through what: the columns of `created` or `updated`."""
    return {f"{verb}_by": by.user, f"{verb}_door": by.door, f"{verb}_key": by.key}
