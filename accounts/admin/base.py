"""What every admin page shares: changes through the verbs, refusals as form errors, lists that count no further than
they must."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import DataError, models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.actor import Actor
from accounts.checks import is_storable
from accounts.errors import Invalid, Refused
from accounts.models import Door

if TYPE_CHECKING:  # at run time these classes take no parameters
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    AnyPaginator = Paginator[Any]
else:
    ModelAdmin, TabularInline, ModelForm, AnyPaginator = (
        admin.ModelAdmin,
        admin.TabularInline,
        forms.ModelForm,
        Paginator,
    )

COUNTED = 10_000
SHOWN = 100  # of the newest rows that hang on a row


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the admin."""
    return Actor.person(request.user, Door.ADMIN)  # type: ignore[arg-type]


def told(changes: list[dict[str, Any]]) -> SafeString:
    """The changes of an event, one a line."""
    rows = ((change["field"], plain(change["previous"]), plain(change["current"])) for change in changes)
    return format_html_join("", "<div><b>{}</b>: {} → {}</div>", rows)


def plain(value: Any) -> str:
    """A value of history or of a custom field as text, of bearable length."""
    if isinstance(value, dict) and "name" in value:
        return str(value["name"])
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    text = "—" if value in (None, "") else str(value)
    return text if len(text) <= 300 else text[:299] + "…"


class CappedPaginator(AnyPaginator):
    """Counts no further than COUNTED: counting millions of rows would be the slowest part of a list."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return min(COUNTED, rows.order_by()[: COUNTED + 1].count())


class Listed(ModelAdmin):
    """A list that stays quick however long the table is."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Values that no database can look for (NUL, endless numbers) are like other wrong filters."""
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not is_storable(search_term):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


class LookOnly(Listed):
    """Rows that are written by the product alone."""

    ordering = ("-id",)
    in_menu = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return super().get_model_perms(request) if self.in_menu else {}


class NewestRows(TabularInline):
    """The newest rows that hang on a row, to be read."""

    extra = 0
    can_delete = False
    show_change_link = False
    related: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related(*self.related)
        key = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if key is None or not str(key).isdecimal():
            return rows.none()
        newest = rows.filter(**{self._link(): int(key)}).order_by("-id").values("pk")[:SHOWN]
        return rows.filter(pk__in=newest).order_by("id")

    def _link(self) -> str:
        wanted = self.fk_name or next(
            field.name for field in self.model._meta.fields if field.related_model == self.parent_model
        )
        return str(wanted)


class VerbForm(ModelForm):
    """Checks what forms check; what the verb refused is said at the field it is about. Unique values are the verb's."""

    refused: Refused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = _left_to_the_verb

    def clean(self) -> dict[str, Any]:
        problems = self.refused.problems if isinstance(self.refused, Invalid) else ()
        for problem in problems:
            name = self.field_of(problem.field)
            self.add_error(name if name in self.fields else None, problem.message)
        if self.refused and not problems:
            self.add_error(None, str(self.refused))
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):  # browsers end lines in their own way
                self.cleaned_data[name] = value.replace("\r\n", "\n")
        return self.cleaned_data

    def field_of(self, canonical: str) -> str:
        """What this form calls a field."""
        return canonical

    def sent(self) -> dict[str, Any]:
        """What differs from what was shown, by field."""
        shown = {name: value for name, value in self.initial.items() if isinstance(value, str)}
        changed = [name for name in self.changed_data if name in self.cleaned_data]
        return {name: self.cleaned_data[name] for name in changed if self.cleaned_data[name] != shown.get(name, ...)}


class ByVerbs(Listed):
    """Rows that are changed by verbs. A refusal saves nothing and is shown on the form."""

    form = VerbForm
    for_writers: tuple[str, ...] = ()  # fields of the form that are no columns: viewers do not get them

    def add(self, form: Any, by: Actor) -> Model:
        """Calls the verb that makes a row; returns it."""
        raise NotImplementedError

    def change(self, row: Any, form: Any, by: Actor) -> None:
        """Calls the verbs that change `row`, which is as the database holds it."""
        raise NotImplementedError

    def remove(self, row: Any, by: Actor) -> None:
        """Calls the verb that deletes a row."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", None)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if not self.for_writers or (self.has_change_permission(request, obj) if obj else True):
            return sets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in self.for_writers]})
            for title, options in sets
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        if change:
            self.change(self.model._base_manager.get(pk=obj.pk), form, by)
        else:
            obj.pk = self.add(form, by).pk
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Without `form.save_m2m`: what the form holds went through the verb."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj, actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.remove(row, actor_of(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Deleting hides the row and takes nothing else with it."""
        rows = [str(row) for row in objs[:SHOWN]]
        return rows, {self.model._meta.verbose_name_plural: len(objs)}, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            return self._sent_back(request, refused)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.POST.get("action") != "delete_selected":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():  # all of them or none
                return super().changelist_view(request, extra_context)
        except Refused as refused:
            return self._sent_back(request, refused)

    def _sent_back(self, request: HttpRequest, refused: Refused) -> HttpResponse:
        self.message_user(request, str(refused), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


def _left_to_the_verb(exclude: Any = None) -> None:
    """The verb says in words what a constraint would only name."""
