"""What narrows and sorts the list of tickets."""

from typing import Any

from django import forms

from tickets.choices import Choices
from tickets.forms.menus import NOBODY, PRIORITIES, STATUSES, Menu, offer
from tickets.lists import Order

ORDERS = {
    "": ("Newest activity", Order("updated_at")),
    "newest": ("Newest first", Order("created_at")),
    "oldest": ("Oldest first", Order("created_at", descending=False)),
    "priority": ("Most urgent first", Order("priority")),
}


class ListForm(forms.Form):
    """What narrows the list; all of it lives in the URL. Empty means any."""

    q = forms.CharField(required=False, max_length=500, strip=True)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any status"), *STATUSES], widget=Menu)
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "Any priority"), *PRIORITIES], widget=Menu
    )
    assignee = forms.ChoiceField(label="Assignee", required=False, widget=Menu)
    team = forms.ChoiceField(label="Team", required=False, widget=Menu)
    category = forms.ChoiceField(label="Category", required=False, widget=Menu)
    tag = forms.CharField(
        label="Tag",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "tags", "placeholder": "Any tag", "size": 9, "autocomplete": "off"}),
    )
    sort = forms.ChoiceField(
        label="Sort", required=False, choices=[(key, name) for key, (name, _) in ORDERS.items()], widget=Menu
    )

    NARROWING = ("status", "priority", "assignee", "team", "category", "tag")

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name in (*self.NARROWING, "sort"):
            self.fields[name].widget.attrs["class"] = "input"

    def narrowing(self) -> list[forms.BoundField]:
        """The filters in the order of the page."""
        return [self[name] for name in self.NARROWING]

    def offer(self, choices: Choices) -> None:
        """Fills the menus that hold people, teams and categories."""
        for name, some, rows in (
            ("assignee", "Any assignee", [(NOBODY, "Nobody"), *choices.agents]),
            ("team", "Any team", [(NOBODY, "No team"), *choices.teams]),
            ("category", "Any category", [(NOBODY, "No category"), *choices.categories]),
        ):
            offer(self, name, [("", some), *((str(key), text) for key, text in rows)])
