"""What pages share that show long lists or watch something that is not finished."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts import walking
from accounts.entry import PageRequest
from accounts.walking import M, Page, Place, Way
from webhooks.queries import LARGEST_ID

NEWEST_FIRST = Way(newest_first=True)
PER_PAGE = 50
SOON, LATER = 1, 5  # seconds between two looks
OFTEN, MOST = 20, 80  # how many looks come soon, and how many in all


@dataclass(frozen=True, slots=True)
class Poll:
    """When a fragment asks for itself again, as the how-manieth time."""

    delay: int  # seconds
    count: int


def page_of(request: PageRequest, found: QuerySet[M]) -> Page[M]:
    """The rows behind the one that the address calls `older`; from that one up, if it says `newer`; else the newest."""
    newer = _id(request.GET.get("newer"))
    number = _id(request.GET.get("older")) if newer is None else newer
    place = None if number is None else Place(number, backward=newer is not None)
    page = walking.page_of(found, NEWEST_FIRST, place, PER_PAGE)
    if newer is not None and page.before is None:  # the top: a whole page of it
        page = walking.page_of(found, NEWEST_FIRST, None, PER_PAGE)
    return page


def next_look(request: PageRequest) -> Poll | None:
    """The next time to look, less often after a while; None when it was looked often enough."""
    asked = request.GET.get("look", "")
    count = int(asked) + 1 if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return Poll(SOON if count <= OFTEN else LATER, count) if count <= MOST else None


def _id(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    return min(int(text), LARGEST_ID)
