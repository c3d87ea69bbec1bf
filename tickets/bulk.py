"""Many tickets with their whole history at once: demo data and benchmarks, millions of rows.

Writes what the verbs of `tickets.actions` would have written, a few statements for hundreds of tickets instead of a
dozen for each. Nothing is checked and nobody is told: who writes drafts vouches for their values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.models import Organization, User
from tickets import moves, search, tally
from tickets.actions import search_entry
from tickets.copying import insert
from tickets.models import Comment, Tag, Ticket, TicketEvent, TicketTag
from tickets.words import Kind, Status


@dataclass(frozen=True, slots=True)
class Reply:
    """A public reply or an internal note, as `actions.reply`."""

    by: Actor
    at: datetime
    content: str
    internal: bool = False
    set_status: Status | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Plain fields that change, as `actions.change` (not tags and custom values)."""

    by: Actor
    at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket as it is opened, and what happens to it afterwards, oldest first.

    `values` as `actions.open_ticket`; `fields` are answers to custom fields, {field uuid: stored value}.
    """

    by: Actor
    at: datetime
    requester: User
    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[Tag] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Reply | Change] = ()


@transaction.atomic
def write(drafts: Iterable[Draft]) -> list[Ticket]:
    """Writes the drafts, all or none; some hundreds at a time use the least memory and time."""
    batch = _Batch()
    for draft in drafts:
        batch.add(draft)
    batch.save()
    return batch.tickets


class _Batch:
    """Rows that wait to be written together."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.tags: list[TicketTag] = []
        self.comments: list[Comment] = []
        self.events: list[TicketEvent] = []
        self._reopens = Organization.current().reopen_on_reply

    def add(self, draft: Draft) -> None:
        ticket = Ticket(
            requester=draft.requester,
            subject=draft.subject,
            fields=dict(draft.fields),
            created_at=draft.at,
            updated_at=draft.at,
            **moves.signed(draft.by, "created"),
            **moves.signed(draft.by, "updated"),
        )
        moves.fill(ticket, draft.values, draft.at)
        self.tickets.append(ticket)
        self.tags += [TicketTag(ticket=ticket, tag=tag, position=place) for place, tag in enumerate(draft.tags)]
        self._record(ticket, Kind.CREATED, draft.by, draft.at)
        for step in draft.steps:
            if isinstance(step, Reply):
                self._reply(ticket, step)
            else:
                self._change(ticket, step)

    def save(self) -> None:
        """Tickets first: what follows takes their ids from them."""
        insert(self.tickets)
        hanging: list[TicketTag | Comment | TicketEvent] = [*self.tags, *self.comments, *self.events]
        for row in hanging:
            row.ticket_id = row.ticket.pk
        insert(self.tags)
        insert(self.comments)
        for event in self.events:
            event.comment_id = event.comment.pk if event.comment else None
        insert(self.events)
        tally.add(list(Counter(tally.cell_of(ticket) for ticket in self.tickets).items()))
        search.index([search_entry(ticket) for ticket in self.tickets])

    def _reply(self, ticket: Ticket, step: Reply) -> None:
        comment = Comment(
            ticket=ticket,
            author=step.by.user,
            door=step.by.door,
            key=step.by.key,
            content=step.content,
            is_internal=step.internal,
            created_at=step.at,
            updated_at=step.at,
        )
        self.comments.append(comment)
        status = moves.status_after_reply(
            ticket, step.by, internal=step.internal, asked=step.set_status, reopens=self._reopens_on_reply
        )
        noted = moves.apply(ticket, {"status": status}, step.at) if status is not None else []
        moves.note_answer(ticket, step.by, step.at, internal=step.internal)
        moves.touch(ticket, step.by, step.at, fields_changed=bool(noted))
        self._record(ticket, Kind.COMMENTED, step.by, step.at, changes=noted, comment=comment)

    def _change(self, ticket: Ticket, step: Change) -> None:
        noted = moves.apply(ticket, step.values, step.at)
        if noted:
            moves.touch(ticket, step.by, step.at, fields_changed=True)
            self._record(ticket, Kind.CHANGED, step.by, step.at, changes=noted)

    def _record(self, ticket: Ticket, kind: Kind, by: Actor, at: datetime, **details: Any) -> None:
        self.events.append(
            TicketEvent(ticket=ticket, kind=kind, actor=by.user, door=by.door, key=by.key, created_at=at, **details)
        )

    def _reopens_on_reply(self, ticket: Ticket) -> bool:
        """As `moves.reopens_on_reply`, without asking the database each time."""
        team = ticket.team
        return self._reopens if team is None or team.reopen_on_reply is None else team.reopen_on_reply
