"""Every change to endpoints and deliveries that somebody asks for. Administrators only; one transaction each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import Clash, Gone
from accounts.hints import hint
from accounts.models import Team
from accounts.sealing import seal
from webhooks import guard, log, outbox, signing
from webhooks.models import Delivery, Endpoint, Message, Recovery
from webhooks.retention import OLD_SECRET_SIGNS
from webhooks.words import EVENTS, TEST

LONGEST_URL, LONGEST_DESCRIPTION = 2000, 500
State = Delivery.State


@transaction.atomic
def add_endpoint(
    *,
    by: Actor,
    url: str,
    description: str = "",
    events: Iterable[str] = (),
    include_internal: bool = False,
    team: Team | None = None,
    is_active: bool = True,
) -> tuple[Endpoint, str]:
    """A new endpoint, and its secret, which is shown this once. No events named: all. Raises Invalid."""
    by.must_administer()
    values = _cleaned({"url": url, "description": description, "events": events})
    secret = signing.new_secret()
    endpoint = Endpoint(owner=by.user, team=team, include_internal=include_internal, secret=seal(secret), **values)
    if not is_active:
        _pause(endpoint)
    endpoint.save(force_insert=True)
    return endpoint, secret


@transaction.atomic
def change_endpoint(endpoint: Endpoint, *, by: Actor, **changes: Any) -> Endpoint:
    """Changes url, description, events, include_internal, team or is_active. Raises Invalid, Gone."""
    by.must_administer()
    endpoint = _locked(endpoint)
    values = {**changes, **_cleaned(changes)}
    active = values.pop("is_active", endpoint.is_active)
    if values.get("url", endpoint.url) != endpoint.url:  # whoever answers there has not failed yet
        endpoint.failing_since = None
        _send_waiting(endpoint)
    for field, value in values.items():
        setattr(endpoint, field, value)
    if active and not endpoint.is_active:
        _resume(endpoint)
    elif endpoint.is_active and not active:
        _pause(endpoint)
    endpoint.updated_at = timezone.now()
    endpoint.save()
    return endpoint


@transaction.atomic
def delete_endpoint(endpoint: Endpoint, *, by: Actor) -> None:
    """Hides an endpoint; what waits for it is cancelled. An attempt in flight ends as it may."""
    by.must_administer()
    endpoint = _locked(endpoint)
    now = timezone.now()
    endpoint.deleted_at = endpoint.updated_at = now
    endpoint.save(update_fields=["deleted_at", "updated_at"])
    endpoint.deliveries.filter(state=State.PENDING).update(state=State.CANCELLED, claimed_by=None, updated_at=now)


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: Actor, known: str = "") -> str:
    """A new secret, shown this once. The one before it signs too for 24 hours.

    `known` is the `secret_mark` of when it was asked for: a form that is sent twice must not end the secret that
    receivers hold. Raises Clash when there is a newer one.
    """
    by.must_administer()
    endpoint = _locked(endpoint)
    if known and known != endpoint.secret_mark:
        raise Clash("There is a newer secret, shown when it was made. Nothing was changed.")
    secret = signing.new_secret()
    endpoint.former_secret = endpoint.secret
    endpoint.former_secret_expires_at = timezone.now() + OLD_SECRET_SIGNS
    endpoint.secret = seal(secret)
    endpoint.updated_at = timezone.now()
    endpoint.save(update_fields=["secret", "former_secret", "former_secret_expires_at", "updated_at"])
    return secret


@transaction.atomic
def send_test(endpoint: Endpoint, *, by: Actor) -> Delivery:
    """A `webhook.test` for this endpoint alone. Raises Clash while it is switched off."""
    by.must_administer()
    endpoint = _locked(endpoint)
    if not endpoint.is_active:
        raise Clash("The endpoint is switched off; switch it on to test it.")
    message = Message(event=TEST)
    data = {"endpoint": {"id": endpoint.uuid, "url": endpoint.url}, "message": "Polydesk reaches you."}
    message.body = outbox.frozen(message, data=data, origin=by.door)
    message.save(force_insert=True)
    delivery = Delivery.objects.create(endpoint=endpoint, message=message, due_at=_ahead_of_all(endpoint))
    transaction.on_commit(outbox.poke)
    return delivery


@transaction.atomic
def resend(delivery: Delivery, *, by: Actor) -> Delivery:
    """Sends the same bytes again, before all that waits.

    Raises Clash for what cannot be sent, Gone when the endpoint is.
    """
    by.must_administer()
    delivery = (
        Delivery.objects.select_for_update(of=("self",)).select_related("endpoint", "message").get(pk=delivery.pk)
    )
    if delivery.endpoint.is_deleted:
        raise Gone("The endpoint was deleted.")
    if delivery.state == State.PARKED:
        raise Clash(f"Its body could not be built: {delivery.error}")
    if delivery.claimed_by is not None and delivery.due_at > timezone.now():
        raise Clash("It is being sent just now.")
    delivery.state, delivery.attempt_count, delivery.error, delivery.claimed_by = State.PENDING, 0, "", None
    delivery.due_at, delivery.updated_at = _ahead_of_all(delivery.endpoint), timezone.now()
    delivery.save(update_fields=["state", "attempt_count", "error", "claimed_by", "due_at", "updated_at"])
    transaction.on_commit(outbox.poke)
    return delivery


@transaction.atomic
def recover(endpoint: Endpoint, *, by: Actor, since: datetime) -> Recovery:
    """Has the worker queue everything since a moment that the endpoint wanted and has not had."""
    by.must_administer()
    endpoint = _locked(endpoint)
    earlier = log.last_before(since)
    newest = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    recovery = Recovery.objects.create(
        endpoint=endpoint, since=since, asked_by=by.user, first=earlier, position=earlier, last=max(newest, earlier)
    )
    transaction.on_commit(_start_recovering)
    return recovery


def _start_recovering() -> None:
    from webhooks.tasks import recover as task

    hint(task)


def _locked(endpoint: Endpoint) -> Endpoint:
    found = Endpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if found is None:
        raise Gone("There is no such endpoint.")
    return found


def _ahead_of_all(endpoint: Endpoint) -> datetime:
    """When something is due that somebody waits for, though thousands may wait before it."""
    waiting = endpoint.deliveries.filter(state=State.PENDING).order_by("due_at", "id")
    first = waiting.values_list("due_at", flat=True).first()
    now = timezone.now()
    return now if first is None else min(now, first - timedelta(microseconds=1))


def _pause(endpoint: Endpoint) -> None:
    endpoint.is_active, endpoint.stopped_at, endpoint.disabled_reason = False, timezone.now(), ""


def _resume(endpoint: Endpoint) -> None:
    """What it collected is sent, the oldest first."""
    endpoint.is_active, endpoint.stopped_at, endpoint.disabled_reason, endpoint.failing_since = True, None, "", None
    _send_waiting(endpoint)


def _send_waiting(endpoint: Endpoint) -> None:
    """What waits for a later attempt is tried now."""
    now = timezone.now()
    waiting = endpoint.deliveries.filter(state=State.PENDING, claimed_by=None, due_at__gt=now)
    waiting.update(due_at=now, updated_at=now)
    transaction.on_commit(outbox.poke)


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    check = Checker()
    cleaned: dict[str, Any] = {}
    if "url" in values:
        cleaned["url"] = check.text("url", values["url"], most=LONGEST_URL, required=True, one_line=True)
        if cleaned["url"] and not check.problems:
            try:
                guard.check(cleaned["url"])
            except guard.Forbidden as error:
                check.note("url", str(error))
    if "description" in values:
        cleaned["description"] = check.text("description", values["description"], most=LONGEST_DESCRIPTION)
    if "events" in values:
        cleaned["events"] = list(dict.fromkeys(values["events"]))
        unknown = [str(name) for name in cleaned["events"] if name not in EVENTS]
        if unknown:
            check.note("events", f"Events must be among: {', '.join(EVENTS)}", "unknown")
    check.finish()
    return cleaned
