"""Taking a search apart: pure, for every text, in linear time."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.filters import Filters, Span
from tickets.grammar import MOST, Search, read
from tickets.words import Priority, Status

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ME = 7
SOMEBODY = UUID("0198b6c4-2f6e-7d11-9c55-3a1f0e9d7b20")
UNDONE = frozenset({Status.NEW, Status.OPEN, Status.IN_PROGRESS, Status.PENDING, Status.REOPENED})


def taken(text: str) -> Search:
    return read(text, me=ME, now=NOW)


def day(number: int, month: int = 1) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def test_all_of_it_together() -> None:
    found = taken('vpn status:open priority:high assignee:me tag:vpn created:>2026-01-01 "exact words" drops')
    assert (found.words, found.phrases, found.unread) == ("vpn drops", ("exact words",), ())
    assert found.filters == Filters(
        statuses=frozenset({Status.OPEN}),
        priorities=frozenset({Priority.HIGH}),
        assignees=frozenset({ME}),
        tags=frozenset({"vpn"}),
        created=Span(since=day(2)),
    )


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("status:in_progress", {"statuses": {Status.IN_PROGRESS}}),
        ("status:in-progress", {"statuses": {Status.IN_PROGRESS}}),
        ("status:InProgress", {"statuses": {Status.IN_PROGRESS}}),
        ('STATUS:"In progress"', {"statuses": {Status.IN_PROGRESS}}),
        ("status:open,new", {"statuses": {Status.OPEN, Status.NEW}}),
        ("status:open status:new", {"statuses": {Status.OPEN, Status.NEW}}),
        ("priority:urgent", {"priorities": {Priority.URGENT}}),
        ("priority:critical,low", {"priorities": {Priority.URGENT, Priority.LOW}}),
        ("assignee:none", {"assignees": {None}}),
        ("is:unassigned", {"assignees": {None}}),
        ("assignee:me is:unassigned", {"assignees": {ME, None}}),
        ("assignee:agnes@example.test", {"assignees": {"agnes@example.test"}}),
        (f"assignee:{SOMEBODY}", {"assignees": {SOMEBODY}}),
        ("requester:12", {"requesters": {12}}),
        ("requester:ME", {"requesters": {ME}}),
        ("team:none", {"teams": {None}}),
        ('team:"Front desk"', {"teams": {"Front desk"}}),
        ("category:Billing", {"categories": {"Billing"}}),
        ('tag:"two words" tag:VPN', {"tags": {"two words", "VPN"}}),
        ("created:2026-01-31", {"created": Span(day(31), day(1, 2))}),
        ("created:>2026-01-31", {"created": Span(since=day(1, 2))}),
        ("created:>=2026-01-31", {"created": Span(since=day(31))}),
        ("updated:<2026-01-31", {"updated": Span(until=day(31))}),
        ("due:<=2026-01-31", {"due": Span(until=day(1, 2))}),
        ("created:2026-01-01..2026-02-01", {"created": Span(day(1), day(2, 2))}),
        ("created:>=2026-01-03 created:<2026-01-09", {"created": Span(day(3), day(9))}),
        ("created:>=2026-01-03 created:2026-01-01..2026-01-04", {"created": Span(day(3), day(5))}),
        ("is:overdue", {"also": Filters(statuses=UNDONE, due=Span(until=NOW))}),
        (
            "is:overdue status:closed",
            {"statuses": {Status.CLOSED}, "also": Filters(statuses=UNDONE, due=Span(until=NOW))},
        ),
    ],
)
def test_filters(text: str, filters: dict[str, Any]) -> None:
    values = {name: frozenset(value) if isinstance(value, set) else value for name, value in filters.items()}
    assert taken(text) == Search(filters=Filters(**values))


@pytest.mark.parametrize(
    "text",
    [
        "http://x", "error:42", "a:b:c", "Re:", "-status:open", "status: open", "xstatus:open", "ſtatus:open",
        '"never closed', 'status:"open', '""', '" "', 'vpn"', "!!!", "\N{FIRE}:open", "",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_words_as_it_always_was(text: str) -> None:
    assert taken(text) == Search(words=text)


@pytest.mark.parametrize(
    "text",
    [
        "status:banana", "status:500", "status:open,banana", "status:,", "priority:9", "assignee:bob", 'tag:""',
        "requester:-1", "assignee:" + "9" * 30, "is:broken", "created:soon", "created:2026-02-31", "due:2026-1-1",
        "created:>9999-12-31", "created:20260101", "created:2026-W01-1", "created:٢٠٢٦-01-01", "updated:2026-01-01..",
        "created:>2026-01-01..2026-02-01", "created:=2026-01-01", "created:>2026-01-01T08:00:00Z",
    ],
)  # fmt: skip
def test_a_value_that_says_nothing_is_words_too(text: str) -> None:
    assert taken(f"{text} vpn") == Search(words=f"{text} vpn", unread=(text,))


def test_words_in_quotes_stand_together_and_name_no_filter() -> None:
    assert taken('"tag:vpn" a"b "x y"z') == Search(words='a"b z', phrases=("tag:vpn", "x y"))


def test_a_program_that_is_nobody_has_nothing_of_its_own() -> None:
    assert read("assignee:me", me=None, now=NOW).unread == ("assignee:me",)


def test_what_is_too_much_is_words() -> None:
    many = " ".join(f"tag:t{number}" for number in range(1000))
    found = taken(many)
    assert found.filters is not None
    assert (len(found.filters.tags), found.words.count("tag:")) == (MOST, 1000 - MOST)
    assert len(taken('"a b" ' * 1000).phrases) == MOST
    found = taken("tag:x " * MOST + 'tag:"a b"')
    assert (found.words, found.phrases, found.unread) == ('tag:"a b"', (), ('tag:"a b"',))


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    found = taken(text)
    assert "\x00" not in found.words + "".join(found.phrases)


@given(st.lists(st.sampled_from(["status:", "tag:", "created:", "open", '"', " ", ">", "2026-01-01", "..", ",", "é"])))
def test_any_mixture_of_its_signs_is_read(signs: list[str]) -> None:
    taken("".join(signs))


@pytest.mark.parametrize("sign", ['"', '" ', "tag:x ", 'status:"a ', 'tag:"', "created:", "a", "-", ">", '"a'])
def test_ten_times_the_text_takes_about_ten_times_as_long(sign: str) -> None:
    def seconds(size: int) -> float:
        text = (sign * size)[:size]
        started = time.process_time()
        taken(text)
        return time.process_time() - started

    assert min(seconds(200_000) for _ in range(3)) < 40 * min(seconds(20_000) for _ in range(3)) + 0.05
