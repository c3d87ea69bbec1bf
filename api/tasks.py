"""What the worker does for the contracts."""

from celery import shared_task

from api import once


@shared_task(name="api.prune_answers")
def prune_answers() -> int:
    """Removes answers that are no longer given to a repeated request; returns how many."""
    return once.prune()
