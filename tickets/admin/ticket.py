"""Tickets: found by words, narrowed by what the indexes know, changed by the verbs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join

from accounts.actor import Actor
from accounts.admin.base import ByVerbs, VerbForm, actor_of, plain
from accounts.admin.people import for_each
from accounts.models import User
from attachments.links import signed_path
from tickets import actions, fields, lists
from tickets.admin.listing import AssigneeFilter, TalliedPaginator, filters_of
from tickets.admin.trail import Comments, History
from tickets.filters import Filters
from tickets.models import Ticket
from tickets.words import Priority, Status

STAMPS = ("first_response_at", "first_resolved_at", "last_resolved_at", "resolved_at", "closed_at")
LATE = ("frt_breached", "rt_breached", "frt_escalated", "rt_escalated")
SHORT = "Y-m-d H:i"
SIGNED = ("created_by", "created_door", "created_at", "updated_by", "updated_door", "updated_at")


class TicketForm(VerbForm):
    """A ticket's fields; `seen` is the version that was shown."""

    tag_words = forms.CharField(label="tags", required=False, help_text="Words with commas between them.")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assignee" not in self.fields:  # those who look at a ticket have no fields
            return
        ticket = self.instance
        staff = User.objects.all().staff().order_by("full_name")
        if ticket.pk:
            self.fields["tag_words"].initial = ", ".join(ticket.tag_texts)
            self.fields["seen"].initial = ticket.version
            staff |= User.everything.filter(pk=ticket.assignee_id).order_by("full_name")
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assignee.queryset = staff

    def field_of(self, canonical: str) -> str:
        return "tag_words" if canonical == "tags" else canonical

    def clean_status(self) -> Status:
        """As the verbs know it."""
        return Status(self.cleaned_data["status"])

    def clean_priority(self) -> Priority:
        """As the verbs know it."""
        return Priority(self.cleaned_data["priority"])

    def clean_tag_words(self) -> list[str]:
        """One by one."""
        return [word for word in str(self.cleaned_data["tag_words"]).split(",") if word.strip()]

    def values(self, sent: dict[str, Any]) -> dict[str, Any]:
        """In the words of the verbs."""
        values = {name: value for name, value in sent.items() if name not in ("seen", "tag_words")}
        return {**values, "tags": sent["tag_words"]} if "tag_words" in sent else values


def _setting(status: Status) -> Any:
    """A bulk action that moves tickets to one status."""

    @admin.action(description=f"Set status: {status.label}", permissions=["change"])
    def set_status(page: "TicketAdmin", request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        by = actor_of(request)
        for_each(page, request, queryset, lambda ticket: actions.change(ticket, by=by, status=status))

    set_status.__name__ = f"set_{status.value}"
    return set_status


@admin.register(Ticket)
class TicketAdmin(ByVerbs):
    form = TicketForm
    list_display = ("id", "subject", "status", "priority", "asks", "answers_it", "team", "opened", "active")
    list_display_links = ("id", "subject")
    list_filter = ("status", "priority", AssigneeFilter, "team", "category", "created_at")
    list_select_related = ("requester", "assignee", "team")
    sortable_by = ("id", "priority", "opened", "active")
    search_fields = ("subject",)  # shows the search box; `get_search_results` does the searching
    search_help_text = "Words of subject or description, the requester or the number."
    ordering = ("-created_at", "-id")
    autocomplete_fields = ("requester",)
    readonly_fields = ("id", "uuid", "version", "answers", "files", "merged_into", *STAMPS, *LATE, *SIGNED)
    for_writers = ("seen",)
    inlines = (Comments, History)
    actions = ("assign_to_me", "unassign", *(_setting(status) for status in Status))
    fieldsets = (
        (None, {"fields": ("subject", "description", "requester", "seen")}),
        ("Work", {"fields": (("status", "priority"), ("assignee", "team"), ("category", "due_at"), "tag_words")}),
        ("Outcome", {"classes": ("collapse",), "fields": ("resolution", "resolution_comment", "merged_into")}),
        ("Answers and files", {"fields": ("answers", "files")}),
        ("Times", {"classes": ("collapse",), "fields": (*STAMPS, LATE)}),
        ("Facts", {"classes": ("collapse",), "fields": ("id", "uuid", "version", SIGNED[:3], SIGNED[3:])}),
    )

    def view_on_site(self, ticket: Ticket) -> str:
        return reverse("ticket", args=[ticket.pk])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Ticket.objects.visible_to(actor_of(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        found = Ticket.objects.all().matching(Filters(words=search_term, also_people=True))
        return queryset.filter(pk__in=found.values("pk")), False

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, orphans: int = 0, allow_empty_first_page: bool = True
    ) -> Any:
        exact = filters_of(request.GET)
        return TalliedPaginator(
            queryset, per_page, orphans, allow_empty_first_page, tallied=(actor_of(request), exact) if exact else None
        )

    @admin.display(ordering="created_at")
    def opened(self, ticket: Ticket) -> str:
        return date_format(ticket.created_at, SHORT)

    @admin.display(ordering="updated_at")
    def active(self, ticket: Ticket) -> str:
        return date_format(ticket.updated_at, SHORT)

    @admin.display(description="requester")
    def asks(self, ticket: Ticket) -> str:
        return ticket.requester.full_name

    @admin.display(description="assignee", empty_value="nobody")
    def answers_it(self, ticket: Ticket) -> str | None:
        return ticket.assignee.full_name if ticket.assignee else None

    @admin.display(description="custom fields")
    def answers(self, ticket: Ticket) -> str:
        known = fields.definitions_of(ticket.team_id)
        people = lists.people(fields.people_in(ticket.fields))
        shown = fields.shown(ticket.fields, known, {pk: person["name"] for pk, person in people.items()})
        rows = [(name, plain(value)) for name, value in (*shown.items(), *ticket.custom.items())]
        return format_html_join("", "<div><b>{}</b>: {}</div>", rows) or "–"

    @admin.display(description="files")
    def files(self, ticket: Ticket) -> str:
        if not ticket.pk:
            return "–"
        rows = (
            (file.link or signed_path(file.uuid), file.name)
            for file in ticket.attachments.filter(deleted_at=None).order_by("id")
        )
        return format_html_join("", '<div><a href="{}" rel="noreferrer">{}</a></div>', rows) or "–"

    @admin.display(description="tags")
    def tag_words(self, ticket: Ticket) -> str:
        """For those who may only look; the form has a field of this name."""
        return ", ".join(ticket.tag_texts)

    @admin.action(description="Assign to me", permissions=["change"])
    def assign_to_me(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda ticket: actions.change(ticket, by=by, assignee=by.user))

    @admin.action(description="Unassign", permissions=["change"])
    def unassign(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda ticket: actions.change(ticket, by=by, assignee=None))

    def add(self, form: TicketForm, by: Actor) -> Ticket:
        values = form.values(form.cleaned_data)
        outcome = {name: values.pop(name) for name in ("resolution", "resolution_comment")}
        ticket = actions.open_ticket(by=by, **values)
        return actions.change(ticket, by=by, **outcome)

    def change(self, row: Ticket, form: TicketForm, by: Actor) -> None:
        values = form.values(form.sent())
        if values:
            actions.change(row, by=by, expected=form.cleaned_data["seen"], **values)

    def remove(self, row: Ticket, by: Actor) -> None:
        actions.delete_ticket(row, by=by)
