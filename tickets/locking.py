"""Rows that a verb is about to change: read anew and locked; the second of two agents sees what the first did."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.errors import Gone, NotYours
from tickets.compiled import Compiled
from tickets.models import Comment, Ticket
from tickets.queries import limit_of, within

_ALONE = Compiled()
_COLUMNS = [field.attname for field in Ticket._meta.concrete_fields]


def locked(ticket: Ticket, by: Actor, *relations: str) -> Ticket:
    """The row as it is now; `relations` come with it. A ticket that nobody read yet may be named by its uuid alone.

    Raises Gone.
    """
    named = {"pk": ticket.pk} if ticket.pk is not None else {"uuid": ticket.uuid}
    found = _with(relations, named, by) if relations else _alone(named, by)
    if found is None:
        raise Gone("There is no such ticket.")
    return found


def locked_comment(comment: Comment, by: Actor) -> tuple[Ticket, Comment]:
    """A comment as it is now under the lock of its ticket, for staff who may write."""
    by.must_write()
    if not by.staff:
        raise NotYours("Only staff may change comments.")
    ticket = locked(Ticket(pk=comment.ticket_id), by)
    found = Comment.objects.select_related("author").filter(pk=comment.pk, ticket=ticket).first()
    if found is None:
        raise Gone("There is no such comment.")
    return ticket, found


def _with(relations: Sequence[str], named: dict[str, Any], by: Actor) -> Ticket | None:
    visible = Ticket.objects.visible_to(by).filter(**named)
    found: Ticket | None = visible.select_related(*relations).select_for_update(of=("self",)).first()
    return found


def _alone(named: dict[str, Any], by: Actor) -> Ticket | None:
    """By SQL that is kept: every reply comes this way."""
    ((column, value),), limit = named.items(), limit_of(by)

    def build(given: Sequence[Any]) -> QuerySet[Any, Any]:
        visible = Ticket.objects.visible_to(within(by, given[1])).filter(**{column: given[0]})
        return visible.select_for_update().values_list(*_COLUMNS)

    rows = _ALONE.rows((column, by.staff, limit is None), [value, limit], build)
    return Ticket.from_db(connection.alias, _COLUMNS, rows[0]) if rows else None
