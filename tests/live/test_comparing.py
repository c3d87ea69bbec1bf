"""The comparison sees whatever is not as promised."""

from typing import Any

import pytest

from tests.live.comparing import BOOLEAN, MOMENT, MOMENT_MS, NUMBER, TEXT, UUID, Every, compare, one_of, or_none

PROMISED = {
    "id": UUID,
    "number": NUMBER,
    "name": "Rita",
    "flag": BOOLEAN,
    "word": one_of("low", "high"),
    "at": MOMENT,
    "precise": MOMENT_MS,
    "perhaps": or_none(TEXT),
    "tags": ["a", "b"],
    "rows": Every({"id": NUMBER}),
    "nested": {"id": 1},
}
ANSWER: dict[str, Any] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "number": 7,
    "name": "Rita",
    "flag": False,
    "word": "low",
    "at": "2026-03-01T08:00:00Z",
    "precise": "2026-03-01T08:00:00.000Z",
    "perhaps": None,
    "tags": ["a", "b"],
    "rows": [{"id": 1}, {"id": 2}],
    "nested": {"id": 1},
}


def test_what_was_promised_is_counted_and_right() -> None:
    comparison = compare(PROMISED, ANSWER)
    assert (comparison.problems, comparison.fields) == ([], len(PROMISED) + 2)


@pytest.mark.parametrize("name", PROMISED)
def test_a_missing_field_is_seen(name: str) -> None:
    answer = {field: value for field, value in ANSWER.items() if field != name}
    assert compare(PROMISED, answer).problems == [f".{name}: missing"]


def test_a_field_that_nobody_promised_is_seen() -> None:
    assert compare(PROMISED, {**ANSWER, "more": 1}).problems == [".more: nobody promised it"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "550E8400-E29B-41D4-A716-446655440000"),
        ("id", "ticket123"),
        ("number", "7"),
        ("number", True),
        ("name", "Sam"),
        ("name", None),
        ("flag", 0),
        ("word", "medium"),
        ("at", "2026-03-01T08:00:00.000Z"),
        ("at", "2026-03-01T08:00:00+00:00"),
        ("at", "2026-03-41T08:00:00Z"),
        ("at", 1),
        ("precise", "2026-03-01T08:00:00Z"),
        ("perhaps", ""),
        ("tags", ["a", "c"]),
        ("tags", ["a"]),
        ("rows", []),
        ("rows", [{"id": 1}, {"id": "2"}]),
        ("rows", [{"id": 1}, {}]),
        ("rows", None),
        ("nested", {"id": 1.0}),
        ("nested", {"id": True}),
        ("nested", []),
    ],
)
def test_another_kind_or_value_is_seen(name: str, value: Any) -> None:
    assert len(compare(PROMISED, {**ANSWER, name: value}).problems) == 1
