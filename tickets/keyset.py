"""Pages of tickets that begin after a position instead of an offset: the thousandth costs what the first does.

A position is what the last row of the page before was sorted by, and its number. Ties follow the direction, so that
the indexes serve both ways; rows without the value come last, both ways.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Lower

from tickets.models.ticket import stage
from tickets.queries import TicketQuerySet

KEY = "sort_key"  # the annotation that rows are sorted by
Position = tuple[Any, int]  # what a row is sorted by (None: it has none), and its number


@dataclass(frozen=True, slots=True)
class Sort:
    """`read` makes the value of a key out of JSON; raises ValueError or TypeError. Rows where the column `missing` is
    null have no value.
    """

    expression: Combinable
    read: Callable[[Any], Any] = str
    missing: str | None = None


SORTS: dict[str, Sort] = {
    "created": Sort(F("created_at"), datetime.fromisoformat),
    "updated": Sort(F("updated_at"), datetime.fromisoformat),
    "due": Sort(F("due_at"), datetime.fromisoformat, missing="due_at"),
    "number": Sort(F("pk"), int),
    "priority": Sort(F("priority"), int),
    "stage": Sort(stage(), int),
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
    after: Position | None = None,
) -> list[dict[str, Any]]:
    """At most so many rows with their KEY, in order; from behind a position, or from an offset on, which costs what it
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
    return whole.order_by(way(**missing_last), _by_number(descending))


def _parts(tickets: TicketQuerySet, sort: Sort, descending: bool, after: Position | None) -> Iterator[TicketQuerySet]:
    """The rows with a value and those without, each in an order that one index holds."""
    value, number = after or (None, None)
    behind = TupleLessThan if descending else TupleGreaterThan
    keyed: TicketQuerySet = tickets.annotate(**{KEY: sort.expression})
    if number is None or value is not None:
        valued = keyed.filter(**{f"{KEY}__isnull": False, f"{sort.missing}__isnull": False}) if sort.missing else keyed
        if number is not None:
            # The pair lets an index begin at the position even among thousands of equals; the key alone, which says
            # nothing new, lets one on people do so.
            pair = behind(Tuple(F(KEY), F("pk")), (value, number))
            valued = valued.filter(pair, **{f"{KEY}__{'lte' if descending else 'gte'}": value})
        yield valued.order_by(f"-{KEY}" if descending else KEY, _by_number(descending))
        number = None
    if sort.missing:
        rest = keyed.filter(**{f"{sort.missing}__isnull": True})
        if number is not None:
            rest = rest.filter(**{"pk__lt" if descending else "pk__gt": number})
        yield rest.order_by(_by_number(descending))


def _by_number(descending: bool) -> str:
    return "-pk" if descending else "pk"
