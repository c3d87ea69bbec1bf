"""What the worker does for accounts in the background."""

from celery import shared_task
from django.utils import timezone

from accounts import invitations
from accounts.models import Session


@shared_task(name="accounts.prune_sessions")
def prune_sessions() -> int:
    """Removes token sessions that expired; returns how many."""
    return Session.objects.filter(expires_at__lt=timezone.now()).delete()[0]


@shared_task(name="accounts.send_invitations")
def send_invitations() -> int:
    """Writes to everybody who waits for an invitation; returns to how many."""
    return invitations.send_due()
