"""Tickets as contract support shows them (§4): only the columns it needs, read in batches however long the list."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from accounts.native import instant
from api.support.vocabulary import PRIORITY, STATUS
from tickets.models import Comment, Ticket
from tickets.queries import TicketQuerySet
from tickets.words import Priority, Status

BATCH = 1_000
FAR = 2**62  # rows; more than any database holds, less than what it can count


class Row(NamedTuple):
    """One ticket; `category` is the name."""

    id: int
    subject: str
    description: str
    status: str
    priority: int
    category: str | None
    created_at: datetime
    updated_at: datetime
    assignee_id: int | None


class CommentShape(TypedDict):
    id: int
    author: str
    content: str
    created_at: str


class CategoryShape(TypedDict):
    id: int
    name: str


class TicketShape(TypedDict):
    id: int
    subject: str
    description: str
    status: str
    priority: str
    category: str | CategoryShape | None
    created_at: str
    updated_at: str
    assignee_id: int | None
    comments: NotRequired[list[CommentShape]]


_COLUMNS = tuple("category__name" if name == "category" else name for name in Row._fields)


def rows_of(tickets: TicketQuerySet) -> list[Row]:
    return [Row(*values) for values in tickets.values_list(*_COLUMNS)]


def row_of(ticket: Ticket) -> Row:
    """The row of a ticket that is at hand with its category."""
    name = ticket.category.name if ticket.category else None
    return Row._make(name if field == "category" else getattr(ticket, field) for field in Row._fields)


def batches(tickets: TicketQuerySet, *, offset: int = 0, limit: int = FAR) -> Iterator[list[Row]]:
    """`limit` rows from `offset` on by ascending id. Each batch begins after the last id of the one before it."""
    ordered, skipped, left = tickets.order_by("pk"), min(offset, FAR), limit
    while left > 0:
        size = min(BATCH, left)
        rows = rows_of(ordered[skipped : skipped + size])
        yield rows
        if len(rows) < size:
            return
        ordered, skipped, left = tickets.filter(pk__gt=rows[-1].id).order_by("pk"), 0, left - size


def ticket_shape(row: Row) -> TicketShape:
    return {
        "id": row.id,
        "subject": row.subject,
        "description": row.description,
        "status": STATUS.show(Status(row.status)),
        "priority": PRIORITY.show(Priority(row.priority)),
        "category": row.category,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "assignee_id": row.assignee_id,
    }


def comments_of(ticket: int) -> list[CommentShape]:
    """What was said in public, oldest first: this contract could not mark internal notes. One query."""
    said = Comment.objects.filter(ticket_id=ticket, is_internal=False).order_by("created_at", "id")
    return [
        {"id": number, "author": author or "system", "content": content, "created_at": instant(created_at)}
        for number, author, content, created_at in said.values_list("id", "author__email", "content", "created_at")
    ]
