"""The views in the rail: named filters with their counts."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse

from accounts.actor import Actor
from tickets.filters import Filters, Reference
from tickets.models import Tally
from tickets.rules import DONE
from tickets.words import Status

OPEN = frozenset(status for status in Status if status not in DONE)
MOST_SHOWN = 999


@dataclass(frozen=True, slots=True)
class View:
    """A named filter. `mine` narrows to the reader's tickets, `unassigned` to nobody's."""

    key: str
    name: str
    statuses: frozenset[Status] = frozenset()
    mine: bool = False
    unassigned: bool = False
    status: Status | None = None  # whose shape stands beside the name
    icon: str = ""

    def assignees(self, actor: Actor) -> frozenset[Reference]:
        if self.mine:
            return frozenset({actor.user_id})
        return frozenset({None}) if self.unassigned else frozenset()

    def filters(self, actor: Actor) -> Filters:
        return Filters(statuses=self.statuses, assignees=self.assignees(actor))

    def condition(self, actor: Actor) -> Q:
        condition = Q(status__in=self.statuses) if self.statuses else Q()
        if self.mine:
            condition &= Q(assignee_id=actor.user_id)
        if self.unassigned:
            condition &= Q(assignee_id__isnull=True)
        return condition


VIEWS = {
    view.key: view
    for view in (
        View("inbox", "Inbox", OPEN, icon="inbox"),
        View("mine", "Mine", OPEN, mine=True, icon="circle-user-round"),
        View("unassigned", "Unassigned", OPEN, unassigned=True, status=Status.NEW),
        View("waiting", "Waiting", frozenset({Status.PENDING}), status=Status.PENDING),
        View("resolved", "Resolved", frozenset(DONE), status=Status.RESOLVED),
        View("all", "All tickets", icon="layers"),
    )
}


@dataclass(frozen=True, slots=True)
class Line:
    """A view as the rail draws it."""

    name: str
    href: str
    status: Status | None
    icon: str
    count: str
    current: bool


def rail(actor: Actor, current: str = "") -> list[Line]:
    """The views with their counts from the tally: one query."""
    sums: dict[str, Any] = Tally.objects.aggregate(
        **{key: Sum("amount", filter=view.condition(actor), default=0) for key, view in VIEWS.items()}
    )
    home = reverse("home")
    return [
        Line(
            name=view.name,
            href=home if key == "inbox" else f"{home}?view={key}",
            status=view.status,
            icon=view.icon,
            count=f"{MOST_SHOWN}+" if sums[key] > MOST_SHOWN else str(sums[key]),
            current=key == current,
        )
        for key, view in VIEWS.items()
    ]
