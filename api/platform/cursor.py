"""Lists that are walked by `cursor=` (§12). A cursor is the signed text of a place in one list, as it was asked for."""

from collections.abc import Callable
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.errors import Problem
from accounts.walking import M, Page, Place, Way, page_of, standing
from api.platform.base import PageAsked, PlatformViewSet, Query

FOREIGN = "This is no cursor of this list, asked for with these parameters."


class Walk:
    """What a request asks of a list that is walked. `name` tells one list from all others."""

    def __init__(self, name: str, check: Query, *filters: str) -> None:
        """The parameters `filters` must be those of the page that the cursor came with. Problems are noted in
        `check`.
        """
        asked = [check.given.get(parameter, "") for parameter in filters]
        self._signer = Signer(salt=f"{__name__}:{name}:{asked}")
        self.size = check.page_size()
        self.place: Place | None = None  # None: the beginning
        text = check.given.get("cursor", "")
        if text:
            try:
                self.place = Place(*self._signer.unsign_object(text))
            except (BadSignature, ValueError):
                check.problems.append(Problem("cursor", FOREIGN))

    def page(self, rows: QuerySet[M], way: Way) -> Page[M]:
        """The page asked for."""
        return page_of(rows, way, self.place, self.size)

    def text(self, place: Place | None) -> str | None:
        """The cursor of a place."""
        return None if place is None else str(self._signer.sign_object(place.plain))

    def pagination(self, page: Page[Any]) -> dict[str, Any]:
        """The list's `pagination` with this page."""
        return {
            "next_cursor": self.text(page.following),
            "prev_cursor": self.text(page.before),
            "per_page": self.size,
        }


def asked(view: PlatformViewSet, name: str, check: Query, *filters: str) -> Walk | PageAsked:
    """How a list is to be shown that knows both: walked where there is a `cursor`, else by `page`."""
    return Walk(name, check, *filters) if "cursor" in check.given else view.page(check)


def listed(
    view: PlatformViewSet, rows: QuerySet[M], way: Way, how: Walk | PageAsked, shapes: Callable[[list[M]], list[Any]]
) -> HttpResponse:
    """A list of models in its envelope, either way."""
    if isinstance(how, Walk):
        page = how.page(rows, way)
        return walked(view, shapes(page.rows), how, page)
    found = list(standing(rows, way)[how.offset : how.offset + how.size])
    return view.listed(shapes(found), how, rows.count())


def walked(view: PlatformViewSet, data: list[Any], walk: Walk, page: Page[Any], **more: str | None) -> HttpResponse:
    """A page of a walk in its envelope; `more` joins `pagination`."""
    return view.show({"data": data, "pagination": {**walk.pagination(page), **more}})
