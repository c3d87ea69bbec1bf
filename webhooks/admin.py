"""Who is told of what, to be read: endpoints, messages, deliveries with their attempts."""

import json

from django.contrib import admin
from django.utils.html import format_html

from accounts.admin.base import LookOnly, NewestRows
from webhooks.models import Attempt, Delivery, Endpoint, Message, Recovery


class Attempts(NewestRows):
    model = Attempt
    fields = readonly_fields = ("created_at", "status", "milliseconds", "error")
    show_change_link = True


@admin.register(Endpoint)
class EndpointAdmin(LookOnly):
    list_display = ("url", "description", "is_active", "team", "owner", "failing_since", "stopped_at")
    list_filter = ("is_active", "team")
    list_select_related = ("team", "owner")
    search_fields = ("url", "description")
    fields = (
        *("url", "description", "events", "is_active", "include_internal", "team", "owner"),
        *("failing_since", "stopped_at", "disabled_reason", "former_secret_expires_at", "uuid", "created_at"),
    )


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
