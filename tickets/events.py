"""The one history. Each verb calls `record()` once; those to the right listen to `ticket_event`.

`ticket_event` is sent inside the transaction of the change with `event` (TicketEvent; `event.ticket` is the changed
instance), `files` (the Attachments that came with it) and `silent` (True for imports and demo data, which fire no
webhooks and send no mail). Listeners number what they tell on `event.ticket.sequence`; the verb saves it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.dispatch import Signal

from accounts.actor import Actor
from accounts.models import User
from attachments.models import Attachment
from tickets.models import Comment, Ticket, TicketEvent
from tickets.words import Kind, Priority

ticket_event = Signal()


class Change(TypedDict):
    """One field of a change, in canonical words; people, teams and categories as {id, name}."""

    field: str
    previous: Any
    current: Any


def noted_value(field: str, value: Any) -> Any:
    """A value as history keeps it: words, ISO times, people and things as {id, name}."""
    if value is None:
        return None
    if field == "priority":
        return Priority(value).word
    if isinstance(value, User):
        return {"id": str(value.uuid), "name": value.full_name}
    if field in ("team", "category"):
        return {"id": str(value.uuid), "name": value.name}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def record(
    ticket: Ticket,
    kind: Kind,
    *,
    by: Actor,
    changes: list[Change] | None = None,
    comment: Comment | None = None,
    files: Sequence[Attachment] = (),
    silent: bool = False,
) -> TicketEvent:
    """Writes one line of history and tells those to the right. The verb saves the ticket afterwards."""
    event = TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        actor=by.user,
        door=by.door,
        key=by.key,
        changes=changes or [],
        comment=comment,
    )
    ticket.last_event_id = event.pk
    ticket_event.send(sender=TicketEvent, event=event, files=files, silent=silent)
    return event
