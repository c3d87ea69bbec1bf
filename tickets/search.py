"""Full-text search, the same on both engines: we cut the words, the engine only stores and finds them.

PostgreSQL keeps a tsvector with weights A (subject), B (description), C (people and number) under a GIN index;
SQLite an FTS5 table with three columns. Every word of a query matches as a prefix; accents and case do not count.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Field
from django.db.models.expressions import RawSQL

LONGEST_WORD = 60
MOST_WORDS = 32
FEW = 1000  # tickets that are quicker looked up one by one than met on a walk from the newest
_MOST_POSITIONS = 200  # of one word, in PostgreSQL (its limit is 255)
_LAST_POSITION = 16_383  # PostgreSQL's limit
_LARGEST = 1_000_000  # bytes of a tsvector, a little below PostgreSQL's limit; ligatures make much of little
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char)) if not plain.isascii() else plain
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


class Entry(NamedTuple):
    """What a ticket is found by; `people` is names, addresses and the number."""

    ticket_id: int
    subject: str
    description: str
    people: str


def index(entries: Sequence[Entry]) -> None:
    """Writes what these tickets are found by, in place of what was there."""
    if connection.vendor == "postgresql":
        statement = (
            "INSERT INTO tickets_search (ticket_id, document) "
            "SELECT ticket_id, document::tsvector FROM unnest(%s::bigint[], %s::text[]) AS row (ticket_id, document) "
            "ON CONFLICT (ticket_id) DO UPDATE SET document = excluded.document"
        )
        documents = [_vector((("A", row.subject), ("C", row.people), ("B", row.description))) for row in entries]
        with connection.cursor() as cursor:
            cursor.execute(statement, ([entry.ticket_id for entry in entries], documents))
        return
    statement = (
        "INSERT OR REPLACE INTO tickets_search (rowid, subject, description, people) "  # FTS5's key is the rowid
        "VALUES (%s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [(entry.ticket_id, *(" ".join(words(text)) for text in entry[1:])) for entry in entries]
        )


def wanted_words(query: str) -> list[str]:
    """The words that are looked for, each once; asking for these alone finds the same."""
    return list(dict.fromkeys(words(query)))[:MOST_WORDS]


def found(query: str, phrases: Sequence[str] = (), *, people: bool) -> RawSQL | None:
    """The ids of tickets that hold every word and, in one of their texts, the words of each phrase side by side;
    `people` also looks at requester and number.

    None when there is no word that could be found. In PostgreSQL a phrase is found where _vector keeps the positions of
    its words: not behind the first 16,000 words of a ticket.
    """
    wanted, together = wanted_words(query), _words_of(phrases)
    if not wanted and not together:
        return None
    if connection.vendor == "postgresql":
        weights = "ABC" if people else "AB"
        match = " & ".join(
            [
                *(f"'{word}':*{weights}" for word in wanted),
                *("(" + " <-> ".join(f"'{word}':{weights}" for word in phrase) + ")" for phrase in together),
            ]
        )
        return RawSQL("SELECT ticket_id FROM tickets_search WHERE document @@ %s::tsquery", (match,))
    columns = "subject description people" if people else "subject description"
    terms = [*(f'"{word}" *' for word in wanted), *(f'"{" ".join(phrase)}"' for phrase in together)]
    match = " AND ".join(f"{{{columns}}} : {term}" for term in terms)
    return RawSQL("SELECT rowid FROM tickets_search WHERE tickets_search MATCH %s", (match,))


def few(query: str, phrases: Sequence[str] = (), *, people: bool) -> RawSQL | None:
    """At most FEW + 1 ids of tickets that `found` finds, as one array; None on SQLite, and for no words.

    PostgreSQL cannot know how rare the start of a word is: without being told, it walks a million tickets from the
    newest to find the three that match. An array it takes for short, and looks its tickets up one by one.
    """
    match = found(query, phrases, people=people) if connection.vendor == "postgresql" else None
    if match is None:
        return None
    return RawSQL(f"ARRAY({match.sql} LIMIT {FEW + 1})", match.params, Field())  # noqa: S611


def is_many(few: RawSQL) -> bool:
    """Whether the array of `few` is cut off."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cardinality({few.sql})", few.params)
        return int(cursor.fetchone()[0]) > FEW


def _words_of(phrases: Iterable[str]) -> list[list[str]]:
    """The words of each phrase that has any, once, at most MOST_WORDS in all."""
    cut: list[list[str]] = []
    left = MOST_WORDS
    for phrase in phrases:
        together = words(phrase)[:left]
        if together and together not in cut:
            left -= len(together)
            cut.append(together)
    return cut


def _vector(parts: Iterable[tuple[str, str]]) -> str:
    """A tsvector in PostgreSQL's notation. Words hold letters and digits only, so quoting is safe. A position is left
    free between two parts, so that no phrase reaches from one into the next.

    Where it would become too large, the last words are left out.
    """
    places: dict[str, list[str]] = {}
    position = size = 0
    for weight, text in parts:
        position += 1
        for word in words(text):
            position = min(position + 1, _LAST_POSITION)
            size += 2 if word in places else len(word.encode()) + 5
            if size > _LARGEST:
                break
            spots = places.setdefault(word, [])
            if len(spots) < _MOST_POSITIONS:
                spots.append(f"{position}{weight}")
    return " ".join(f"'{word}':{','.join(spots)}" for word, spots in places.items())
