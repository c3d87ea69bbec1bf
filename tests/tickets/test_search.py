"""Cutting words: pure, and the same for writing and finding."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tests.factories import TicketFactory, UserFactory, acting
from tickets.filters import Filters
from tickets.lists import Order, page_of
from tickets.models import Ticket
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("paper jam", "plain"),
        ("PÁPER, Jam!", "plain"),
        ("jam paper", ""),
        ("paper ja", ""),  # whole words
        ("jam again", "plain"),
        ("again every", ""),  # the subject ends where the description begins
        ("again rita", ""),  # and so do the people
        ("tray two every", "plain"),
        ("again and again", ""),
        ("every every day", "plain"),
        ("every day", "plain"),
        ("rita moss", "people"),
        ("moss rita example", "people"),
        ("tray rita", ""),
        ("jam", "plain"),
        (" ".join(["every"] * 40), ""),
    ],
)
def test_words_in_quotes_stand_side_by_side_in_one_text(phrase: str, expected: str) -> None:
    person = UserFactory(full_name="Rita Moss", email="rita@example.test")
    TicketFactory(subject="Paper jam again", description="Tray two every every day, tray", requester=person)
    for also_people, kinds in ((False, {"plain"}), (True, {"plain", "people"})):
        matching = Ticket.objects.all().matching(Filters(phrases=(phrase,), also_people=also_people))
        assert matching.exists() == (expected in kinds)


@pytest.mark.django_db
def test_phrases_and_words_must_all_be_there() -> None:
    TicketFactory(subject="Paper jam", description="Every single day")
    for phrases, asked, count in (
        (("paper jam", "single day"), "", 1),
        (("paper jam", "day single"), "", 0),
        (("single day",), "pap", 1),
        (("single day",), "scanner", 0),
        (("!!!",), "", 0),
        (("!!!",), "pap", 1),
    ):
        assert Ticket.objects.all().matching(Filters(words=asked, phrases=phrases)).count() == count
