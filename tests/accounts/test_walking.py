"""Lists that are walked: every row once, forth and back, whatever comes and goes, in every direction."""

from itertools import pairwise, product

import pytest
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from accounts.walking import Page, Place, Way, cut, page_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NAMES = ["Ada", "Rita", "Rita", "Rita", "ada", "Sam", "Rita"]
WAYS = [
    Way(),
    Way(newest_first=True),
    *(Way(F("full_name"), *directions) for directions in product((False, True), repeat=2)),
    *(Way(Lower("full_name"), *directions) for directions in product((False, True), repeat=2)),
    Way(F("created_at"), descending=True, newest_first=True),
    Way(F("created_at"), newest_first=True),
]
each_way = pytest.mark.parametrize("way", WAYS, ids=str)


@pytest.fixture(autouse=True)
def _people() -> None:
    for name in NAMES:
        UserFactory(full_name=name)


def page(way: Way, place: Place | None, size: int = 2) -> Page[User]:
    return page_of(User.objects.all(), way, sent(place), size)


def sent(place: Place | None) -> Place | None:
    """As it comes back from a client."""
    return None if place is None else Place(*place.plain)


def forth(way: Way, size: int = 2) -> list[Page[User]]:
    pages = [page(way, None, size)]
    while pages[-1].following:
        pages.append(page(way, pages[-1].following, size))
    return pages


def numbers(found: Page[User]) -> list[int]:
    return [user.pk for user in found.rows]


@each_way
def test_every_row_once_as_they_stand(way: Way) -> None:
    everybody = [user.pk for user in page(way, None, len(NAMES)).rows]
    assert len(set(everybody)) == len(NAMES)
    for size in range(1, len(NAMES) + 1):
        pages = forth(way, size)
        assert [pk for found in pages for pk in numbers(found)] == everybody
        assert {len(found.rows) for found in pages[:-1]} <= {size}


@each_way
def test_back_to_the_same_rows_from_every_place(way: Way) -> None:
    pages = forth(way)
    assert pages[0].before is None
    for earlier, later in pairwise(pages):
        back = page(way, later.before)
        assert numbers(back) == numbers(earlier)
        assert numbers(page(way, back.following)) == numbers(later)
        assert (back.before is None) == (earlier is pages[0])


@each_way
def test_rows_come_and_go_while_somebody_walks(way: Way) -> None:
    first = page(way, None)
    stayed = {user.pk for user in page(way, None, 100).rows} - set(numbers(first))
    User.objects.filter(pk=first.rows[-1].pk).update(deleted_at=timezone.now())  # the row that the place names
    for name in ("A", "Rita", "Z"):
        UserFactory(full_name=name)
    seen, place = numbers(first), first.following
    while place:
        found = page(way, place)
        seen += numbers(found)
        back = page(way, found.before, 100)
        assert set(numbers(back)).isdisjoint(numbers(found))
        place = found.following
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


def test_nothing_before_and_nothing_behind() -> None:
    assert page(Way(), Place(0, backward=True)) == Page([], following=Place(0))
    assert page(Way(), Place(2**62)) == Page([], before=Place(2**62, backward=True))
    assert cut([], None, 2, lambda row: Place(row)) == Page([])
