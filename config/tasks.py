"""Periodic jobs, each once a period however many schedulers there are; and housekeeping that belongs to no app."""

import time

from celery import current_app, shared_task
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Q

from config.models import Tick


@shared_task(name="config.tick")
def tick(name: str, seconds: float) -> bool:
    """Runs the task of that name unless somebody did within this period; whether it ran.

    A job that dies in its period runs again in the next: all of them go on where the last one ended.
    """
    if not claim_tick(name, int(time.time() // seconds)):
        return False
    current_app.tasks[name]()
    return True


def claim_tick(name: str, number: int) -> bool:
    """Whether this period of a job is ours. One conditional update decides it.

    A number far ahead of the clock is from before the clock was set back, and holds nobody up.
    """
    old = Q(number__lt=number) | Q(number__gt=number + 1)
    if Tick.objects.filter(old, name=name).update(number=number):
        return True
    try:
        with transaction.atomic():
            Tick.objects.create(name=name, number=number)
    except IntegrityError:
        return False
    return True


@shared_task(name="config.forget_sessions")
def forget_sessions() -> None:
    """Deletes the browser sessions that have expired."""
    call_command("clearsessions")
