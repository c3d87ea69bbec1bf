"""Every change to what desks ask and offer: custom fields with options, tag categories with tags, categories.

Administrators only, but for words that staff add while working; one transaction each; each raises the errors of
`accounts.errors` and then has saved nothing.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.actor import Actor
from accounts.base import Row
from accounts.checks import Checker
from accounts.errors import Clash, NotYours
from accounts.models import Team
from tickets.models import Category, CustomField, CustomOption, Tag, TagCategory
from tickets.rules import LONGEST_TAG
from tickets.words import FieldKind

LONGEST_NAME = 200

R = TypeVar("R", bound=Row)


@transaction.atomic
def add_field(
    *, by: Actor, team: Team, title: str, kind: str, options: Sequence[str] = (), **values: Any
) -> CustomField:
    """A new question. `values`: is_multiple, is_mandatory, is_visible, column, position, default.

    Its key is the slug of the title and stays when the title changes: programs know the field by it.
    """
    by.must_administer()
    check = Checker()
    title = check.text("title", title, most=LONGEST_NAME, required=True, one_line=True)
    check.one_of("kind", kind, list(FieldKind.values))
    texts = [check.text("options", text, most=LONGEST_NAME, required=True, one_line=True) for text in options]
    check.finish()
    key = slugify(title).replace("-", "_") or "field"
    if CustomField.objects.filter(team=team, key=key).exists():
        raise Clash(f"The team has a field with the key {key} already.")
    asked = CustomField.objects.create(team=team, title=title, key=key, kind=kind, **values)
    CustomOption.objects.bulk_create(
        CustomOption(field=asked, text=text, position=position) for position, text in enumerate(texts)
    )
    return asked


@transaction.atomic
def change_field(asked: CustomField, *, by: Actor, **values: Any) -> CustomField:
    """Changes title, is_multiple, is_mandatory, is_visible, column, position or default; kind and key stay."""
    by.must_administer()
    check = Checker()
    for fixed in values.keys() & {"kind", "team", "key"}:
        check.note(fixed, f"The {fixed} of a field stays: stored answers rely on it. Make a new field instead.")
    if "title" in values:
        values["title"] = check.text("title", values["title"], most=LONGEST_NAME, required=True, one_line=True)
    check.finish()
    return _changed(asked, values)


@transaction.atomic
def delete_field(asked: CustomField, *, by: Actor) -> None:
    """Hides a question; the answers stay on their tickets unseen."""
    by.must_administer()
    _changed(asked, {"deleted_at": timezone.now()})


@transaction.atomic
def add_option(
    asked: CustomField, *, by: Actor, text: str, is_default: bool = False, position: int = 0
) -> CustomOption:
    """One more choice of a list."""
    by.must_administer()
    check = Checker()
    text = check.text("text", text, most=LONGEST_NAME, required=True, one_line=True)
    if asked.kind != FieldKind.LIST:
        check.note("text", "Only lists have options.")
    check.finish()
    return CustomOption.objects.create(field=asked, text=text, is_default=is_default, position=position)


@transaction.atomic
def change_option(option: CustomOption, *, by: Actor, **values: Any) -> CustomOption:
    """Changes text, is_default or position; tickets that chose it show the new text."""
    by.must_administer()
    check = Checker()
    if "text" in values:
        values["text"] = check.text("text", values["text"], most=LONGEST_NAME, required=True, one_line=True)
    check.finish()
    return _changed(option, values)


@transaction.atomic
def delete_option(option: CustomOption, *, by: Actor) -> None:
    """Hides a choice; tickets that chose it no longer show it."""
    by.must_administer()
    _changed(option, {"deleted_at": timezone.now()})


@transaction.atomic
def add_tag_category(*, by: Actor, team: Team, text: str, color: str = "", tags: Sequence[str] = ()) -> TagCategory:
    """A new heading for tags, with its tags."""
    by.must_administer()
    text = _category_text(text)
    if TagCategory.objects.filter(team=team, text=text).exists():
        raise Clash("The team has a tag category with this name already.")
    category = TagCategory.objects.create(team=team, text=text, color=color)
    for word in tags:
        add_tag(category, by=by, text=word)
    return category


@transaction.atomic
def change_tag_category(category: TagCategory, *, by: Actor, **values: Any) -> TagCategory:
    """Changes text or color."""
    by.must_administer()
    if "text" in values:
        values["text"] = _category_text(values["text"])
        same = TagCategory.objects.filter(team_id=category.team_id, text=values["text"]).exclude(pk=category.pk)
        if same.exists():
            raise Clash("The team has a tag category with this name already.")
    return _changed(category, values)


@transaction.atomic
def delete_tag_category(category: TagCategory, *, by: Actor) -> None:
    """Hides a heading; tickets keep its tags."""
    by.must_administer()
    _changed(category, {"deleted_at": timezone.now()})


@transaction.atomic
def add_tag(category: TagCategory | None, *, by: Actor, text: str) -> Tag:
    """A tag of a category (None: of none). A deleted one comes back; a living one is left as it is."""
    by.must_administer()
    check = Checker()
    text = check.text("text", text, most=LONGEST_TAG, required=True, one_line=True)
    check.finish()
    tag, _ = Tag.everything.get_or_create(category=category, text=text)
    return _changed(tag, {"deleted_at": None}) if tag.is_deleted else tag


@transaction.atomic
def change_tag(tag: Tag, *, by: Actor, text: str) -> Tag:
    """Spells a tag anew, on every ticket that carries it."""
    by.must_administer()
    check = Checker()
    text = check.text("text", text, most=LONGEST_TAG, required=True, one_line=True)
    check.finish()
    if Tag.everything.filter(category_id=tag.category_id, text=text).exclude(pk=tag.pk).exists():
        raise Clash("There is, or was, a tag with this name already.")
    return _changed(tag, {"text": text})


@transaction.atomic
def delete_tag(tag: Tag, *, by: Actor) -> None:
    """Offers a tag no longer; tickets that carry it keep it."""
    by.must_administer()
    _changed(tag, {"deleted_at": timezone.now()})


@transaction.atomic
def add_category(*, by: Actor, name: str, is_active: bool = True) -> Category:
    """A new category of tickets."""
    by.must_administer()
    return Category.objects.create(name=_category_name(name), is_active=is_active)


@transaction.atomic
def find_or_add_category(*, by: Actor, name: str) -> Category:
    """The category of this name, whatever its case; a new one for staff who write a word that nobody used yet."""
    by.must_write()
    if not by.staff:
        raise NotYours("Only staff may add categories.")
    check = Checker()
    name = check.text("category", name, most=LONGEST_NAME, required=True, one_line=True)
    check.finish()
    found = Category.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Category.objects.create(name=name)
    except IntegrityError:  # somebody else used the word at the same moment
        return Category.objects.get(name__iexact=name)


@transaction.atomic
def change_category(category: Category, *, by: Actor, **values: Any) -> Category:
    """Changes name or is_active; an inactive one is offered no longer and stays on its tickets."""
    by.must_administer()
    if "name" in values:
        values["name"] = _category_name(values["name"], but=category)
    return _changed(category, values)


def _category_name(name: str, but: Category | None = None) -> str:
    check = Checker()
    name = check.text("name", name, most=LONGEST_NAME, required=True, one_line=True)
    check.finish()
    same = Category.objects.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Clash("There is a category with this name already.")
    return name


def _category_text(text: str) -> str:
    check = Checker()
    text = check.text("text", text, most=LONGEST_NAME, required=True, one_line=True)
    check.finish()
    return text


def _changed(row: R, values: dict[str, Any]) -> R:
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = timezone.now()
    row.save(update_fields=[*values, "updated_at"])
    return row
