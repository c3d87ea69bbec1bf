"""Recovering: everything since a moment that an endpoint wanted and has not had is sent; how far that has come."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, for_admins
from webhooks import actions
from webhooks.forms import SPANS, RecoverForm
from webhooks.models import Endpoint, Recovery
from webhooks.pages.endpoints import endpoint_of, must_write, shown
from webhooks.pages.paging import next_look

SHOWN = 20  # past recoveries


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def recover(request: PageRequest, number: int) -> HttpResponse:
    """Asks since when, and lists what was asked before. The fragment, which asks for itself until all are finished, is
    the list."""
    endpoint = endpoint_of(number)
    form = RecoverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        must_write(request)
        if form.is_valid():
            actions.recover(endpoint, by=request.actor, since=form.cleaned_data["since"])
            messages.success(request, "Looking for what is missing.")
            return redirect("webhook-recover", number)
    rows = _recent(endpoint)
    running = any(row.finished_at is None for row in rows)
    context = {"endpoint": endpoint, "recoveries": rows, "poll": next_look(request) if running else None}
    if request.htmx:
        return render(request, "webhooks/_recoveries.html", context)
    asked = {"form": form, "spans": [(key, words) for key, (words, _) in SPANS.items()]}
    return shown(request, "webhooks/recover.html", {**context, **asked}, status=422 if form.errors else 200)


def _recent(endpoint: Endpoint) -> list[Recovery]:
    return list(endpoint.recoveries.select_related("asked_by").order_by("-id")[:SHOWN])
