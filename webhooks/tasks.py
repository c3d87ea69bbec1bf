"""What the worker does for webhooks. Each may run anywhere, any number of times."""

from celery import shared_task

from webhooks import dispatcher, health, recovering, retention


@shared_task(name="webhooks.wake")
def wake() -> None:
    """There is something to send: have this process' dispatcher look now."""
    dispatcher.wake()


@shared_task(name="webhooks.recover")
def recover() -> int:
    """Goes on with every recovery that is not finished; returns how many deliveries were queued."""
    return recovering.go_on()


@shared_task(name="webhooks.disable_dead")
def disable_dead() -> int:
    """Disables endpoints that failed for too long and writes to their owners; returns how many mails went."""
    return health.disable_dead()


@shared_task(name="webhooks.prune")
def prune() -> int:
    """Removes messages and deliveries that are too old; returns how many rows."""
    return retention.prune()
