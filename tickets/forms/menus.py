"""The choices of selects."""

from collections.abc import Sequence

from django import forms

from tickets.words import Priority, Status

NOBODY = "none"
STATUSES = [(status.value, status.label) for status in Status]
PRIORITIES = [(priority.word, priority.label) for priority in Priority]


def menu(nothing: str, rows: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """Rows as the choices of a select, after a first one that means none."""
    return [("", nothing), *((str(key), text) for key, text in rows)]


def offer(form: forms.Form, name: str, rows: Sequence[tuple[str, str]]) -> None:
    """Fills a select whose choices are known only when the page is asked for."""
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - for the type checker
    chosen.choices = list(rows)
