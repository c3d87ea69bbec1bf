"""People, what they are called elsewhere, how they are signed in, and the history of all that."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import actions
from accounts.actor import Actor
from accounts.admin.base import ByVerbs, Listed, LookOnly, NewestRows, VerbForm, actor_of, told
from accounts.errors import Refused
from accounts.models import Session, User, UserEvent, UserIdentity

PROFILE = (
    *("company", "department", "title", "pronoun", "contact_number", "customer_tier", "account_value"),
    *("has_premium_support", "is_vip", "location_country", "location_city", "location_state", "location_zip"),
    *("location_address", "social_linkedin", "social_website", "social_github", "notes"),
)


class UserForm(VerbForm):
    """A person with, if wanted, a new password."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: as it is. A new one ends the person's other sessions.",
    )

    def field_of(self, canonical: str) -> str:
        return "new_password" if canonical == "password" else canonical


class Identities(NewestRows):
    model = UserIdentity
    fields = readonly_fields = ("scheme", "external_id", "created_at")


class UserHistory(NewestRows):
    model = UserEvent
    fk_name = "user"
    related = ("actor",)
    verbose_name_plural = "history"
    fields = readonly_fields = ("created_at", "kind", "actor", "door", "what")

    @admin.display(description="changes")
    def what(self, event: UserEvent) -> str:
        return told(event.changes)


@admin.register(User)
class UserAdmin(ByVerbs):
    form = UserForm
    list_display = ("full_name", "email", "role", "read_only", "is_active", "company", "tier", "last_login")
    list_filter = ("role", "is_active", "read_only", "tier", "employee_type", "region", "customer_tier", "is_vip")
    search_fields = ("full_name", "email", "company")
    ordering = ("full_name", "id")
    readonly_fields = ("uuid", "last_login", "created_at", "updated_at", "in_teams")
    for_writers = ("new_password",)
    inlines = (Identities, UserHistory)
    actions = ("activate", "deactivate")
    fieldsets = (
        (None, {"fields": ("full_name", "email", "new_password")}),
        ("May", {"fields": ("role", "read_only", "is_active", "tier")}),
        ("Works", {"fields": ("in_teams", "employee_type", "region", "timezone")}),
        ("Customer profile", {"classes": ("collapse",), "fields": PROFILE}),
        ("Facts", {"fields": ("uuid", "last_login", "created_at", "updated_at")}),
    )

    @admin.display(description="teams")
    def in_teams(self, user: User) -> str:
        return ", ".join(team.name for team in user.teams.all()) if user.pk else "–"

    @admin.action(description="Activate", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda user: actions.change_user(user, by=by, is_active=True))

    @admin.action(description="Deactivate (their open tickets become unassigned)", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda user: actions.change_user(user, by=by, is_active=False))

    def add(self, form: UserForm, by: Actor) -> User:
        values = dict(form.cleaned_data)
        return actions.add_user(by=by, password=values.pop("new_password") or None, **values)

    def change(self, row: User, form: UserForm, by: Actor) -> None:
        values = form.sent()
        password = values.pop("new_password", "")
        if values:
            actions.change_user(row, by=by, **values)
        if password:
            actions.set_password(row, password, by=by)

    def remove(self, row: User, by: Actor) -> None:
        actions.delete_user(row, by=by)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.pk == request.user.pk and form.cleaned_data.get("new_password"):
            update_session_auth_hash(request, obj)  # who sets their own password stays signed in here


def for_each(page: Listed, request: HttpRequest, rows: QuerySet[Any], change: Callable[[Any], object]) -> None:
    """Changes each row by itself, and says how many and which were refused."""
    done, refused = 0, []
    for row in rows.iterator(chunk_size=500):
        try:
            change(row)
        except Refused as error:
            refused.append(f"{row}: {error}")
        else:
            done += 1
    if done:
        page.message_user(request, f"{done} done.", messages.SUCCESS)
    for sentence in refused[:5]:
        page.message_user(request, sentence, messages.ERROR)
    if len(refused) > 5:
        page.message_user(request, f"{len(refused)} in all were refused.", messages.ERROR)


@admin.register(UserEvent)
class UserEventAdmin(LookOnly):
    list_display = ("created_at", "user", "kind", "actor", "door")
    list_filter = ("kind", "door")
    list_select_related = ("user", "actor")
    search_fields = ("user__email", "user__full_name")
    fields = ("created_at", "user", "kind", "actor", "door", "key", "what")

    @admin.display(description="changes")
    def what(self, event: UserEvent) -> str:
        return told(event.changes)


@admin.register(UserIdentity)
class UserIdentityAdmin(LookOnly):
    list_display = ("external_id", "scheme", "user", "created_at")
    list_filter = ("scheme",)
    list_select_related = ("user",)
    search_fields = ("external_id", "user__email")


@admin.register(Session)
class SessionAdmin(LookOnly):
    list_display = ("user", "created_at", "updated_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__full_name")
    actions = ("revoke",)

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda session: actions.revoke_session(session, by=by))

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """For administrators who may write."""
        return request.user.has_perm("accounts.change_session")
