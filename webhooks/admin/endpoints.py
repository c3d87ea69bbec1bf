"""Endpoints: made here and their secrets shown once, changed by the verbs alone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.actor import Actor
from accounts.admin.base import ByVerbs, VerbForm, actor_of
from accounts.admin.people import for_each
from accounts.errors import Refused
from webhooks import actions, queries
from webhooks.health import health_of
from webhooks.models import Endpoint
from webhooks.words import EVENTS


class EndpointForm(VerbForm):
    """What an endpoint is told, and where."""

    events = forms.MultipleChoiceField(
        choices=[(name, f"{name}: {sentence}") for name, sentence in EVENTS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: every event.",
    )


@admin.register(Endpoint)
class EndpointAdmin(ByVerbs):
    form = EndpointForm
    list_display = ("url", "description", "health", "waiting", "last_day", "team", "owner", "last_delivered")
    list_filter = ("is_active", "team")
    list_select_related = ("team", "owner")
    search_fields = ("url", "description")
    ordering = ("-id",)
    autocomplete_fields = ("team",)
    fields = ("url", "description", "events", "team", "include_internal")
    readonly_fields = (
        *("owner", "failing_since", "stopped_at", "disabled_reason", "former_secret_expires_at"),
        *("uuid", "created_at"),
    )
    actions = ("pause", "resume", "send_test", "rotate")

    @admin.display
    def health(self, endpoint: Endpoint) -> str:
        return str(health_of(endpoint).label)

    @admin.display
    def waiting(self, endpoint: Any) -> int:
        return int(endpoint.figures.waiting)

    @admin.display(description="arrived, last 24 h")
    def last_day(self, endpoint: Any) -> str:
        rate = endpoint.figures.day
        return f"{rate.percent:g} % of {rate.tried}" if rate.tried else "–"

    @admin.display
    def last_delivered(self, endpoint: Any) -> Any:
        return endpoint.figures.last_delivered_at

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        self._switch(request, queryset, on=False)

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description="Send a test", permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda endpoint: actions.send_test(endpoint, by=by))

    @admin.action(description="Rotate secrets (the new ones are shown)", permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> HttpResponse | None:
        by, shown = actor_of(request), []
        for endpoint in queryset:
            try:
                shown.append((endpoint, actions.rotate_secret(endpoint, by=by)))
            except Refused as error:
                self.message_user(request, f"{endpoint}: {error}", messages.ERROR)
        return self._shown_once(request, shown) if shown else None

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        return (*self.fields, "is_active", *self.readonly_fields) if obj else self.fields

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the figures of the rows of this page, asked for together."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        figures = queries.figures_of(rows)
        for row in rows:
            row.figures = figures[row.pk]
        changelist.result_list = rows
        return changelist

    def add(self, form: Any, by: Actor) -> Endpoint:
        endpoint, form.issued = actions.add_endpoint(by=by, **form.cleaned_data)
        return endpoint

    def change(self, row: Endpoint, form: Any, by: Actor) -> None:
        actions.change_endpoint(row, by=by, **form.sent())

    def remove(self, row: Endpoint, by: Actor) -> None:
        actions.delete_endpoint(row, by=by)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        obj.issued = getattr(form, "issued", "")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._shown_once(request, [(obj, obj.issued)])

    def _switch(self, request: HttpRequest, queryset: QuerySet[Endpoint], *, on: bool) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda endpoint: actions.change_endpoint(endpoint, by=by, is_active=on))

    def _shown_once(self, request: HttpRequest, secrets: Sequence[tuple[Endpoint, str]]) -> HttpResponse:
        """The secrets themselves, this once; no message keeps them and no cache."""
        context = {**self.admin_site.each_context(request), "title": "Signing secrets", "secrets": secrets}
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/webhooks/endpoint/secrets.html", context, headers=headers)
