"""API keys: issued here and shown once, revoked at once, never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import keys
from accounts.actor import Actor
from accounts.admin.base import ByVerbs, VerbForm, actor_of
from accounts.admin.people import for_each
from accounts.models import ApiKey, Contract

KINDS = [(contract.label, [(kind, kind) for kind in keys.KINDS[contract]]) for contract in Contract]


class KeyForm(VerbForm):
    """What a new key is for."""

    kind = forms.ChoiceField(choices=KINDS)
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in keys.ALL_SCOPES],
        required=False,
        help_text="toptickets only. None: all that kind and owner may hold.",
    )
    allowed_addresses = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Addresses or ranges (192.0.2.0/24), one a line. None: everywhere.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:  # not for those who look at an issued key
            self.fields["owner"].help_text = "Staff; taas keys need none."
            self.fields["team"].help_text = "taas: the desk. support: where the key's tickets go."
            self.fields["name"].required = False

    def clean_allowed_addresses(self) -> list[str]:
        """A list, as the column holds it."""
        return str(self.cleaned_data["allowed_addresses"]).split()


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live"), ("expired", "Expired"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        expired = queryset.filter(revoked_at=None, expires_at__lte=timezone.now())
        match self.value():
            case "live":
                return queryset.filter(revoked_at=None).exclude(pk__in=expired.values("pk"))
            case "expired":
                return expired
            case "revoked":
                return queryset.filter(revoked_at__isnull=False)
        return queryset


@admin.register(ApiKey)
class ApiKeyAdmin(ByVerbs):
    form = KeyForm
    list_display = ("prefix", "contract", "kind", "name", "owner", "team", "is_live", "expires_at", "last_used_at")
    list_filter = (StateFilter, "contract", "kind")
    list_select_related = ("owner", "team")
    search_fields = ("prefix", "name", "owner__email", "owner__full_name", "team__name")
    ordering = ("-id",)
    autocomplete_fields = ("owner", "team")
    fields = ("contract", "kind", "name", "owner", "team", "scopes", "allowed_addresses", "expires_at")
    actions = ("revoke",)

    @admin.display(boolean=True, description="live")
    def is_live(self, key: ApiKey) -> bool:
        return key.is_live

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        by = actor_of(request)
        for_each(self, request, queryset, lambda key: keys.revoke_key(key, by=by))

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        shown = ("prefix", "created_at", "last_used_at", "revoked_at") if obj else ()
        return (*self.fields, *shown)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may issue may revoke."""
        return self.has_add_permission(request)

    def add(self, form: KeyForm, by: Actor) -> ApiKey:
        values = {**form.cleaned_data, "scopes": form.cleaned_data["scopes"] or None}
        key, form.issued = keys.issue_key(by=by, **values)  # type: ignore[attr-defined]
        return key

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        obj.issued = form.issued

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The key itself, this once; no message keeps it and no cache."""
        context = {**self.admin_site.each_context(request), "title": "The new key", "key": obj, "opts": self.opts}
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/accounts/apikey/issued.html", context, headers=headers)
