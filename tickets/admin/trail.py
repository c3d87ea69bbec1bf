"""What hangs on a ticket and is only read here: comments, history, counters, imported rows."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import LookOnly, NewestRows, told
from tickets.models import Comment, ImportedRow, Renamed, Tally, TicketEvent, TicketTag

MOST_NUMBER = 2**63


class Comments(NewestRows):
    model = Comment
    fk_name = "ticket"
    related = ("author",)
    verbose_name_plural = "conversation"
    fields = readonly_fields = ("created_at", "author", "is_internal", "door", "content")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(deleted_at=None)


class History(NewestRows):
    model = TicketEvent
    related = ("actor",)
    verbose_name_plural = "history"
    fields = readonly_fields = ("created_at", "kind", "actor", "door", "what")

    @admin.display(description="changes")
    def what(self, event: TicketEvent) -> str:
        return told(event.changes)


class OfTicket(LookOnly):
    """Rows of a ticket, found by its number: the tables are too long for more."""

    search_fields = ("ticket_id",)
    search_help_text = "The number of a ticket."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        number = search_term.strip().removeprefix("#")
        if not number:
            return queryset, False
        found = number.isdecimal() and int(number) < MOST_NUMBER
        return (queryset.filter(ticket_id=int(number)) if found else queryset.none()), False


@admin.register(Comment)
class CommentAdmin(OfTicket):
    list_display = ("created_at", "ticket_id", "author", "is_internal", "door", "opening")
    list_filter = ("is_internal", "door")
    list_select_related = ("author",)
    raw_id_fields = ("ticket", "came_from")

    @admin.display(description="content")
    def opening(self, comment: Comment) -> str:
        return comment.content[:100]


@admin.register(TicketEvent)
class TicketEventAdmin(OfTicket):
    list_display = ("created_at", "ticket_id", "kind", "actor", "door")
    list_filter = ("kind", "door")
    list_select_related = ("actor",)
    fields = ("created_at", "ticket", "kind", "actor", "door", "key", "comment", "what")

    @admin.display(description="changes")
    def what(self, event: TicketEvent) -> str:
        return told(event.changes)


@admin.register(Tally)
class TallyAdmin(LookOnly):
    list_display = ("status", "priority", "team", "assignee", "amount")
    list_filter = ("status", "priority")
    list_select_related = ("team", "assignee")


@admin.register(ImportedRow)
class ImportedRowAdmin(OfTicket):
    list_display = ("source", "fingerprint", "ticket_id")


@admin.register(Renamed)
class RenamedAdmin(LookOnly):
    in_menu = False  # a queue that empties by itself
    ordering = ("pk",)
    list_display = ("user", "since")
    list_select_related = ("user",)


@admin.register(TicketTag)
class TicketTagAdmin(OfTicket):
    in_menu = False  # shown with their ticket
    list_display = ("ticket_id", "tag", "position")
    list_select_related = ("tag",)
