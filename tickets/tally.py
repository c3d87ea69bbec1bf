"""Exact totals without counting: see `tickets.models.Tally`."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.actor import Actor
from tickets.filters import Filters
from tickets.models import Tally, Ticket
from tickets.queries import refers

Cell = tuple[str, int, int | None, int | None]

FOLD_AT_ONCE = 20_000


def cell_of(ticket: Ticket) -> Cell:
    """The cell a living ticket is counted in."""
    return (str(ticket.status), int(ticket.priority), ticket.team_id, ticket.assignee_id)


def move(before: Cell | None, after: Cell | None) -> None:
    """Counts a ticket that came (`before` None), moved or went (`after` None)."""
    if before == after:
        return
    add([(cell, amount) for cell, amount in ((before, -1), (after, 1)) if cell is not None])


def add(amounts: list[tuple[Cell, int]]) -> None:
    """Appends rows; imports add many tickets of one cell at once."""
    Tally.objects.bulk_create(
        Tally(status=status, priority=priority, team_id=team, assignee_id=assignee, amount=amount)
        for (status, priority, team, assignee), amount in amounts
    )


def cells(by: Actor, filters: Filters) -> QuerySet[Tally]:
    """The rows whose sum is the total of `filters` for staff."""
    rows = Tally.objects.all()
    if by.team_id is not None:
        rows = rows.filter(team_id=by.team_id)
    if filters.statuses:
        rows = rows.filter(status__in=sorted(filters.statuses))
    if filters.priorities:
        rows = rows.filter(priority__in=sorted(filters.priorities))
    if filters.assignees:
        rows = rows.filter(refers("assignee", "accounts.User", filters.assignees))
    if filters.teams:
        rows = rows.filter(refers("team", "accounts.Team", filters.teams))
    return rows


def total(by: Actor, filters: Filters) -> int:
    """How many tickets `filters` leave for staff."""
    return cells(by, filters).aggregate(total=Sum("amount"))["total"] or 0


@transaction.atomic
def fold() -> int:
    """Adds up what was appended; returns how many rows went. Safe beside any number of writers and folders."""
    taken = list(
        Tally.objects.select_for_update(skip_locked=True)
        .order_by("id")
        .values_list("id", "status", "priority", "team_id", "assignee_id", "amount")[:FOLD_AT_ONCE]
    )
    sums: Counter[Any] = Counter()
    for _, status, priority, team, assignee, amount in taken:
        sums[status, priority, team, assignee] += amount
    if len(taken) <= len(sums):
        return 0  # one row a cell already
    Tally.objects.filter(id__in=[row[0] for row in taken]).delete()
    add([(cell, amount) for cell, amount in sums.items() if amount])
    return len(taken) - len(sums)
