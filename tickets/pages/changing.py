"""Changing a ticket: its properties, its text, its status by the requester, and deleting it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entry import PageRequest, for_people, for_staff
from accounts.errors import Gone, Invalid, NotYours, Stale
from accounts.models import Team, User
from tickets import actions, fields
from tickets.choices import choices
from tickets.forms.properties import PropertyForm
from tickets.forms.writing import TextForm
from tickets.models import Category, Ticket
from tickets.pages.rail import rail
from tickets.pages.ticket import desk, may_set, page, ticket_of
from tickets.words import Status

FRAGMENT = "tickets/_changed.html"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else changed meanwhile, or that the reader was about to change."""

    name: str
    seen: str
    now: str
    mine: str  # empty: the reader did not touch it


@require_POST
@for_staff
def properties(request: PageRequest, number: int) -> HttpResponse:
    """Saves what the person changed in the properties, unless somebody else was quicker."""
    ticket = ticket_of(request.actor, number)
    offered = choices(people=fields.people_in(ticket.fields))
    form = PropertyForm(request.POST, ticket, offered, fields.definitions_of(ticket.team_id))
    if not form.is_valid():
        return _answer(request, ticket, status=422, properties=form)
    changes = form.changes()
    try:
        changed = actions.change(ticket, by=request.actor, expected=form.cleaned_data["version"], **_rows(changes))
    except Stale:
        now = ticket_of(request.actor, number)
        return _answer(request, now, status=409, again=form, clashes=_clashes(form, now))
    except Invalid as error:
        for problem in error.problems:
            form.add_error(_field_of(form, problem.field), problem.message)
        return _answer(request, ticket, status=422, properties=form)
    if request.htmx:
        return _answer(request, ticket_of(request.actor, number), saved=True)
    messages.success(request, "Saved." if changed.version != ticket.version else "Nothing was changed.")
    return redirect("ticket", number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit(request: PageRequest, number: int) -> HttpResponse:
    """Subject and description: staff of any ticket, customers of their own."""
    ticket = ticket_of(request.actor, number)
    if request.actor.read_only:
        raise NotYours("You may look at tickets but not change them.")
    start = {"subject": ticket.subject, "description": ticket.description, "version": ticket.version}
    form = TextForm(request.POST or None, initial=start)
    status, now = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                ticket,
                by=request.actor,
                expected=form.cleaned_data["version"],
                subject=form.cleaned_data["subject"],
                description=form.cleaned_data["description"],
            )
        except Stale:
            status, now = 409, ticket_of(request.actor, number)
            form.data = {**request.POST.dict(), "version": str(now.version)}
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            messages.success(request, "Saved.")
            return redirect("ticket", number)
    context: dict[str, Any] = {"ticket": ticket, "form": form, "now": now}
    if request.actor.staff:
        context["views"] = rail(request.actor)
    return render(request, "tickets/edit.html", context, status=422 if form.is_bound and form.errors else status)


@require_POST
@for_people
def set_status(request: PageRequest, number: int) -> HttpResponse:
    """The requester closes or reopens."""
    ticket = ticket_of(request.actor, number)
    wanted = request.POST.get("status", "")
    if wanted not in Status.values:
        messages.error(request, "A ticket can only be closed or reopened here.")
    elif not request.actor.staff and not may_set(ticket, Status(wanted)):
        messages.error(request, f"The ticket is {Status(ticket.status).label.lower()} already.")
    else:
        actions.change(ticket, by=request.actor, status=Status(wanted))
        messages.success(request, "The ticket is closed." if wanted == Status.CLOSED else "The ticket is open again.")
    return redirect("ticket", number)


@require_POST
@for_staff
def delete(request: PageRequest, number: int) -> HttpResponse:
    """Deletes the ticket the reader saw; not one that moved on since."""
    ticket = ticket_of(request.actor, number)
    version = request.POST.get("version", "")
    try:
        actions.delete_ticket(
            ticket, by=request.actor, expected=int(version) if version.isascii() and version.isdecimal() else 0
        )
    except Stale:
        messages.warning(request, "Not deleted: somebody changed the ticket meanwhile. Look again.")
        return redirect("ticket", number)
    messages.success(request, f"Ticket #{number} is deleted.")
    return redirect("home")


def _answer(request: PageRequest, ticket: Ticket, *, status: int = 200, **extra: Any) -> HttpResponse:
    if request.htmx:
        return render(request, FRAGMENT, desk(request, ticket, **extra), status=status)
    return page(request, ticket, status=status, **extra)


def _rows(changes: dict[str, Any]) -> dict[str, Any]:
    """Numbers of people, teams and categories become the rows the verb takes. Raises Gone for one that went."""
    tables = {"assignee": User, "team": Team, "category": Category}
    rows = dict(changes)
    for name, table in tables.items():
        if rows.get(name) is not None:
            row = table.objects.filter(pk=rows[name]).first()  # type: ignore[attr-defined]
            if row is None:
                raise Gone(f"This {name} does not exist any more.")
            rows[name] = row
    return rows


def _field_of(form: PropertyForm, field: str) -> str | None:
    """The form's name of a field the verb complained about."""
    if field in form.fields:
        return field
    keys = {f"custom.{definition.key}": name for name, definition in form.definitions.items()}
    return keys.get(field)


def _clashes(form: PropertyForm, now: Ticket) -> list[Clash]:
    """What the reader saw, what is true now, and what they wanted."""
    seen, changed = form.seen_values(), set(form.changed())
    current = form.as_posted(now)
    return [
        Clash(
            name=str(form.fields[name].label or name.replace("_", " ").capitalize()),
            seen=form.words(name, seen.get(name, [])),
            now=form.words(name, current.get(name, [])),
            mine=form.words(name, form.posted(name)) if name in changed else "",
        )
        for name in (*form.OWN, *form.definitions)
        if name in changed or (name in seen and seen[name] != current.get(name))
    ]
