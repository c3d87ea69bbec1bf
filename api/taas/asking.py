"""What `GET /tickets` asks for, from its parameters (§3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.actor import Actor
from accounts.models import STAFF, User
from api.taas import moments
from api.taas.params import Params, refusal
from api.taas.vocabulary import PRIORITY, PRIORITY_SPELLINGS, RESOLVED, SORTS, STATUS, STATUS_SPELLINGS
from tickets import search
from tickets.filters import Filters
from tickets.keyset import Sort
from tickets.models import Ticket, TicketTag
from tickets.queries import TicketQuerySet
from tickets.rules import MOST_TAGS
from tickets.words import Status

# What a continuation token keeps.
KEPT = (
    *("search", "title", "status", "statusId", "priority", "tags", "orderBy", "order", "timezone", "isResolved"),
    *("createdAfter", "createdBefore", "expectedDateAfter", "expectedDateBefore", "lastUpdateAfter"),
    "lastUpdateBefore",
)
_RANGES = {"created": "created_at", "expectedDate": "due_at", "lastUpdate": "updated_at"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The tickets that are left, unsorted; `tallied` where nothing but these filters narrowed them."""

    tickets: TicketQuerySet
    tallied: Filters | None
    sort: Sort
    descending: bool


def asked(params: Params, by: Actor) -> Asked:
    """Raises BadInput for what cannot be read."""
    params.hours()
    statuses = _statuses(params)
    filters = Filters(
        statuses=statuses or frozenset(),
        priorities=frozenset(PRIORITY.read(word) for word in params.words("priority", PRIORITY_SPELLINGS)),
    )
    more = _conditions(params, by)
    tickets = Ticket.objects.visible_to(by).matching(filters)
    if statuses is not None and not statuses:  # the conditions exclude each other
        tickets, more = tickets.none(), [Q()]
    for condition in more:
        tickets = tickets.filter(condition)
    sort = params.word("orderBy", {name.lower(): name for name in SORTS}, "createdDateTime")
    descending = params.word("order", {"asc": "ASC", "desc": "DESC"}, "DESC") == "DESC"
    return Asked(tickets, None if more else filters, SORTS[sort], descending)


def kept(params: Params) -> Mapping[str, str]:
    """The parameters that the next pages need."""
    return {name: params.given[name] for name in KEPT if name in params.given}


def _statuses(params: Params) -> frozenset[Status] | None:
    """The canonical statuses that are asked for; None for any."""
    narrowed: list[set[Status]] = []
    for name in ("status", "statusId"):
        words = params.words(name, STATUS_SPELLINGS)
        if words:
            narrowed.append({status for word in words for status in STATUS.selects(word)})
    resolved = params.flag("isResolved")
    if resolved is not None:
        narrowed.append({status for status in Status if (STATUS.show(status) in RESOLVED) == resolved})
    return frozenset(set.intersection(*narrowed)) if narrowed else None


def _conditions(params: Params, by: Actor) -> list[Q]:
    found = [*_found(params.text("search"))]
    if title := params.text("title"):
        found.append(Q(subject__icontains=title))
    if tags := params.parts("tags"):
        found.append(_tagged(tags, by))
    for name, column in _RANGES.items():
        if (after := params.moment(f"{name}After")) is not None:
            found.append(Q(**{f"{column}__gte": after}))
        if (before := params.moment(f"{name}Before", moments.read_end)) is not None:
            found.append(Q(**{f"{column}__lt": before}))
    return found


def _tagged(tags: list[str], by: Actor) -> Q:
    """Tickets with any of these: `<tagCategoryId>_<tagText>`, cut at the first `_`.

    Without category id: those that are shown so, uncategorised or from another desk's category.
    """
    if len(tags) > MOST_TAGS:
        raise refusal("tags", f"At most {MOST_TAGS} tags may be asked for.")
    wanted, own = Q(), Q(tag__category__team_id=by.team_id)
    for tag in tags:
        category, cut, text = tag.partition("_")
        if not cut:
            raise refusal("tags", "Each tag must be <tagCategoryId>_<tagText>.")
        try:
            named = own & Q(tag__category__uuid=UUID(category)) if category else ~own
        except ValueError:
            raise refusal("tags", "A tag category's id is a UUID.") from None
        wanted |= named & Q(tag__text=text)
    return Q(pk__in=TicketTag.objects.filter(wanted).values("ticket_id"))


def _found(text: str) -> list[Q]:
    """Every word must begin one in title, description or number, or in a name or address of requestor or assignee."""
    if not text:
        return []
    words = list(dict.fromkeys(search.words(text)))[: search.MOST_WORDS]
    if not words:
        return [Q(pk__in=())]
    assignees = _staff_called(words)
    plain = " ".join(word for word in words if word not in assignees)
    found = [Q(pk__in=search.found(plain, people=True))] if plain else []
    for word, numbers in assignees.items():
        found.append(Q(pk__in=search.found(word, people=True)) | Q(assignee_id__in=numbers))
    return found


def _staff_called(words: list[str]) -> dict[str, list[Any]]:
    """Those words that begin a name or address of staff, with whom; the search index does not know assignees."""
    called: dict[str, list[Any]] = {}
    for number, name, email in User.everything.filter(role__in=STAFF).values_list("pk", "full_name", "email"):
        own = search.words(f"{name} {email}")
        for word in words:
            if any(part.startswith(word) for part in own):
                called.setdefault(word, []).append(number)
    return called
