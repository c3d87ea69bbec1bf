"""A team's custom fields as form fields: seven kinds, from stored values to what a browser posts and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from tickets.fields import Definition
from tickets.forms.menus import Menu
from tickets.rules import LONGEST_TEXT
from tickets.words import FieldKind

PREFIX = "custom."


def name_of(definition: Definition) -> str:
    """What the field is called in the form."""
    return PREFIX + definition.uuid


def form_field(definition: Definition, people: Sequence[tuple[int, str]], *, required: bool) -> forms.Field:
    """The form field of a definition; `people` are those a people field offers."""
    common: dict[str, Any] = {"label": definition.title, "required": required}
    widget_class = {"class": "input"}
    match definition.kind:
        case FieldKind.TEXT:
            return forms.CharField(max_length=1000, widget=forms.TextInput(widget_class), **common)
        case FieldKind.TEXTAREA:
            area = forms.Textarea({**widget_class, "rows": 3})
            return forms.CharField(max_length=LONGEST_TEXT, widget=area, **common)
        case FieldKind.DATE:
            return forms.DateField(widget=forms.DateInput({**widget_class, "type": "date"}), **common)
        case FieldKind.TOGGLE:
            return forms.BooleanField(label=definition.title, required=False)
        case FieldKind.LIST:
            options = list(definition.options.items())
        case _:
            options = [(str(pk), name) for pk, name in people]
    if definition.is_multiple:
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    return forms.ChoiceField(choices=[("", "–"), *options], widget=Menu(widget_class), **common)


def as_posted(definitions: Iterable[Definition], stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Stored values (by field uuid) as a browser would post them."""
    posted: dict[str, list[str]] = {}
    for definition in definitions:
        value = stored.get(definition.uuid)
        if definition.kind == FieldKind.TOGGLE:
            values = ["on"] if value else []
        elif definition.kind == FieldKind.LIST:
            values = [item for item in value or () if item in definition.options]
        elif definition.kind == FieldKind.PEOPLE:
            values = [str(person) for person in value or ()]
        elif definition.kind == FieldKind.DATE:
            values = [str(value or "")[:10]]
        else:
            values = [str(value or "")]
        sends_nothing_when_empty = definition.kind == FieldKind.TOGGLE or definition.is_multiple
        posted[name_of(definition)] = values or ([] if sends_nothing_when_empty else [""])
    return posted


def as_sent(definition: Definition, cleaned: Any) -> Any:
    """A cleaned value as the verbs take it; None clears."""
    match definition.kind:
        case FieldKind.TOGGLE:
            return bool(cleaned)
        case FieldKind.DATE:
            return cleaned.isoformat() if cleaned else None
        case FieldKind.TEXTAREA:
            return cleaned.replace("\r\n", "\n") or None
        case FieldKind.PEOPLE:
            chosen = cleaned if isinstance(cleaned, list) else [cleaned]
            return [int(person) for person in chosen if person] or None
        case _:
            return cleaned or None
