"""What changes to people and teams mean for tickets. Runs inside the transaction of that change."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import STAFF, Team, UserEvent
from accounts.signals import team_event, user_event
from tickets.actions import change
from tickets.models import Renamed, Ticket
from tickets.rules import DONE


@receiver(user_event)
def free_open_tickets(event: UserEvent, **kwargs: Any) -> None:
    """Somebody who left, or is no longer staff, holds no open tickets: they would wait for ever."""
    user = event.user
    if event.kind == UserEvent.Kind.CREATED:
        return
    if user.is_active and not user.is_deleted and user.role in STAFF:
        return
    by = Actor(door=event.door, user=event.actor, key=event.key, staff=True)  # type: ignore[arg-type]
    for ticket in Ticket.objects.filter(assignee=user).exclude(status__in=DONE).iterator(chunk_size=500):
        change(ticket, by=by, assignee=None)


@receiver(user_event)
def find_by_new_name(event: UserEvent, **kwargs: Any) -> None:
    """A requester's new name or address finds their tickets; a background job writes the index."""
    if {noted["field"] for noted in event.changes} & {"full_name", "email"}:
        Renamed.objects.update_or_create(user=event.user, defaults={"since": timezone.now()})


@receiver(team_event)
def leave_deleted_team(team: Team, kind: str, by: Actor, **kwargs: Any) -> None:
    """Tickets of a deleted team are team-less."""
    if kind == "deleted":
        for ticket in Ticket.objects.filter(team=team).iterator(chunk_size=500):
            change(ticket, by=by, team=None)
