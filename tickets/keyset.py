"""The orders in which contract taas walks tickets. Ties follow the direction, so that the indexes serve both ways; rows
without the value come last, both ways.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from accounts.walking import KEY, Place, Way, standing
from tickets.models.ticket import stage
from tickets.queries import TicketQuerySet


@dataclass(frozen=True, slots=True)
class Sort:
    """Rows where the column `missing` is null have no value."""

    expression: Combinable
    missing: str | None = None


SORTS: dict[str, Sort] = {
    "created": Sort(F("created_at")),
    "updated": Sort(F("updated_at")),
    "due": Sort(F("due_at"), missing="due_at"),
    "number": Sort(F("pk")),
    "priority": Sort(F("priority")),
    "stage": Sort(stage()),
    "subject": Sort(Lower("subject")),
    "requester_name": Sort(Lower("requester__full_name")),
    "requester_email": Sort(Lower("requester__email")),
    "assignee_name": Sort(Lower("assignee__full_name"), missing="assignee"),
    "assignee_email": Sort(Lower("assignee__email"), missing="assignee"),
}


def rows(
    tickets: TicketQuerySet,
    sort: Sort,
    columns: Collection[str],
    *,
    descending: bool,
    most: int,
    offset: int = 0,
    after: Place | None = None,
) -> list[dict[str, Any]]:
    """At most so many rows with their KEY, in order; from behind a place, or from an offset on, which costs what it
    passes over.
    """
    found: list[dict[str, Any]] = []
    for part in [_whole(tickets, sort, descending)] if offset else _parts(tickets, sort, descending, after):
        wanted = most - len(found)
        found += part.values(*columns, KEY)[offset : offset + wanted] if wanted else []
    return found


def _whole(tickets: TicketQuerySet, sort: Sort, descending: bool) -> TicketQuerySet:
    key = F(KEY)
    missing_last = {"nulls_last": True} if sort.missing else {}
    way = key.desc if descending else key.asc
    whole: TicketQuerySet = tickets.annotate(**{KEY: sort.expression})
    return whole.order_by(way(**missing_last), "-pk" if descending else "pk")


def _parts(tickets: TicketQuerySet, sort: Sort, descending: bool, after: Place | None) -> Iterator[TicketQuerySet]:
    """The rows with a value and those without, each in an order that one index holds."""
    way = Way(sort.expression, descending=descending, newest_first=descending)
    if sort.missing is None:
        yield standing(tickets, way, after)
        return
    keyed: TicketQuerySet = tickets.annotate(**{KEY: sort.expression})
    among_the_rest = after is not None and after.key is None
    if not among_the_rest:
        yield standing(keyed.filter(**{f"{KEY}__isnull": False, f"{sort.missing}__isnull": False}), way, after)
    rest = keyed.filter(**{f"{sort.missing}__isnull": True})
    yield standing(rest, Way(newest_first=descending), after if among_the_rest else None)
