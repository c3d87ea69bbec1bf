"""What a list may be narrowed by. Doors translate their query names into this; `matching()` applies it."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

from tickets import search
from tickets.words import Priority, Status

# A row by number, by uuid, or by what people call it (an address, a name); None stands for "none at all" (unassigned,
# no team).
Reference = int | UUID | str | None


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment on, and before another; None leaves it open."""

    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return self != Span()

    def __and__(self, other: "Span") -> "Span":
        since = [moment for moment in (self.since, other.since) if moment]
        until = [moment for moment in (self.until, other.until) if moment]
        return Span(max(since, default=None), min(until, default=None))


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means any. All that is given must hold; within one set any member suffices."""

    statuses: frozenset[Status] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    assignees: frozenset[Reference] = frozenset()
    requesters: frozenset[Reference] = frozenset()
    teams: frozenset[Reference] = frozenset()
    categories: frozenset[Reference] = frozenset()
    tags: frozenset[str] = frozenset()
    created: Span = Span()
    updated: Span = Span()
    due: Span = Span()
    words: str = ""
    phrases: tuple[str, ...] = ()  # words that stand together, whole
    also_people: bool = False  # words and phrases may also be the requester's or the ticket number
    also: "Filters | None" = None  # must hold too; its words and phrases are not looked at

    @property
    def is_plain(self) -> bool:
        """Whether sets of values and words are all there is."""
        return not (self.created or self.updated or self.due or self.phrases or self.also)

    @property
    def is_tallied(self) -> bool:
        """Whether the tally knows the total: only status, priority, assignee and team are narrowed."""
        return self.is_plain and not (self.requesters or self.categories or self.tags or self.words.strip())


SPANS = {"created": "created_at", "updated": "updated_at", "due": "due_at"}
SETS = ("statuses", "priorities", "assignees", "requesters", "teams", "categories", "tags")


def values_of(filters: Filters) -> tuple[Hashable, list[Any]]:
    """What decides on the text of a query by plain filters, and the values that are put into it, always in the same
    order.
    """
    shape: list[Any] = [filters.also_people, bool(filters.words.strip())]
    values: list[Any] = []
    for name in SETS:
        plain = [value.value if isinstance(value, Enum) else value for value in getattr(filters, name)]
        present = sorted((value for value in plain if value is not None), key=_kind)
        shape.append((None in plain, *map(_kind, present)))
        values += present
    words = search.wanted_words(filters.words)
    return (*shape, len(words)), [*values, *words]


def with_values(filters: Filters, values: Sequence[Any]) -> Filters:
    """Filters of the same shape around other values; there may be more of them than are needed."""
    rest: Iterator[Any] = iter(values)
    sets: dict[str, Any] = {}
    for name in SETS:
        held = getattr(filters, name)
        present = islice(rest, len(held - {None}))
        sets[name] = frozenset([*present, None] if None in held else present)
    words = " ".join(islice(rest, len(search.wanted_words(filters.words))))
    return replace(filters, **sets, words=words or filters.words)


def _kind(value: Any) -> str:
    return type(value).__name__
