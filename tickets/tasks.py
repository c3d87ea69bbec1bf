"""What the worker does for tickets in the background. Each may run anywhere, any number of times."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Gone, Stale
from accounts.models import Organization, Team
from tickets import actions, assigning, tally
from tickets.models import Renamed, Ticket
from tickets.rules import DONE

BATCH = 1000


@shared_task(name="tickets.fold_tally")
def fold_tally() -> int:
    """Folds the counters; returns how many rows went."""
    return tally.fold()


@shared_task(name="tickets.index_renamed")
def index_renamed() -> int:
    """Indexes the tickets of people with a new name; returns how many tickets."""
    done = 0
    for renamed in Renamed.objects.all():
        tickets = Ticket.objects.filter(requester_id=renamed.user_id).select_related("requester")
        for ticket in tickets.iterator(chunk_size=BATCH):
            actions.index(ticket)
            done += 1
        # A still newer name made `since` move on: then the row stays for the next run.
        Renamed.objects.filter(pk=renamed.pk, since=renamed.since).delete()
    return done


@shared_task(name="tickets.assign_idle")
def assign_idle() -> int:
    """Gives tickets on which nothing happened for days to those whom their desk names for it; returns how many."""
    default = Organization.current().default_team_id
    desks = Team.objects.filter(auto_assign_idle=True, idle_days__gt=0, enabled=True)
    return sum(_assign_idle_of(desk, is_default=desk.pk == default) for desk in desks)


def _assign_idle_of(desk: Team, *, is_default: bool) -> int:
    """Who is named already keeps what they hold; an assigned ticket is idle again only after as many days."""
    since = timezone.now() - timedelta(days=desk.idle_days or 0)
    theirs = Q(team=desk) | Q(team=None) if is_default else Q(team=desk)
    named = desk.idle_assignees.filter(deleted_at=None)
    idle = Ticket.objects.filter(theirs, updated_at__lt=since).exclude(status__in=DONE)
    done = 0
    for ticket in idle.filter(Q(assignee=None) | ~Q(assignee__in=named)).order_by("updated_at", "id")[:BATCH]:
        person = assigning.least_busy(named)
        if person is None:
            break
        try:
            actions.change(ticket, by=Actor.system(), expected=ticket.version, assignee=person)
        except (Gone, Stale):  # somebody was quicker
            continue
        done += 1
    return done
