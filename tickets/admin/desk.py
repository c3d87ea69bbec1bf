"""A team's desk: its custom fields with their options, its tag categories with their tags. And the categories."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.actor import Actor
from accounts.admin.base import ByVerbs, TabularInline, VerbForm, actor_of
from accounts.admin.teams import TeamAdmin
from accounts.models import Team
from tickets import desk
from tickets.models import Category, CustomField, CustomOption, Tag, TagCategory


class Inline(TabularInline):
    """Rows that are changed with the row they hang on, each by its verb."""

    form = VerbForm
    extra = 0
    show_change_link = True

    def add(self, parent: Any, row: Any, by: Actor) -> None:
        """Calls the verb that makes `row`."""
        raise NotImplementedError

    def change(self, row: Any, values: dict[str, Any], by: Actor) -> None:
        """Calls the verb that changes `row`."""
        raise NotImplementedError

    def remove(self, row: Any, by: Actor) -> None:
        """Calls the verb that deletes `row`."""
        raise NotImplementedError


class WithInlines(ByVerbs):
    """Saves what inlines hold through their verbs."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        inline = next(inline for inline in self.get_inline_instances(request) if inline.model is formset.model)
        if not isinstance(inline, Inline):
            return
        by = actor_of(request)
        formset.save(commit=False)
        for row in formset.deleted_objects:
            inline.remove(row, by)
        for row, names in formset.changed_objects:
            inline.change(row, {name: getattr(row, name) for name in names}, by)
        for row in formset.new_objects:
            inline.add(form.instance, row, by)


FIELD_SETTINGS = ("is_multiple", "is_mandatory", "is_visible", "column", "position", "default")


class Fields(Inline):
    model = CustomField
    fields = ("title", "kind", *FIELD_SETTINGS[:-1])
    verbose_name_plural = "custom fields (options on their own page)"

    def add(self, parent: Team, row: CustomField, by: Actor) -> None:
        settings = {name: getattr(row, name) for name in FIELD_SETTINGS}
        desk.add_field(by=by, team=parent, title=row.title, kind=row.kind, **settings)

    def change(self, row: CustomField, values: dict[str, Any], by: Actor) -> None:
        desk.change_field(row, by=by, **values)

    def remove(self, row: CustomField, by: Actor) -> None:
        desk.delete_field(row, by=by)


class Options(Inline):
    model = CustomOption
    fields = ("text", "is_default", "position")
    show_change_link = False

    def add(self, parent: CustomField, row: CustomOption, by: Actor) -> None:
        desk.add_option(parent, by=by, text=row.text, is_default=row.is_default, position=row.position)

    def change(self, row: CustomOption, values: dict[str, Any], by: Actor) -> None:
        desk.change_option(row, by=by, **values)

    def remove(self, row: CustomOption, by: Actor) -> None:
        desk.delete_option(row, by=by)


class TagCategories(Inline):
    model = TagCategory
    fields = ("text", "color")
    verbose_name_plural = "tag categories (tags on their own page)"

    def add(self, parent: Team, row: TagCategory, by: Actor) -> None:
        desk.add_tag_category(by=by, team=parent, text=row.text, color=row.color)

    def change(self, row: TagCategory, values: dict[str, Any], by: Actor) -> None:
        desk.change_tag_category(row, by=by, **values)

    def remove(self, row: TagCategory, by: Actor) -> None:
        desk.delete_tag_category(row, by=by)


class Tags(Inline):
    model = Tag
    fields = ("text",)
    show_change_link = False

    def add(self, parent: TagCategory, row: Tag, by: Actor) -> None:
        desk.add_tag(parent, by=by, text=row.text)

    def change(self, row: Tag, values: dict[str, Any], by: Actor) -> None:
        desk.change_tag(row, by=by, **values)

    def remove(self, row: Tag, by: Actor) -> None:
        desk.delete_tag(row, by=by)


admin.site.unregister(Team)


@admin.register(Team)
class DeskAdmin(WithInlines, TeamAdmin):
    """A team with what its desk asks and offers."""

    inlines = (Fields, TagCategories)


@admin.register(CustomField)
class CustomFieldAdmin(WithInlines):
    list_display = ("title", "team", "kind", "is_multiple", "is_mandatory", "is_visible", "column", "position")
    list_filter = ("team", "kind", "is_visible")
    list_select_related = ("team",)
    search_fields = ("title", "key")
    ordering = ("team_id", "position", "id")
    readonly_fields = ("key", "uuid")
    fields = ("team", "title", "kind", *FIELD_SETTINGS, *readonly_fields)
    inlines = (Options,)

    def get_readonly_fields(self, request: HttpRequest, obj: CustomField | None = None) -> Any:
        """A field stays with its team and of its kind: stored answers rely on both."""
        return (*self.readonly_fields, "team", "kind") if obj else self.readonly_fields

    def add(self, form: VerbForm, by: Actor) -> CustomField:
        return desk.add_field(by=by, **form.cleaned_data)

    def change(self, row: CustomField, form: VerbForm, by: Actor) -> None:
        desk.change_field(row, by=by, **form.sent())

    def remove(self, row: CustomField, by: Actor) -> None:
        desk.delete_field(row, by=by)


@admin.register(CustomOption)
class CustomOptionAdmin(ByVerbs):
    list_display = ("text", "field", "is_default", "position")
    list_select_related = ("field",)
    search_fields = ("text", "field__title")
    ordering = ("field_id", "position", "id")
    fields = ("text", "is_default", "position", "field")
    readonly_fields = ("field",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the page of their field."""
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def change(self, row: CustomOption, form: VerbForm, by: Actor) -> None:
        desk.change_option(row, by=by, **form.sent())

    def remove(self, row: CustomOption, by: Actor) -> None:
        desk.delete_option(row, by=by)


@admin.register(TagCategory)
class TagCategoryAdmin(WithInlines):
    list_display = ("text", "team", "color")
    list_filter = ("team",)
    list_select_related = ("team",)
    search_fields = ("text",)
    ordering = ("team_id", "text")
    fields = ("team", "text", "color")
    inlines = (Tags,)

    def get_readonly_fields(self, request: HttpRequest, obj: TagCategory | None = None) -> Any:
        return ("team",) if obj else ()

    def add(self, form: VerbForm, by: Actor) -> TagCategory:
        return desk.add_tag_category(by=by, **form.cleaned_data)

    def change(self, row: TagCategory, form: VerbForm, by: Actor) -> None:
        desk.change_tag_category(row, by=by, **form.sent())

    def remove(self, row: TagCategory, by: Actor) -> None:
        desk.delete_tag_category(row, by=by)


@admin.register(Tag)
class TagAdmin(ByVerbs):
    list_display = ("text", "category")
    list_filter = ("category",)
    list_select_related = ("category",)
    search_fields = ("text",)
    ordering = ("text", "id")
    fields = ("text", "category")

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        return ("category",) if obj else ()

    def add(self, form: VerbForm, by: Actor) -> Tag:
        return desk.add_tag(form.cleaned_data["category"], by=by, text=form.cleaned_data["text"])

    def change(self, row: Tag, form: VerbForm, by: Actor) -> None:
        desk.change_tag(row, by=by, **form.sent())

    def remove(self, row: Tag, by: Actor) -> None:
        desk.delete_tag(row, by=by)


@admin.register(Category)
class CategoryAdmin(ByVerbs):
    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Old tickets keep their category; an inactive one is offered no longer."""
        return False

    def add(self, form: VerbForm, by: Actor) -> Category:
        return desk.add_category(by=by, **form.cleaned_data)

    def change(self, row: Category, form: VerbForm, by: Actor) -> None:
        desk.change_category(row, by=by, **form.sent())
