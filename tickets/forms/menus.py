"""The choices of selects."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tickets.words import Priority, Status

NOBODY = "none"
STATUSES = [(status.value, status.label) for status in Status]
PRIORITIES = [(priority.word, priority.label) for priority in Priority]


class Menu(forms.Select):
    """A select drawn without a template for each option: menus of people are long, and stand on every page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, " selected" if str(key) in chosen else "", text) for key, text in self.choices),
        )
        drawn = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", drawn, options)


def menu(nothing: str, rows: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """Rows as the choices of a select, after a first one that means none."""
    return [("", nothing), *((str(key), text) for key, text in rows)]


def offer(form: forms.Form, name: str, rows: Sequence[tuple[str, str]]) -> None:
    """Fills a select whose choices are known only when the page is asked for."""
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - for the type checker
    chosen.choices = list(rows)
