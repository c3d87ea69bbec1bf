"""The only way to tickets: `Ticket.objects.visible_to(actor)`. A stranger finds nothing, whatever the door."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower

from accounts.actor import Actor
from accounts.models import User
from tickets import search
from tickets.filters import SPANS, Filters, Reference, Span

# What rows are called by.
_NAMES = {"accounts.User": "email", "accounts.Team": "name", "tickets.Category": "name"}


class TicketQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see all (a team's key: the team's), everybody else what they requested."""
        if actor.staff:
            return self.filter(team_id=actor.team_id) if actor.team_id is not None else self.all()
        if actor.user is None:
            return self.none()
        return self.filter(requester_id=actor.user.pk)

    def matching(self, filters: Filters) -> Self:
        """Those that `filters` leave."""
        found = self
        if filters.statuses:
            found = found.filter(status__in=sorted(filters.statuses))
        if filters.priorities:
            found = found.filter(priority__in=sorted(filters.priorities))
        for column, model, wanted in (
            ("assignee", "accounts.User", filters.assignees),
            ("requester", "accounts.User", filters.requesters),
            ("team", "accounts.Team", filters.teams),
            ("category", "tickets.Category", filters.categories),
        ):
            if wanted:
                found = found.filter(refers(column, model, wanted))
        if filters.tags:
            links = apps.get_model("tickets.TicketTag")._default_manager
            found = found.filter(pk__in=links.filter(tag__text__in=sorted(filters.tags)).values("ticket_id"))
        for name, column in SPANS.items():
            span: Span = getattr(filters, name)
            if span.since:
                found = found.filter(**{f"{column}__gte": span.since})
            if span.until:
                found = found.filter(**{f"{column}__lt": span.until})
        if filters.words.strip() or filters.phrases:
            ids = search.found(filters.words, filters.phrases, people=filters.also_people)
            found = found.filter(pk__in=ids) if ids is not None else found.none()
        return found.matching(filters.also) if filters.also else found


def limit_of(by: Actor) -> int | None:
    """The team (of staff) or person that an actor's tickets are limited to; None: to nothing."""
    return by.team_id if by.staff else by.user_id


def within(by: Actor, limit: int | None) -> Actor:
    """The same actor, limited to another team or person; so that SQL may be made once for all of them."""
    if limit_of(by) is None:
        return by
    return replace(by, team_id=limit) if by.staff else replace(by, user=User(id=limit))


def refers(column: str, model: str, wanted: Collection[Reference]) -> Q:
    """A condition on a foreign key by numbers, uuids and names (looked up inside the query) or None."""
    condition = Q()
    numbers = [value for value in wanted if isinstance(value, int)]
    if numbers:
        condition |= Q(**{f"{column}_id__in": numbers})
    rows = apps.get_model(model)._base_manager.values("pk")
    uuids = [value for value in wanted if isinstance(value, UUID)]
    if len(uuids) == 1:  # one value instead of a set lets the planner use the index in order
        condition |= Q(**{f"{column}_id": rows.filter(uuid=uuids[0])[:1]})
    elif uuids:
        condition |= Q(**{f"{column}_id__in": rows.filter(uuid__in=uuids)})
    names = [Lower(Value(value)) for value in wanted if isinstance(value, str)]
    if names:
        condition |= Q(**{f"{column}_id__in": rows.alias(name=Lower(_NAMES[model])).filter(name__in=names)})
    if None in wanted:
        condition |= Q(**{f"{column}_id__isnull": True})
    return condition
