"""Lists that begin at a gap between two rows instead of an offset: the thousandth page costs what the first does, and
whatever comes or goes in the meantime, nothing is shown twice and nothing is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

KEY = "sort_key"  # the annotation that rows are sorted by
M = TypeVar("M", bound=Model)
R = TypeVar("R")
S = TypeVar("S", bound=QuerySet[Any])

_PAIRS = {
    "lt": TupleLessThan,
    "lte": TupleLessThanOrEqual,
    "gt": TupleGreaterThan,
    "gte": TupleGreaterThanOrEqual,
}


@dataclass(frozen=True, slots=True)
class Way:
    """How rows stand: by a key, and those of the same key by number; without a key by number alone."""

    key: Combinable | None = None
    descending: bool = False
    newest_first: bool = False  # of the same key

    def back(self) -> "Way":
        """From the last row to the first."""
        return replace(self, descending=not self.descending, newest_first=not self.newest_first)


@dataclass(frozen=True, slots=True)
class Place:
    """The gap behind the row of this number, which was sorted by this key, whether the row is still there or not.

    `backward`: what lies before the gap is wanted, else what follows.
    """

    number: int
    backward: bool = False
    key: Any = None

    @property
    def plain(self) -> tuple[int, bool, Any]:
        """What JSON can carry, for `Place(*plain)`; a database reads a moment from its text too."""
        return self.number, self.backward, self.key.isoformat() if hasattr(self.key, "isoformat") else self.key


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some rows of a list and the places of its neighbours; None where there is nothing more."""

    rows: list[R]
    following: Place | None = None
    before: Place | None = None


def page_of(rows: QuerySet[M], way: Way, place: Place | None, size: int) -> Page[M]:
    """At most so many rows from a place on; None: from the beginning."""
    return cut(list(standing(rows, way, place)[: size + 1]), place, size, _place_of)


def standing(rows: S, way: Way, place: Place | None = None) -> S:
    """Rows as they stand, from a place on; in reverse where it looks backward."""
    if way.key is not None:
        rows = rows.annotate(**{KEY: way.key})
    if place is not None:
        way = way.back() if place.backward else way
        rows = rows.filter(_beyond(way, place))
    number = "-pk" if way.newest_first else "pk"
    return rows.order_by(*([] if way.key is None else [f"-{KEY}" if way.descending else KEY]), number)


def cut(found: list[R], place: Place | None, size: int, place_of: Callable[[R], Place]) -> Page[R]:
    """The page of a place, out of one row more than it holds, if there is one, as `standing` gave them."""
    has_more = len(found) > size
    if place is not None and place.backward:
        before = replace(place_of(found[size]), backward=True) if has_more else None
        return Page(found[:size][::-1], replace(place, backward=False), before)
    following = place_of(found[size - 1]) if has_more else None
    return Page(found[:size], following, replace(place, backward=True) if place else None)


def _beyond(way: Way, place: Place) -> Q:
    """What stands behind a place on this way. Looking back, that begins with the row before the gap."""
    too = "e" if place.backward else ""
    number = Q(**{f"pk__{'lt' if way.newest_first else 'gt'}{too}": place.number})
    if way.key is None:
        return number
    sign = "lt" if way.descending else "gt"
    near = Q(**{f"{KEY}__{sign}e": place.key})
    if way.descending != way.newest_first:
        return near & (Q(**{f"{KEY}__{sign}": place.key}) | number)
    # The pair lets an index begin at the place even among thousands of equals; the key alone, which says nothing new,
    # lets one on people do so.
    return near & Q(_PAIRS[sign + too](Tuple(F(KEY), F("pk")), (place.key, place.number)))


def _place_of(row: Model) -> Place:
    return Place(row.pk, key=getattr(row, KEY, None))
