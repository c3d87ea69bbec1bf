"""Cutting words: pure, and the same for writing and finding."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tests.factories import TicketFactory, acting
from tickets.filters import Filters
from tickets.lists import Order, page_of
from tickets.search import LONGEST_WORD, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VPN drops", ["vpn", "drops"]),
        ("Café naïve Ångström", ["cafe", "naive", "angstrom"]),
        ("rita@acme.test", ["rita", "acme", "test"]),
        ("error_log.txt #42", ["error", "log", "txt", "42"]),
        ("ﬁle ①", ["file", "1"]),
        ("𝐁old İstanbul", ["bold", "istanbul"]),
        ("привет 你好", ["привет", "你好"]),
        ("!!! \x00 '\"", []),
        ("x" * 500, ["x" * LONGEST_WORD]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=200))
def test_words_of_any_text_are_stable_and_plain(text: str) -> None:
    cut = words(text)
    assert words(" ".join(cut)) == cut
    assert all(0 < len(word) <= LONGEST_WORD and "'" not in word and " " not in word for word in cut)


@pytest.mark.parametrize("text", ["(" * 100_000, "a" * 100_000, "a " * 50_000, "\u0301" * 100_000, "é" * 100_000])
def test_a_hostile_text_is_stored_and_searched_whole(text: str, agnes: User) -> None:
    TicketFactory(subject="needle", description=text)
    page = page_of(acting(agnes), Filters(words=f"needle {text[:2000]}"), Order(), offset=0, limit=20)
    assert page.total in (0, 1)


def test_a_text_that_unfolds_beyond_the_index_is_kept_and_found_by_its_beginning(agnes: User) -> None:
    ligatures = ["".join(word) for word in product("㌖㌗㌕㌫", repeat=7)]
    text = "haystack " + " ".join(f"{word}㌖㌖㌖㌖" for word in ligatures)[:99_000]
    TicketFactory(subject="needle", description=text, requester=agnes)
    for asked in ("needle", "haystack", agnes.email):
        page = page_of(acting(agnes), Filters(words=asked, also_people=True), Order(), offset=0, limit=20)
        assert page.total == 1
