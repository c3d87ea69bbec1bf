"""What may be done to a ticket, and with what values: the checks that come before any change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import NotYours
from accounts.models import Team, User
from tickets import fields
from tickets.rules import CUSTOMER_MAY_EDIT, CUSTOMER_MAY_OPEN_WITH, CUSTOMER_MAY_SET, LONGEST_SUBJECT, LONGEST_TEXT
from tickets.words import Priority, Resolution, Status

# Whoever reads a time sees it in a zone of their own, which the first and last years of the calendar cannot take.
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


def may_open_with(by: Actor, values: Mapping[str, Any], requester: User | None) -> None:
    """Raises NotYours for what a customer may not set on a new ticket."""
    if by.staff:
        return
    if requester is not None and requester.pk != by.user_id:
        raise NotYours("Customers open tickets for themselves only.")
    extra = set(values) - CUSTOMER_MAY_OPEN_WITH
    if extra:
        raise NotYours(f"Customers may not set {', '.join(sorted(extra))}.")


def may_change(by: Actor, changes: Mapping[str, Any]) -> None:
    """Raises NotYours for what a customer may not change."""
    if by.staff:
        return
    extra = set(changes) - CUSTOMER_MAY_EDIT - {"status"}
    if extra:
        raise NotYours(f"Customers may not change {', '.join(sorted(extra))}.")
    if "status" in changes and changes["status"] not in CUSTOMER_MAY_SET:
        raise NotYours("Customers may only close or reopen a ticket.")


def cleaned(values: Mapping[str, Any], check: Checker) -> dict[str, Any]:
    """Checked values by canonical field name. Notes problems; raises TypeError for a name that is no field."""
    result: dict[str, Any] = {}
    for field, value in values.items():
        match field:
            case "subject":
                result[field] = check.text(field, value, most=LONGEST_SUBJECT, required=True, one_line=True)
            case "description" | "html" | "resolution_comment":
                result[field] = check.text(field, value, most=LONGEST_TEXT)
            case "status":
                result[field] = Status(value)
            case "priority":
                result[field] = Priority(value)
            case "resolution":
                result[field] = Resolution(value) if value else ""
            case "assignee":
                result[field] = _assignable(value, check)
            case "due_at":
                result[field] = _due(value, check)
            case "requester" | "team" | "category":
                result[field] = value
            case _:
                raise TypeError(f"A ticket has no field {field}")
    return result


def custom_values(
    sent: Mapping[str, Any] | None, team: Team | None, check: Checker
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sent custom values as (answers by field uuid, free-form values). One query, none when nothing was sent."""
    if not sent:
        return {}, {}
    return fields.split(sent, fields.definitions_of(team.pk if team else None), check)


def _due(moment: datetime | None, check: Checker) -> datetime | None:
    if moment is not None and not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        check.note("due_at", f"The year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}.", "year")
    return moment


def _assignable(user: User | None, check: Checker) -> User | None:
    if user is not None and not (user.is_agent and user.is_active and not user.is_deleted):
        check.note("assignee", "The assignee must be an active agent or administrator.", "not_assignable")
    return user
