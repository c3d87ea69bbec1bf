"""What the worker does for accounts in the background."""

from celery import shared_task
from django.utils import timezone

from accounts.invitations import send
from accounts.models import Session, User


@shared_task(name="accounts.prune_sessions")
def prune_sessions() -> int:
    """Removes token sessions that expired; returns how many."""
    return Session.objects.filter(expires_at__lt=timezone.now()).delete()[0]


@shared_task(name="accounts.send_invitation")
def send_invitation(user_id: int) -> None:
    """Writes to somebody who has an account now, unless they left again."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send(user)
