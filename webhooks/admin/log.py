"""What was told, to be read: messages, deliveries with their attempts, recoveries. Deliveries can be sent again."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from accounts.admin.base import LookOnly, NewestRows, actor_of
from accounts.admin.people import for_each
from webhooks import actions, queries
from webhooks.models import Attempt, Delivery, Message, Recovery


class Attempts(NewestRows):
    model = Attempt
    fields = readonly_fields = ("created_at", "status", "milliseconds", "error")
    show_change_link = True


@admin.register(Message)
class MessageAdmin(LookOnly):
    list_display = ("created_at", "event", "ticket_id", "is_internal", "sequence", "uuid")
    list_filter = ("event", "is_internal")
    search_fields = ("=uuid",)
    fields = ("event", "ticket", "team", "is_internal", "sequence", "uuid", "created_at", "text")

    @admin.display(description="body")
    def text(self, message: Message) -> str:
        try:
            body = json.dumps(json.loads(bytes(message.body)), indent=2, ensure_ascii=False)
        except ValueError:
            body = bytes(message.body).decode(errors="replace")
        return format_html("<pre>{}</pre>", body)


@admin.register(Delivery)
class DeliveryAdmin(LookOnly):
    list_display = ("created_at", "message", "endpoint", "state", "attempt_count", "due_at")
    list_filter = ("state", "endpoint")
    list_select_related = ("message", "endpoint")
    fields = ("endpoint", "message", "state", "due_at", "attempt_count", "error", "uuid", "created_at")
    inlines = (Attempts,)
    actions = ("resend",)

    @admin.action(description="Resend", permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda delivery: actions.resend(delivery, by=by))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("webhooks.change_delivery")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what waits at the top."""
        depth, oldest = queries.queue()
        return super().changelist_view(request, {**(extra_context or {}), "depth": depth, "oldest": oldest})


@admin.register(Attempt)
class AttemptAdmin(LookOnly):
    in_menu = False  # shown with their delivery
    list_display = ("created_at", "delivery_id", "status", "milliseconds", "error")
    fields = (
        *("delivery", "status", "milliseconds", "request_headers", "response_headers", "response_body"),
        *("error", "created_at"),
    )


@admin.register(Recovery)
class RecoveryAdmin(LookOnly):
    list_display = ("created_at", "endpoint", "since", "queued", "percent", "finished_at")
    list_select_related = ("endpoint",)
    fields = ("endpoint", "since", "asked_by", "queued", "percent", "finished_at", "created_at")
