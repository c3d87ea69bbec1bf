"""Lists that are walked by `cursor=` (§12): the thousandth page costs what the first does, and whatever comes or goes
in the meantime, nothing is shown twice and nothing is left out.

A cursor names a gap in a list: that behind a row, whether the row is still there or not. It is signed for its list.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet

from accounts.errors import Problem
from api.platform.base import Query

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Place:
    """The gap behind the row of this number; `backward`: what lies before the gap is wanted, else what follows."""

    number: int
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list and the places of its neighbours; None where there is nothing more."""

    rows: list[M]
    following: Place | None
    before: Place | None


class Walk:
    """What a request asks of a list that is walked. `name` tells one list from all others."""

    def __init__(self, name: str, check: Query) -> None:
        """Problems with `cursor` and `per_page` are noted in `check`."""
        self._signer = Signer(salt=f"{__name__}:{name}")
        self.size = check.page_size()
        self.place: Place | None = None  # None: the beginning
        text = check.given.get("cursor", "")
        if text:
            try:
                self.place = Place(*self._signer.unsign_object(text))
            except (BadSignature, ValueError):
                check.problems.append(Problem("cursor", "This cursor is not one of this list."))

    def page(self, rows: QuerySet[M], *, newest_first: bool = False) -> Page[M]:
        """The page asked for, rows in the order of their numbers."""
        behind, until = ("lt", "gte") if newest_first else ("gt", "lte")
        order = "-pk" if newest_first else "pk"
        place = self.place
        if place is not None and place.backward:
            rows = rows.filter(**{f"pk__{until}": place.number}).order_by(order).reverse()
            found = list(rows[: self.size + 1])
            more = Place(found.pop().pk, backward=True) if len(found) > self.size else None
            return Page(found[::-1], Place(place.number), more)
        if place is not None:
            rows = rows.filter(**{f"pk__{behind}": place.number})
        found = list(rows.order_by(order)[: self.size + 1])
        following = Place(found[self.size - 1].pk) if len(found) > self.size else None
        return Page(found[: self.size], following, Place(place.number, backward=True) if place else None)

    def text(self, place: Place | None) -> str | None:
        """The cursor of a place."""
        return None if place is None else str(self._signer.sign_object([place.number, place.backward]))

    def pagination(self, page: Page[Any]) -> dict[str, Any]:
        """The list's `pagination` with this page."""
        return {
            "next_cursor": self.text(page.following),
            "prev_cursor": self.text(page.before),
            "per_page": self.size,
        }
