"""A file as rows, read as a stream: CSV with a header, or JSON lines. Whatever the file holds, memory stays bounded."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

LONGEST_LINE = 16 << 20  # bytes; a longer one is no table
LONGEST_FIELD = 16 << 20
PEEKED = 50  # rows of JSON lines that say which columns there are


class Unreadable(Exception):
    """The file cannot be read, or not any further. `str()` is a sentence for whoever ran the import."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins, counted from 1. `wrong` says why it cannot be used, if it cannot."""

    line: int
    values: dict[str, Any]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are known before the rows are read."""

    columns: list[str]
    rows: Iterator[Row]


def table(path: Path, file: BinaryIO, advance: Callable[[int], object]) -> Table:
    """The rows of an open file. `advance` is told the bytes read. Raises Unreadable, also while rows are read."""
    lines = _Lines(file, advance)
    first = lines.peek()
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json") or first.lstrip().startswith("{"):
        return _json_lines(lines, first)
    return _csv(lines, first)


class _Lines(Iterator[str]):
    """Decoded lines. Bytes that are no UTF-8 stay as halves of surrogate pairs, so that their row can be refused."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], object]) -> None:
        self._file, self._advance = file, advance
        self._peeked: str | None = None
        self.number = 0
        self.at_end = False

    def __next__(self) -> str:
        line = self._peeked if self._peeked is not None else self._read()
        self._peeked = None
        if not line:
            self.at_end = True
            raise StopIteration
        self.number += 1
        return line

    def peek(self) -> str:
        """The first line, without taking it."""
        self._peeked = self._read().removeprefix("\ufeff")
        return self._peeked

    def _read(self) -> str:
        raw = self._file.readline(LONGEST_LINE + 1)
        if len(raw) > LONGEST_LINE:
            raise Unreadable(f"Line {self.number + 1} is longer than 16 MiB: nothing from there on was read.")
        self._advance(len(raw))
        return raw.decode("utf-8", "surrogateescape")


def _csv(lines: _Lines, first: str) -> Table:
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        columns = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Unreadable(f"The header cannot be read as CSV: {error}.") from error
    if not any(columns):
        raise Unreadable("The file has no header line.")
    if not _is_text("".join(columns)):
        raise Unreadable("The file is not UTF-8 text: save it as UTF-8 and try again.")
    return Table(columns, _csv_rows(lines, reader, columns))


def _csv_rows(lines: _Lines, reader: Any, columns: list[str]) -> Iterator[Row]:
    while True:
        line = lines.number + 1
        try:
            values = next(reader, None)
        except csv.Error as error:  # where the row ends is not known any more
            raise Unreadable(f"Line {line} cannot be read as CSV ({error}): nothing from there on was read.") from error
        if values is None:
            return
        if not values:
            continue
        wrong = ""
        if lines.at_end:  # a row that is whole ends before the file does
            wrong = "A quotation mark is opened here and never closed; the rest of the file was read as part of it."
        elif len(values) != len(columns):
            wrong = f"The row has {len(values)} fields instead of {len(columns)}."
        elif not _is_text("".join(values)):
            wrong = "The row is not UTF-8 text."
        yield Row(line, dict(zip(columns, values, strict=False)), wrong)


def _json_lines(lines: _Lines, first: str) -> Table:
    if first.lstrip().startswith("["):
        raise Unreadable("The file is one JSON array: write one object a line instead.")
    rows = _json_rows(lines)
    peeked = list(islice(rows, PEEKED))
    columns = list(dict.fromkeys(column for row in peeked for column in row.values))
    return Table(columns, chain(peeked, rows))


def _json_rows(lines: _Lines) -> Iterator[Row]:
    for text in lines:
        if not text.strip():
            continue
        try:
            values = orjson.loads(text.encode("utf-8", "surrogateescape"))
        except orjson.JSONDecodeError as error:
            yield Row(lines.number, {}, f"The line is not JSON: {error.msg}.")
            continue
        is_object = isinstance(values, dict)
        yield Row(lines.number, values if is_object else {}, "" if is_object else "The line is not a JSON object.")


def _is_text(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else True
