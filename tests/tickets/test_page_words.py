"""How pages put times, names and other people's text into words."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.templatetags.look import initials, short_time
from tickets.templatetags.marks import due
from tickets.templatetags.prose import LONGEST_MARKDOWN, from_html, from_markdown

NOW = datetime(2031, 3, 12, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("age", "short", "in_a_conversation"),
    [
        (timedelta(seconds=20), "now", "now"),
        (timedelta(minutes=2), "2 min", "2 min ago"),
        (timedelta(hours=23), "23 h", "23 h ago"),
        (timedelta(days=2), "Mon 12:00", "Mon 12:00"),
        (timedelta(days=10), "2 Mar", "2 Mar, 12:00"),
        (timedelta(days=400), "5 Feb 2030", "5 Feb 2030, 12:00"),
        (timedelta(days=-3), "15 Mar", "15 Mar, 12:00"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_times_are_short(age: timedelta, short: str, in_a_conversation: str) -> None:
    assert short_time(NOW - age) == short
    assert short_time(NOW - age, "ago") == in_a_conversation


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=48), "due in 48 min"),
        (timedelta(hours=-1), "overdue 1 h"),
        (timedelta(days=-3), "overdue 3 d"),
        (timedelta(days=3), "due 15 Mar"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_due_dates_are_words(left: timedelta, words: str) -> None:
    assert words in due(NOW + left)
    assert due(NOW + left, done=True) == due(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("Rita Moss", "RM"), ("rita", "R"), ("Ana de la Cruz", "AC"), ("…", "?"), ("李 小龍", "李小")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '[x](https://a.test "onmouseover=alert(1)")',
        "<img src=x onerror=alert(1)>",
        "<a href='vbscript:x'>x</a>",
        "<style>body{display:none}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<form action=/tickets/1/delete/><input name=version></form>",
    ],
)
def test_text_of_strangers_never_runs(evil: str) -> None:
    for drawn in (from_markdown(evil), from_html(evil), from_markdown(evil + "a" * LONGEST_MARKDOWN)):
        for bad in (
            "<script",
            "<img",
            "<style",
            "<form",
            "<svg",
            'href="javascript',
            'href="data',
            '<a href="v',
            "onerror=a>",
        ):
            assert bad not in drawn


def test_links_of_strangers_tell_nothing_about_us() -> None:
    assert 'rel="nofollow noopener noreferrer"' in from_markdown("[x](https://a.test)")


def test_long_text_keeps_its_lines() -> None:
    assert "one<br>two" in from_markdown("one\ntwo\n" + "a" * LONGEST_MARKDOWN)
