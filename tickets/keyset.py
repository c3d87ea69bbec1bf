"""Pages of tickets that begin after a position instead of an offset: the thousandth costs what the first does.

A position is what the last row of the page before was sorted by, and its number. Ties follow the direction, so that
the indexes serve both ways; rows without the value come last, both ways.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from tickets.queries import TicketQuerySet
from tickets.words import Status

KEY = "sort_key"  # the annotation that rows are sorted by
Position = tuple[Any, int]  # what a row is sorted by (None: it has none), and its number


@dataclass(frozen=True, slots=True)
class Sort:
    """`read` makes the value of a key out of JSON; raises ValueError or TypeError."""

    expression: Combinable
    read: Callable[[Any], Any] = str
    may_be_missing: bool = False


SORTS: dict[str, Sort] = {
    "created": Sort(F("created_at"), datetime.fromisoformat),
    "updated": Sort(F("updated_at"), datetime.fromisoformat),
    "due": Sort(F("due_at"), datetime.fromisoformat, may_be_missing=True),
    "number": Sort(F("pk"), int),
    "priority": Sort(F("priority"), int),
    "subject": Sort(Lower("subject")),
    "requester_name": Sort(Lower("requester__full_name")),
    "requester_email": Sort(Lower("requester__email")),
    "assignee_name": Sort(Lower("assignee__full_name"), may_be_missing=True),
    "assignee_email": Sort(Lower("assignee__email"), may_be_missing=True),
}


def by_stage(stages: dict[Status, int]) -> Sort:
    """Sorted by what a door makes of the status: `stages` gives each its place."""
    return Sort(Case(*(When(status=status, then=Value(place)) for status, place in stages.items())), int)


def arranged(tickets: TicketQuerySet, sort: Sort, *, descending: bool, after: Position | None = None) -> TicketQuerySet:
    """`tickets` in order, from behind the position on; KEY is annotated."""
    found: TicketQuerySet = tickets.annotate(**{KEY: sort.expression})
    key = F(KEY)
    if after is not None:
        found = found.filter(_behind(sort, after, descending))
    missing_last = {"nulls_last": True} if sort.may_be_missing else {}
    way = key.desc if descending else key.asc
    ordered: TicketQuerySet = found.order_by(way(**missing_last), "-pk" if descending else "pk")
    return ordered


def _behind(sort: Sort, after: Position, descending: bool) -> Q:
    value, number = after
    beyond = "lt" if descending else "gt"
    further = Q(**{f"pk__{beyond}": number})
    if value is None:
        return Q(**{f"{KEY}__isnull": True}) & further
    # The first condition says nothing new, but lets the index begin at the position.
    behind = Q(**{f"{KEY}__{beyond}e": value}) & (Q(**{f"{KEY}__{beyond}": value}) | further)
    return behind | Q(**{f"{KEY}__isnull": True}) if sort.may_be_missing else behind
