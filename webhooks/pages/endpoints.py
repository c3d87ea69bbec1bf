"""Endpoints for administrators: list, make, change, switch, rotate, test, delete. A secret is shown once, by the answer
itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entry import PageRequest, for_admins
from accounts.errors import Clash, Gone, Invalid, NotYours
from tickets.pages.rail import rail
from webhooks import actions, queries
from webhooks.forms import EndpointForm
from webhooks.models import Delivery, Endpoint
from webhooks.pages.paging import next_look, page_of


@require_safe
@for_admins
def index(request: PageRequest) -> HttpResponse:
    """Endpoints with how they are doing, the newest first."""
    page = page_of(request, Endpoint.objects.select_related("team"))
    figures = queries.figures_of(page.rows)
    context = {"page": page, "lines": [(endpoint, figures[endpoint.pk]) for endpoint in page.rows]}
    return shown(request, "webhooks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def new(request: PageRequest) -> HttpResponse:
    """Asks what the endpoint is to be told; shows its secret and what came of a first test."""
    must_write(request)
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                endpoint, secret = actions.add_endpoint(by=request.actor, **form.cleaned_data)
                test = actions.send_test(endpoint, by=request.actor)
        except Invalid as error:
            _note(form, error)
        else:
            return _shown_once(request, endpoint, secret, test)
    return _asked(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def edit(request: PageRequest, number: int) -> HttpResponse:
    """Changes what an endpoint is told, and where."""
    endpoint = endpoint_of(number)
    must_write(request)
    form = EndpointForm(request.POST or None, initial=EndpointForm.shown(endpoint))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_endpoint(endpoint, by=request.actor, **form.cleaned_data)
        except Invalid as error:
            _note(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("webhook", number)
    return _asked(request, form, endpoint)


@require_POST
@for_admins
def switch(request: PageRequest, number: int) -> HttpResponse:
    """Pauses or resumes."""
    on = request.POST.get("active") == "on"
    actions.change_endpoint(endpoint_of(number), by=request.actor, is_active=on)
    messages.success(request, "Resumed; what it collected is being sent." if on else "Paused; it goes on collecting.")
    return redirect("webhook", number)


@require_POST
@for_admins
def rotate(request: PageRequest, number: int) -> HttpResponse:
    """A new secret, shown; the one before it signs too for a while."""
    endpoint = endpoint_of(number)
    try:
        secret = actions.rotate_secret(endpoint, by=request.actor, known=request.POST.get("known", ""))
    except Clash as error:
        messages.error(request, str(error))
        return redirect("webhook", number)
    return _shown_once(request, endpoint_of(number), secret)


@require_POST
@for_admins
def delete(request: PageRequest, number: int) -> HttpResponse:
    """Ends an endpoint; what waits for it is not sent."""
    endpoint = endpoint_of(number)
    actions.delete_endpoint(endpoint, by=request.actor)
    messages.success(request, f"Deleted {endpoint.url}.")
    return redirect("webhooks")


@require_POST
@for_admins
def test(request: PageRequest, number: int) -> HttpResponse:
    """Sends a test and shows what comes of it."""
    try:
        delivery = actions.send_test(endpoint_of(number), by=request.actor)
    except Clash as error:
        messages.error(request, str(error))
        return redirect("webhook", number)
    return redirect("webhook-delivery", number, delivery.pk)


def endpoint_of(number: int) -> Endpoint:
    """The endpoint with this number. Raises Gone."""
    endpoint = Endpoint.objects.select_related("team", "owner").filter(pk=number).first()
    if endpoint is None:
        raise Gone
    return endpoint


def must_write(request: PageRequest) -> None:
    """Raises NotYours for those who may only look."""
    if request.actor.read_only:
        raise NotYours("You may look at webhooks but not change them.")


def shown(request: PageRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page in the desk's frame."""
    frame = {"views": rail(request.actor), "may_write": not request.actor.read_only}
    return render(request, template, {**frame, **context}, status=status)


def _asked(request: PageRequest, form: EndpointForm, endpoint: Endpoint | None = None) -> HttpResponse:
    context = {"form": form, "endpoint": endpoint}
    return shown(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


def _note(form: EndpointForm, error: Invalid) -> None:
    for problem in error.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def _shown_once(request: PageRequest, endpoint: Endpoint, secret: str, test: Delivery | None = None) -> HttpResponse:
    """The secret itself, this once: no message keeps it and no cache."""
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "timeout": settings.WEBHOOK_TIMEOUT,
        "delivery": test,
        "poll": next_look(request),
    }
    response = shown(request, "webhooks/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
