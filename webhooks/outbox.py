"""Every change writes its messages here, in its own transaction: what was accepted is told, or the change was not made.

Listens to `ticket_event` and `user_event`. Nothing is sent here; the worker is only poked after the commit.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from accounts.hints import hint
from accounts.models import UserEvent
from accounts.native import instant
from accounts.signals import user_event
from attachments.models import Attachment
from tickets.compiled import Compiled
from tickets.events import ticket_event
from tickets.models import Ticket, TicketEvent
from webhooks import bodies
from webhooks.models import Delivery, Endpoint, Message
from webhooks.retention import COLLECTING

API_VERSION = "1"  # of the bodies; fields are only ever added under the same number
POKE_EVERY = 0.3  # seconds; a dispatcher that was poked looks for work of its own for longer than that
log = logging.getLogger(__name__)
_ENDPOINTS = Compiled()
_COLUMNS = ("id", "events", "is_active", "include_internal", "team_id", "stopped_at")  # in the order of the model
_poked_at = float("-inf")


@receiver(ticket_event)
def tell_of_ticket(event: TicketEvent, silent: bool, files: Sequence[Attachment] = (), **kwargs: Any) -> None:
    """Writes what a line of a ticket's history means for subscribers."""
    if silent:
        return
    drafts = bodies.of_ticket(event, files)
    ticket = event.ticket
    # The verb saves the number with the ticket, which it holds locked: no gap and no number twice.
    first = ticket.sequence + 1
    ticket.sequence += len(drafts)
    write([_message(draft, event, ticket=ticket, sequence=first + place) for place, draft in enumerate(drafts)])


@receiver(user_event)
def tell_of_user(event: UserEvent, silent: bool, **kwargs: Any) -> None:
    """Writes what a line of a person's history means for subscribers."""
    if not silent:
        write([_message(draft, event) for draft in bodies.of_user(event)])


def write(messages: Sequence[Message]) -> None:
    """Saves messages, and a delivery for each endpoint that wants one."""
    if not messages:
        return
    Message.objects.bulk_create(messages)
    queue(
        Delivery(
            endpoint=endpoint,
            message=message,
            due_at=message.created_at,
            state=Delivery.State.PARKED if message.error else Delivery.State.PENDING,
            error=message.error,
        )
        for endpoint in _collecting(messages[0].team_id)
        for message in messages
        if endpoint.wants(message)
    )


def queue(deliveries: Iterable[Delivery]) -> int:
    """Saves deliveries that are not there yet and has the worker look; returns how many were given."""
    rows = list(deliveries)
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(poke)
    return len(rows)


def poke() -> None:
    """Tells a worker that there is something to send. Only a hint: it also looks by itself."""
    global _poked_at
    if time.monotonic() - _poked_at < POKE_EVERY:
        return
    _poked_at = time.monotonic()
    from webhooks.tasks import wake  # tasks import the dispatcher, which web processes do not need

    hint(wake)


def frozen(message: Message, *, data: dict[str, Any], origin: str) -> bytes:
    """The body of a message: the same bytes at every attempt."""
    return orjson.dumps(
        {
            "id": message.uuid,
            "event": message.event,
            "type": message.event,
            "timestamp": instant(message.created_at),
            "sequence": message.sequence,
            "origin": origin,
            "api_version": API_VERSION,
            "data": data,
        }
    )


def _message(
    draft: bodies.Draft, event: TicketEvent | UserEvent, *, ticket: Ticket | None = None, sequence: int | None = None
) -> Message:
    message = Message(
        event=draft.event,
        ticket=ticket,
        team_id=ticket.team_id if ticket else None,
        is_internal=draft.is_internal,
        sequence=sequence,
        created_at=timezone.now(),
    )
    try:
        message.body = frozen(message, data=draft.build(), origin=event.door)
    except DatabaseError:  # the transaction is lost, and the change with it
        raise
    except Exception as error:
        log.exception("the body of %s cannot be built", draft.event)
        message.body = b""
        message.error = f"{type(error).__name__}: {error}"[:500]
    return message


def _collecting(team_id: int | None) -> list[Endpoint]:
    """Endpoints that hear of this team's tickets; those that were stopped collect for a while. By SQL that is kept."""

    def build(given: Sequence[Any]) -> QuerySet[Any, Any]:
        own = Q(team_id=given[0]) if given else Q(pk__in=())
        return Endpoint.objects.filter(Q(team=None) | own).values_list(*_COLUMNS)

    rows = _ENDPOINTS.rows(team_id is None, [] if team_id is None else [team_id], build)
    found = [Endpoint.from_db(connection.alias, _COLUMNS, row) for row in rows]
    since = timezone.now() - COLLECTING
    return [one for one in found if one.is_active or (one.stopped_at is not None and one.stopped_at > since)]
