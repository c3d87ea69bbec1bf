"""The organization and its teams."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import actions
from accounts.actor import Actor
from accounts.admin.base import ByVerbs, LookOnly, VerbForm
from accounts.models import Organization, Team, TeamMember, User


class TeamForm(VerbForm):
    """A team with its people."""

    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Team._meta.get_field("members"), admin.site),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "people" in self.fields:
            self.fields["people"].initial = list(self.instance.members.all())

    def field_of(self, canonical: str) -> str:
        return "people" if canonical == "members" else canonical


@admin.register(Team)
class TeamAdmin(ByVerbs):
    form = TeamForm
    list_display = ("name", "enabled", "mail_address", "auto_assign", "default_assignee")
    list_filter = ("enabled", "auto_assign")
    list_select_related = ("default_assignee",)
    search_fields = ("name", "description")
    ordering = ("name",)
    autocomplete_fields = ("default_assignee", "idle_assignees")
    readonly_fields = ("uuid", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", "description", "people")}),
        ("Desk", {"fields": ("enabled", "mail_address", "reopen_on_reply")}),
        ("Assignment", {"fields": ("auto_assign", "assignee_rules", "default_assignee", "provision_assignees")}),
        (
            "Idle tickets and alerts",
            {
                "classes": ("collapse",),
                "fields": ("auto_assign_idle", "idle_days", "idle_assignees", "notify_idle", "alerts"),
            },
        ),
        (
            "Programs",
            {
                "classes": ("collapse",),
                "fields": (
                    *("secondary_key_writes", "group_id", "tenant_id", "external_team_id", "channel_id"),
                    "subscription_id",
                ),
            },
        ),
        ("Facts", {"fields": ("uuid", "created_at", "updated_at")}),
    )

    @admin.display(description="people")
    def people(self, team: Team) -> str:
        """For those who may only look; the form has a field of this name."""
        return ", ".join(user.full_name for user in team.members.all())

    def add(self, form: TeamForm, by: Actor) -> Team:
        values = dict(form.cleaned_data)
        return actions.add_team(by=by, members=values.pop("people"), **values)

    def change(self, row: Team, form: TeamForm, by: Actor) -> None:
        values = form.sent()
        if values:
            actions.change_team(row, by=by, members=values.pop("people", None), **values)

    def remove(self, row: Team, by: Actor) -> None:
        actions.delete_team(row, by=by)


@admin.register(TeamMember)
class TeamMemberAdmin(LookOnly):
    in_menu = False  # shown with their team
    list_display = ("team", "user", "created_at")
    list_select_related = ("team", "user")


@admin.register(Organization)
class OrganizationAdmin(ByVerbs):
    autocomplete_fields = ("default_team",)
    readonly_fields = ("uuid", "created_at", "updated_at")
    fields = ("name", "tier", "reopen_on_reply", "default_team", *readonly_fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one; its page is the list."""
        return redirect("admin:accounts_organization_change", Organization.current().pk)

    def change(self, row: Organization, form: VerbForm, by: Actor) -> None:
        actions.change_organization(by=by, **form.sent())
