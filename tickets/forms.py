"""Forms of tickets: what people may send, in their words. The verbs check again; forms make the answers friendly."""

from collections.abc import Sequence
from typing import Any

from django import forms

from tickets.choices import Choices
from tickets.lists import Order
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT
from tickets.words import Priority, Status

NOBODY = "none"
ORDERS = {
    "": ("Newest activity", Order("updated_at")),
    "newest": ("Newest first", Order("created_at")),
    "oldest": ("Oldest first", Order("created_at", descending=False)),
    "priority": ("Most urgent first", Order("priority")),
}
STATUSES = [(status.value, status.label) for status in Status]
PRIORITIES = [(priority.word, priority.label) for priority in Priority]


class ListForm(forms.Form):
    """What narrows the list; all of it lives in the URL. Empty means any."""

    q = forms.CharField(required=False, max_length=500, strip=True)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any status"), *STATUSES])
    priority = forms.ChoiceField(label="Priority", required=False, choices=[("", "Any priority"), *PRIORITIES])
    assignee = forms.ChoiceField(label="Assignee", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    category = forms.ChoiceField(label="Category", required=False)
    tag = forms.CharField(
        label="Tag",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "tags", "placeholder": "Any tag", "size": 9, "autocomplete": "off"}),
    )
    sort = forms.ChoiceField(
        label="Sort", required=False, choices=[(key, name) for key, (name, _) in ORDERS.items()]
    )

    NARROWING = ("status", "priority", "assignee", "team", "category", "tag")

    def __init__(self, data: Any, choices: Choices | None = None) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name in (*self.NARROWING, "sort"):
            widget = self.fields[name].widget
            widget.attrs["class"] = "input set" if name != "sort" and str(data.get(name, "")).strip() else "input"
        if choices is not None:
            self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Fills the menus that hold people, teams and categories."""
        for name, some, rows in (
            ("assignee", "Any assignee", [(NOBODY, "Nobody"), *choices.agents]),
            ("team", "Any team", [(NOBODY, "No team"), *choices.teams]),
            ("category", "Any category", [(NOBODY, "No category"), *choices.categories]),
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - for the type checker
            chosen.choices = [("", some), *((str(key), text) for key, text in rows)]


class ReplyForm(forms.Form):
    """A reply to the requester, or a note among staff."""

    kind = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Note")], required=False)
    body = forms.CharField(
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write something first; nothing was sent."},
        strip=False,
    )
    status = forms.ChoiceField(choices=[("", "Keep status"), *STATUSES], required=False)

    def clean_body(self) -> str:
        """Blanks alone are nothing."""
        body = str(self.cleaned_data["body"])
        if not body.strip():
            raise forms.ValidationError("Write something first; nothing was sent.")
        return body


class TextForm(forms.Form):
    """Subject and description of a ticket."""

    subject = forms.CharField(label="Subject", max_length=LONGEST_SUBJECT)
    description = forms.CharField(
        label="What happened?", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}), strip=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def menu(nothing: str, rows: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """Rows as the choices of a select, after a first one that means none."""
    return [("", nothing), *((str(key), text) for key, text in rows)]
