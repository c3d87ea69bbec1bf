"""Housekeeping that belongs to no single app."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="config.forget_sessions")
def forget_sessions() -> None:
    """Deletes the browser sessions that have expired."""
    call_command("clearsessions")
