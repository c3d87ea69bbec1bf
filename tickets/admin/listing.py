"""What the list of tickets is narrowed by, and its total without counting."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.actor import Actor
from accounts.admin.base import CappedPaginator
from accounts.models import User
from tickets import tally
from tickets.filters import Filters
from tickets.words import Priority, Status

NOBODY = "none"


class AssigneeFilter(admin.SimpleListFilter):
    """Staff only: a list of all people would have no end."""

    title = "assignee"
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.all().staff().order_by("full_name").values_list("pk", "full_name")
        return [(NOBODY, "Nobody"), *((str(pk), name) for pk, name in staff)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == NOBODY:
            return queryset.filter(assignee=None)
        if value is None or not value.isdecimal() or len(value) > 18:
            return queryset
        return queryset.filter(assignee_id=int(value))


class TalliedPaginator(CappedPaginator):
    """Knows the total from the tally where the tally knows it."""

    def __init__(self, *args: Any, tallied: tuple[Actor, Filters] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tallied = tallied

    @cached_property
    def count(self) -> int:
        return tally.total(*self._tallied) if self._tallied else super().count


def filters_of(query: Mapping[str, str]) -> Filters | None:
    """The list's query string as filters of the tally; None where the tally does not know the total."""
    asked = {name: value for name, value in query.items() if name not in ("o", "p", "all", "e") and value}
    try:
        found = Filters(
            statuses=_set(asked.pop("status__exact", None), Status),
            priorities=_set(asked.pop("priority__exact", None), lambda value: Priority(int(value))),
            assignees=_set(asked.pop("assignee", None), lambda value: None if value == NOBODY else int(value)),
            teams=_set(asked.pop("team__id__exact", None), int),
        )
    except ValueError:
        return None
    return None if asked else found


def _set(value: str | None, read: Any) -> frozenset[Any]:
    return frozenset() if value is None else frozenset({read(value)})
