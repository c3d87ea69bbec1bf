"""New tickets: staff write one for somebody, customers for themselves."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, for_people, onward
from accounts.errors import Clash, Invalid, StoreAway
from accounts.models import Team, User
from attachments.actions import stored
from tickets import actions, fields
from tickets.choices import Choices, choices
from tickets.forms.opening import NewTicketForm, StaffTicketForm
from tickets.models import Category, Ticket
from tickets.pages.rail import rail
from tickets.pages.replies import uploads
from tickets.pages.requester import Unclear, requester_of
from tickets.words import Priority

FIELD_OF = {"email": "requester", "full_name": "requester_name", "html": "description"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new(request: PageRequest) -> HttpResponse:
    """The form, and what is made of it. After an error everything typed is still there."""
    request.actor.must_write()
    staff = request.actor.staff
    team = _team(request) if staff else None
    offered = choices()
    form = _form(request, offered, team)
    candidates: list[User] = []
    if request.method == "POST" and "refresh" not in request.POST and form.is_valid():
        try:
            ticket = _open(request, form, team)
        except Unclear as error:
            form.add_error("requester", str(error))
            candidates = error.candidates
        except Invalid as error:
            for problem in error.problems:
                form.add_error(_field_of(form, problem.field), problem.message)
        except StoreAway as error:
            form.add_error(None, str(error))
        except Clash as error:
            form.add_error("requester", str(error))
        else:
            messages.success(request, f"Ticket #{ticket.pk} is open.", extra_tags="sent")
            return onward(request, reverse("ticket", args=[ticket.pk]))
    asked = request.method == "POST" and "refresh" not in request.POST
    if not asked and form.is_bound:  # only the questions of another team were wanted
        form.errors.clear()
    context: dict[str, Any] = {"form": form, "tags": offered.tags, "candidates": candidates}
    if staff:
        context["views"] = rail(request.actor)
    template = "tickets/new.html" if staff else "tickets/portal_new.html"
    return render(request, template, context, status=422 if asked and form.errors else 200)


def _form(request: PageRequest, offered: Choices, team: Team | None) -> NewTicketForm:
    data = request.POST or None
    definitions = fields.definitions_of(team.pk if team else None)
    if request.actor.staff:
        return StaffTicketForm(data, offered, definitions)
    return NewTicketForm(data, offered, definitions, staff=False)


def _team(request: PageRequest) -> Team | None:
    text = request.POST.get("team", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    return Team.objects.filter(pk=int(text)).first()


def _open(request: PageRequest, form: NewTicketForm, team: Team | None) -> Ticket:
    said = form.cleaned_data
    values: dict[str, Any] = {
        "subject": said["subject"],
        "description": said["description"],
        "priority": Priority.of(said["priority"]),
        "custom": form.answers(),
    }
    if said["category"]:
        values["category"] = Category.objects.filter(pk=said["category"]).first()
    if request.actor.staff:
        values |= {"team": team, "tags": said["tags"].split(",")}
        if said["assignee"]:
            values["assignee"] = User.objects.filter(pk=said["assignee"]).first()
    with stored(uploads(request)) as files, transaction.atomic():  # a new customer only together with the ticket
        if request.actor.staff:
            values["requester"] = requester_of(
                said["requester"], said["requester_name"], said["chosen"], by=request.actor
            )
        return actions.open_ticket(by=request.actor, files=files, **values)


def _field_of(form: NewTicketForm, field: str) -> str | None:
    field = FIELD_OF.get(field, field)
    if field in form.fields:
        return field
    return next((name for name, item in form.definitions.items() if field == f"custom.{item.key}"), None)
