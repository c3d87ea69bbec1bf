"""What people write into a search box: `status:open assignee:me tag:vpn created:>2026-01-01 printer "paper jam"`.

Every text means something and none is an error: what is no filter (`http://x`, `error:42`), and a filter whose value
says nothing (`status:banana`), is searched as words. Of several filters of one kind any suffices, different kinds must
all hold, spans of time are cut to what they share. Pure: nothing is looked up.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from tickets.filters import SETS, SPANS, Filters, Reference, Span
from tickets.rules import DONE
from tickets.words import Priority, Status

MOST = 32  # filters, and phrases; what is more is words
STATUSES = {**{status.value: status for status in Status}, "inprogress": Status.IN_PROGRESS}
PRIORITIES = {**{priority.word: priority for priority in Priority}, "critical": Priority.URGENT}

_DAY = r"(\d{4}-\d\d-\d\d)"
_DATES = re.compile(rf"(?a)([<>]=?)?{_DAY}|{_DAY}[.][.]{_DAY}")


@dataclass(frozen=True, slots=True)
class Search:
    """A text taken apart. `unread` are filters that say nothing, or one too many; they are among the words too."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    filters: Filters | None = None
    unread: tuple[str, ...] = ()


def read(text: str, *, me: int | None, now: datetime) -> Search:
    """What a text asks for, written by the person of number `me`."""
    words: list[str] = []
    phrases: list[str] = []
    filters: list[Filters] = []
    unread: list[str] = []
    for token in _TOKEN.finditer(text.replace("\x00", " ")):
        kind, value = (token["kind"] or "").lower(), (token["quoted"] or token["bare"] or "").strip()
        if kind:
            found = _filter(kind, value, me, now) if len(filters) < MOST else None
            if found:
                filters.append(found)
                continue
            unread.append(token[0])
        elif token["quoted"] and value and len(phrases) < MOST:
            phrases.append(value)
            continue
        words.append(token[0])
    return Search(" ".join(words), tuple(phrases), _together(filters), tuple(unread))


def _filter(kind: str, value: str, me: int | None, now: datetime) -> Filters | None:
    """What one filter asks for; None where its value says nothing."""
    try:
        return _KINDS[kind](value, me, now)
    except (ValueError, OverflowError):
        return None


def _together(filters: list[Filters]) -> Filters | None:
    if not filters:
        return None
    found: dict[str, Any] = {name: reduce(or_, (getattr(one, name) for one in filters)) for name in SETS}
    found |= {name: reduce(and_, (getattr(one, name) for one in filters)) for name in SPANS}
    return Filters(**found, also=next((one.also for one in filters if one.also), None))


def _being(value: str, now: datetime) -> Filters:
    if value.lower() == "unassigned":
        return Filters(assignees=frozenset({None}))
    if value.lower() == "overdue":  # not one of the statuses that others ask for, but all that is left undone
        return Filters(also=Filters(statuses=frozenset(Status) - DONE, due=Span(until=now)))
    raise ValueError(value)


def _span(value: str) -> Span:
    """A day, what is before or after one, or the days from one to another; in UTC."""
    found = _DATES.fullmatch(value)
    if not found:
        raise ValueError(value)
    sign, day, first, last = found.groups()
    begin = datetime.fromisoformat(first or day).replace(tzinfo=UTC)
    end = datetime.fromisoformat(last or day).replace(tzinfo=UTC) + timedelta(days=1)
    return {">": Span(since=end), ">=": Span(since=begin), "<": Span(until=begin), "<=": Span(until=end)}.get(
        sign, Span(begin, end)
    )


def _named(value: str, known: Mapping[str, Any]) -> frozenset[Any]:
    """Known words, several with commas between them; blanks and hyphens as underscores."""
    said = [re.sub("[ -]", "_", word.strip().lower()) for word in value.split(",") if word.strip()]
    if not said or any(word not in known for word in said):
        raise ValueError(value)
    return frozenset(known[word] for word in said)


def _person(value: str, me: int | None) -> frozenset[Reference]:
    if value.lower() == "me" and me is not None:
        return frozenset({me})
    found = _thing(value)
    if any(isinstance(one, str) and "@" not in one for one in found):
        raise ValueError(value)
    return found


def _thing(value: str) -> frozenset[Reference]:
    """A row by its number, its id or what it is called; or none."""
    if value.lower() == "none":
        return frozenset({None})
    if value.isascii() and value.isdigit() and len(value) <= 18:
        return frozenset({int(value)})
    try:
        return frozenset({UUID(value)})
    except ValueError:
        return frozenset({_said(value)})


def _said(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


# What a filter's value asks for, written by `me`. Each raises ValueError or OverflowError for one that says nothing.
_KINDS: dict[str, Callable[[str, int | None, datetime], Filters]] = {
    "status": lambda value, me, now: Filters(statuses=_named(value, STATUSES)),
    "priority": lambda value, me, now: Filters(priorities=_named(value, PRIORITIES)),
    "assignee": lambda value, me, now: Filters(assignees=_person(value, me)),
    "requester": lambda value, me, now: Filters(requesters=_person(value, me)),
    "team": lambda value, me, now: Filters(teams=_thing(value)),
    "category": lambda value, me, now: Filters(categories=_thing(value)),
    "tag": lambda value, me, now: Filters(tags=frozenset({_said(value)})),
    "created": lambda value, me, now: Filters(created=_span(value)),
    "updated": lambda value, me, now: Filters(updated=_span(value)),
    "due": lambda value, me, now: Filters(due=_span(value)),
    "is": lambda value, me, now: _being(value, now),
}
# A quote that is never closed is a character like others.
_TOKEN = re.compile(rf'(?:(?ai:(?P<kind>{"|".join(_KINDS)})):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]\S*))|\S+')
