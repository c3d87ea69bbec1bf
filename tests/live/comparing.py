"""Holding an answer against what an example promises: the very keys, the kind of each value, and the values sent."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A value that no example can know beforehand, only what it looks like."""

    name: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Every:
    """A list of at least `least` items that all look alike."""

    item: Any
    least: int = 1


def or_none(kind: Kind) -> Kind:
    return Kind(f"{kind.name} or null", lambda value: value is None or kind.fits(value))


def one_of(*words: str) -> Kind:
    return Kind(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words)


def matching(pattern: str) -> Kind:
    return Kind(f"text like {pattern}", lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value)))


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _is_moment(digits: str) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        try:
            return bool(re.fullmatch(rf"[\d-]{{10}}T[\d:]{{8}}{digits}Z", value) and datetime.fromisoformat(value))
        except (TypeError, ValueError):
            return False

    return fits


TEXT = Kind("text", lambda value: isinstance(value, str) and value != "")
ANY_TEXT = Kind("text, perhaps empty", lambda value: isinstance(value, str))
NUMBER = Kind("an integer", lambda value: type(value) is int)
ANYTHING = Kind("anything", lambda value: True)
BOOLEAN = Kind("a boolean", lambda value: type(value) is bool)
MAP = Kind("an object", lambda value: isinstance(value, dict))
LIST = Kind("a list", lambda value: isinstance(value, list))
UUID = Kind("a uuid in the usual spelling", _is_uuid)
EMAIL = matching(r"[^@\s]+@[^@\s]+")
LINK = matching(r"https?://[^/\s]+/\S+")
MOMENT = Kind("a moment in UTC, whole seconds, Z", _is_moment(""))
MOMENT_MS = Kind("a moment in UTC, milliseconds, Z", _is_moment(r"\.\d{3}"))


@dataclass
class Comparison:
    """How many values were looked at, and what is wrong, each with its place."""

    fields: int
    problems: list[str]


def compare(expected: Any, actual: Any) -> Comparison:
    """`expected` is built of plain values, kinds, dicts (exactly these keys) and lists (exactly these items)."""
    found = list(_compare(expected, actual, ""))
    return Comparison(len(found), [problem for problem in found if problem])


def _compare(expected: Any, actual: Any, place: str) -> Iterator[str]:
    """One word per value: what is wrong with it, or nothing."""
    match expected:
        case Kind():
            yield "" if expected.fits(actual) else f"{place or 'body'}: {actual!r} is not {expected.name}"
        case Every():
            yield from _compare_every(expected, actual, place)
        case dict() if isinstance(actual, dict):
            for name in sorted(actual.keys() - expected.keys()):
                yield f"{place}.{name}: nobody promised it"
            for name, inner in expected.items():
                if name in actual:
                    yield from _compare(inner, actual[name], f"{place}.{name}")
                else:
                    yield f"{place}.{name}: missing"
        case list() if isinstance(actual, list) and len(actual) == len(expected):
            for number, inner in enumerate(expected):
                yield from _compare(inner, actual[number], f"{place}[{number}]")
        case _:
            same = type(actual) is type(expected) and actual == expected
            yield "" if same else f"{place or 'body'}: {actual!r} instead of {expected!r}"


def _compare_every(expected: Every, actual: Any, place: str) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) < expected.least:
        yield f"{place or 'body'}: {actual!r} is not a list of at least {expected.least}"
        return
    for number, item in enumerate(actual):
        yield from _compare(expected.item, item, f"{place}[{number}]")
