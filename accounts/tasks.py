"""What the worker does for accounts in the background."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Session


@shared_task(name="accounts.prune_sessions")
def prune_sessions() -> int:
    """Removes token sessions that expired; returns how many."""
    return Session.objects.filter(expires_at__lt=timezone.now()).delete()[0]
