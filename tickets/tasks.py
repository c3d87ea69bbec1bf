"""What the worker does for tickets in the background. Each may run anywhere, any number of times."""

from celery import shared_task

from tickets import actions, tally
from tickets.models import Renamed, Ticket

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
