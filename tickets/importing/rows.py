"""Rows become tickets, through the same verbs as everywhere. Each row goes in whole or not at all.

A row is known by its `external_id`, else by its content and how often the file has held the same before: a second run
with the same source skips what it has, so an import that was stopped goes on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import orjson
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.actions import find_or_add_customer
from accounts.actor import Actor
from accounts.checks import is_storable
from accounts.errors import Invalid, Problem, Refused
from accounts.models import Door, Team, User
from tickets import actions
from tickets.importing.mapping import CUSTOM, Column, plain
from tickets.importing.reading import Row
from tickets.models import Category, ImportedRow
from tickets.words import Priority, Status

LONGEST_OPENING = 80  # characters of a description that make a subject
REMEMBERED = 10_000  # people

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Known:
    """A row with the name it is remembered by."""

    row: Row
    fingerprint: str


@dataclass(slots=True)
class Outcome:
    """What became of some rows; `refused` are (line, reason)."""

    imported: int = 0
    skipped: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


class Fingerprints:
    """Names rows. Remembers what it has seen, a few bytes a row."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._external = next((column for column in columns if column.field == "external_id"), None)
        self._seen: Counter[bytes] = Counter()

    def of(self, row: Row) -> str:
        """64 hexadecimal digits, the same for the same row of the same file whatever the mapping of other fields."""
        external = self._external.of(row.values) if self._external else None
        if external is not None:
            return sha256(b"id\0" + plain(external).encode("utf-8", "surrogatepass")).hexdigest()
        content = sha256(_canonical(row.values)).digest()
        self._seen[content] += 1
        return sha256(content + str(self._seen[content]).encode()).hexdigest()


class Importer:
    """Writes rows of one source. Rows without a requester or a team get the given ones."""

    def __init__(
        self, columns: Sequence[Column], *, source: str, requester: User | None, team: Team | None, silent: bool
    ) -> None:
        self._columns, self._source, self._silent = columns, source, silent
        self._requester, self._team = requester, team
        self._by = Actor.system(Door.IMPORT)
        self._people: dict[str, User] = {}

    @transaction.atomic
    def write(self, batch: Sequence[Known]) -> Outcome:
        """Writes a batch in one transaction, each row in a savepoint of its own."""
        outcome = Outcome()
        names = [known.fingerprint for known in batch]
        rows = ImportedRow.objects.filter(source=self._source, fingerprint__in=names)
        there = set(rows.values_list("fingerprint", flat=True))
        for known in batch:
            if known.fingerprint in there:
                outcome.skipped += 1
                continue
            try:
                self._write(known)
            except Refused as error:
                outcome.refused.append((known.row.line, str(error)))
            except DataError:
                outcome.refused.append((known.row.line, "The database cannot hold a value of this row."))
            except _Elsewhere:
                outcome.skipped += 1
            else:
                outcome.imported += 1
                there.add(known.fingerprint)
        return outcome

    @transaction.atomic
    def _write(self, known: Known) -> None:
        if known.row.wrong:
            raise Invalid(Problem("row", known.row.wrong))
        values = self._values(known.row)
        comments = [(values.pop(name, None), name == "note") for name in ("comment", "note")]
        ticket = actions.open_ticket(by=self._by, silent=self._silent, **values)
        for content, internal in comments:
            if content:
                actions.reply(
                    ticket,
                    by=self._by,
                    content=content,
                    internal=internal,
                    created_at=ticket.created_at,
                    silent=self._silent,
                )
        try:
            with transaction.atomic():
                ImportedRow.objects.create(source=self._source, fingerprint=known.fingerprint, ticket=ticket)
        except IntegrityError as error:
            raise _Elsewhere from error
        if len(self._people) < REMEMBERED:
            self._people[ticket.requester.email.casefold()] = ticket.requester

    def _values(self, row: Row) -> dict[str, Any]:
        """The row in the words of `actions.open_ticket`. Raises Refused."""
        held = {column.field: value for column in self._columns if (value := column.of(row.values)) is not None}
        held.pop("external_id", None)
        custom = {name.removeprefix(CUSTOM): held.pop(name) for name in list(held) if name.startswith(CUSTOM)}
        values: dict[str, Any] = {name: _READ.get(name, _text)(name, value) for name, value in held.items()}
        name, email = values.pop("requester_name", ""), values.pop("requester_email", "")
        values["requester"] = self._person(email, name)
        values["subject"] = values.get("subject", "").strip() or _opening(values.get("description", ""))
        values.setdefault("team", self._team)
        return {**values, "custom": custom}

    def _person(self, email: str, name: str) -> User:
        if not email.strip():
            if self._requester is None:
                raise Invalid(Problem("requester", "The row names no requester; --requester EMAIL gives one to all."))
            return self._requester
        known = self._people.get(email.strip().casefold())
        return known or find_or_add_customer(by=self._by, email=email, full_name=name, silent=self._silent)


class _Elsewhere(Exception):
    """Another import wrote the row in the meantime."""


def _canonical(values: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # halves of surrogate pairs; such rows are refused
        return repr(values).encode("utf-8", "surrogatepass")


def _opening(description: str) -> str:
    """The first words of a description."""
    text = " ".join(description[: LONGEST_OPENING * 20].split())
    if not text:
        raise Invalid(Problem("subject", "Subject and description are both empty."))
    if len(text) <= LONGEST_OPENING:
        return text
    return text[: LONGEST_OPENING - 1].rpartition(" ")[0].rstrip(" ,;:.") + "…" if " " in text[:79] else text[:79] + "…"


def _text(name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise Invalid(Problem(name, f"{name} must be text, not a list or an object."))
    return plain(value)


def _words(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(name, item) for item in value]
    return _text(name, value).replace(";", ",").split(",")


def _status(name: str, value: Any) -> Status:
    word = _text(name, value).strip().lower().replace(" ", "_")
    if word not in Status.values:
        raise Invalid(Problem(name, f"There is no status {word[:50]!r}; there are: {', '.join(Status.values)}."))
    return Status(word)


def _priority(name: str, value: Any) -> Priority:
    word = _text(name, value).strip()
    words = [priority.word for priority in Priority]
    if word.lower() not in words:
        raise Invalid(Problem(name, f"There is no priority {word[:50]!r}; there are: {', '.join(words)}."))
    return Priority.of(word)


def _time(name: str, value: Any) -> datetime:
    """An ISO 8601 date or time; without a zone it is UTC."""
    text = _text(name, value).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(Problem(name, f"{name} must be an ISO 8601 date or time, not {text[:50]!r}.")) from None
    if not 1970 <= moment.year <= 2200:
        raise Invalid(Problem(name, f"{name} must lie between 1970 and 2200."))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _past(name: str, value: Any) -> datetime:
    moment = _time(name, value)
    if moment > timezone.now():
        raise Invalid(Problem(name, f"{name} lies in the future."))
    return moment


def _named(rows: QuerySet[M], column: str, value: Any, otherwise: str) -> M:
    """The row that bears this name, whatever the case. Raises Invalid, saying `otherwise`."""
    text = _text(column, value).strip()
    found = rows.filter(**{f"{column}__iexact": text}).first() if is_storable(text) else None
    if found is None:
        raise Invalid(Problem(column, f"{otherwise} {text[:100]!r}."))
    return found


def _assignee(name: str, value: Any) -> User:
    return _named(User.objects.all(), "email", value, "Nobody has the e-mail address")


def _team(name: str, value: Any) -> Team:
    return _named(Team.objects.all(), "name", value, "There is no team called")


def _category(name: str, value: Any) -> Category:
    return _named(Category.objects.filter(is_active=True), "name", value, "There is no category called")


_READ: dict[str, Any] = {
    "tags": _words,
    "status": _status,
    "priority": _priority,
    "due_at": _time,
    "created_at": _past,
    "assignee": _assignee,
    "team": _team,
    "category": _category,
}
