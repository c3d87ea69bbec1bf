"""What the worker does for files in the background. Each may run anywhere, any number of times."""

from celery import shared_task
from django.conf import settings

from attachments import pruning, scanning
from attachments.models import Attachment
from attachments.stores import store

AT_ONCE = 100  # files a run
PATIENCE = 3  # files without a verdict after which a run gives up


@shared_task(name="attachments.prune")
def prune() -> int:
    """Removes files that nobody needs any more; returns how many."""
    return sum(1 for _ in pruning.prune())


@shared_task(name="attachments.check_waiting")
def check_waiting() -> int:
    """Shows the virus scanner what it has not seen when it was uploaded; returns how many files it answered for."""
    if not settings.CLAMD_URL:
        return 0
    answered = unanswered = 0
    waiting = Attachment.objects.filter(held=scanning.WAITING).order_by("?")  # no file stands in the way of all others
    for file in waiting[:AT_ONCE]:
        if unanswered == PATIENCE:
            break
        try:
            held = scanning.verdict(store().part(file.stored_as, 0, file.size))
        except FileNotFoundError:
            continue
        if held == scanning.WAITING:
            unanswered += 1
            continue
        Attachment.everything.filter(pk=file.pk).update(held=held)
        answered += 1
    return answered
