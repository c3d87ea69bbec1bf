"""How endpoints are doing: what attempts say of them, disabling those that are dead, telling their owners."""

import logging
from collections.abc import Iterable
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Role, User
from webhooks.models import Endpoint
from webhooks.retention import GIVEN_UP
from webhooks.sending import Outcome

GONE = "It answered 410 Gone: it wants no more."
DEAD = f"Every attempt failed for {GIVEN_UP.total_seconds() / 3600:.0f} hours."
log = logging.getLogger(__name__)


class Health(models.TextChoices):
    """The badge of an endpoint."""

    HEALTHY = "healthy"
    FAILING = "failing"
    PAUSED = "paused"
    DISABLED = "disabled"


def health_of(endpoint: Endpoint) -> Health:
    """Paused is what a person did, disabled what we did."""
    if not endpoint.is_active:
        return Health.DISABLED if endpoint.disabled_reason else Health.PAUSED
    return Health.FAILING if endpoint.failing_since else Health.HEALTHY


def judge(results: Iterable[tuple[int, Outcome]], now: datetime) -> None:
    """One success ends a time of failure, the first failure begins one, 410 ends it all.

    `results`: endpoint ids with what came of an attempt.
    """
    results = list(results)
    well = {pk for pk, outcome in results if outcome.delivered}
    ill = {pk for pk, outcome in results if not outcome.delivered} - well
    gone = {pk for pk, outcome in results if outcome.gone}
    if well:
        Endpoint.objects.filter(pk__in=well, failing_since__isnull=False).update(failing_since=None)
    if ill:
        Endpoint.objects.filter(pk__in=ill, failing_since=None).update(failing_since=now)
    if gone:
        stop(gone, GONE, now)


def stop(endpoints: Iterable[int], reason: str, now: datetime) -> None:
    """Disables endpoints. What is pending waits for somebody to switch them on again."""
    running = Endpoint.objects.filter(pk__in=endpoints, is_active=True)
    running.update(is_active=False, stopped_at=now, disabled_reason=reason, owner_told_at=None, updated_at=now)


def disable_dead() -> int:
    """Disables those that failed for too long; writes to their owners, once; returns how many mails went.

    A crash between mail and mark writes twice, never zero times. A mail that could not go is tried again with the next
    call, and keeps none of the others waiting.
    """
    now = timezone.now()
    dead = Endpoint.objects.sending().filter(failing_since__lte=now - GIVEN_UP)
    stop(list(dead.values_list("pk", flat=True)), DEAD, now)
    told = 0
    untold = Endpoint.objects.filter(is_active=False, owner_told_at=None).exclude(disabled_reason="")
    for endpoint in untold.select_related("owner"):
        readers = _who_can_mend(endpoint)
        went = sum(_write_to(reader, endpoint) for reader in readers)
        if went or not readers:
            Endpoint.objects.filter(pk=endpoint.pk).update(owner_told_at=now)
        told += went
    return told


def _who_can_mend(endpoint: Endpoint) -> list[User]:
    """Its owner; where that is nobody who may manage it any more, all administrators who may."""
    owner = endpoint.owner
    if owner is not None and owner.is_active and owner.is_admin:
        return [owner]
    return list(User.objects.filter(role=Role.ADMIN, is_active=True, read_only=False).order_by("id"))


def _write_to(reader: User, endpoint: Endpoint) -> bool:
    """Whether the mail went."""
    context = {
        "user": reader,
        "endpoint": endpoint,
        "link": f"{settings.BASE_URL}/settings/webhooks/{endpoint.pk}/",
        "base_url": settings.BASE_URL,
    }
    try:
        get_adapter().render_mail("webhooks/email/disabled", reader.email, context).send()
    except Exception as error:  # noqa: BLE001 - what is wrong with one address says nothing about the next
        log.warning("could not write to person %s of endpoint %s: %s", reader.pk, endpoint.pk, type(error).__name__)
        return False
    return True
