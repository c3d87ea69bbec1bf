"""The delivery log of an endpoint, and one delivery with everything that was sent and came back."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.entry import PageRequest, for_admins
from accounts.errors import Clash, Gone
from webhooks import actions, queries
from webhooks.curl import as_curl
from webhooks.forms import LogForm
from webhooks.models import Delivery
from webhooks.pages.endpoints import endpoint_of, shown
from webhooks.pages.paging import Poll, next_look, page_of
from webhooks.retention import COLLECTING, GIVEN_UP

ATTEMPTS = 50  # shown of a delivery, the newest
WATCHED = timedelta(seconds=10)  # a delivery that is due so soon is watched


@require_safe
@for_admins
def log(request: PageRequest, number: int) -> HttpResponse:
    """An endpoint, how it is doing, and its deliveries, the newest first; filters and place are in the address."""
    endpoint = endpoint_of(number)
    form = LogForm(request.GET)
    page = page_of(request, queries.log_of(endpoint, **form.filters()))
    for row in page.rows:
        row.endpoint = endpoint  # known, so that no row asks for it
    ends = endpoint.stopped_at + COLLECTING if endpoint.stopped_at else None
    context = {
        "endpoint": endpoint,
        "figures": queries.figures_of([endpoint])[endpoint.pk],
        "form": form,
        "page": page,
        "recovery": endpoint.recoveries.filter(finished_at=None).order_by("-id").first(),
        "disabled_at": endpoint.failing_since + GIVEN_UP if endpoint.failing_since else None,
        "collects_until": ends,
        "still_collects": ends is not None and ends > timezone.now(),
    }
    return shown(request, "webhooks/endpoint.html", context)


@require_safe
@for_admins
def one(request: PageRequest, number: int, delivery: int) -> HttpResponse:
    """One delivery. The fragment, which asks for itself while an attempt is near, is all but the body."""
    row = _delivery(number, delivery)
    context = {
        "delivery": row,
        "endpoint": row.endpoint,
        "message": row.message,
        "attempts": row.attempts.order_by("-id")[:ATTEMPTS],
        "full_bar": settings.WEBHOOK_TIMEOUT * 1000,
        "poll": _watch(request, row),
        "may_write": not request.actor.read_only,
    }
    if request.htmx:
        return render(request, "webhooks/_delivery.html", context)
    return shown(request, "webhooks/delivery.html", {**context, **_body(row)})


@require_safe
@for_admins
def outcome(request: PageRequest, number: int, delivery: int) -> HttpResponse:
    """In a sentence what came of a test; asks for itself until something has."""
    row = _delivery(number, delivery)
    last = row.attempts.order_by("-id").first()
    context = {"delivery": row, "endpoint": row.endpoint, "last": last, "poll": None if last else next_look(request)}
    return render(request, "webhooks/_outcome.html", context)


@require_POST
@for_admins
def resend(request: PageRequest, number: int, delivery: int) -> HttpResponse:
    """Sends the same bytes again."""
    row = _delivery(number, delivery)
    try:
        actions.resend(row, by=request.actor)
    except Clash as error:
        messages.error(request, str(error))
    else:
        when = "Queued to be sent" if row.endpoint.is_active else "It is sent as soon as the endpoint is switched on"
        messages.success(request, f"{when} again, with the same id and body.")
    return redirect("webhook-delivery", number, delivery)


def _delivery(number: int, pk: int) -> Delivery:
    found = Delivery.objects.select_related("message", "endpoint").filter(endpoint=number, pk=pk)
    row = found.filter(endpoint__deleted_at=None).first()
    if row is None:
        raise Gone
    return row


def _watch(request: PageRequest, row: Delivery) -> Poll | None:
    waits = row.state == Delivery.State.PENDING and row.endpoint.is_active
    return next_look(request) if waits and row.due_at <= timezone.now() + WATCHED else None


def _body(row: Delivery) -> dict[str, Any]:
    raw = bytes(row.message.body)
    if not raw:
        return {}
    try:
        pretty = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except ValueError:
        pretty = ""
    return {
        "raw": raw.decode(errors="replace"),
        "pretty": pretty,
        "size": len(raw),
        "curl": as_curl(row.endpoint.url, str(row.message.uuid), raw),
    }
