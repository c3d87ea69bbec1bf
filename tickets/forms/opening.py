"""The form of a new ticket: what staff fill in for somebody, and what customers fill in for themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from tickets.choices import Choices
from tickets.fields import Definition
from tickets.forms import custom
from tickets.forms.menus import PRIORITIES, Menu, menu, offer
from tickets.forms.writing import TextForm
from tickets.words import FieldKind, Priority


class NewTicketForm(TextForm):
    """What everybody may say about a new ticket, and the questions of the desk it goes to."""

    version = None  # type: ignore[assignment]
    priority = forms.ChoiceField(choices=PRIORITIES, initial=Priority.MEDIUM.word, widget=Menu)
    category = forms.ChoiceField(required=False, widget=Menu)

    PUBLIC = frozenset(FieldKind.values) - {FieldKind.PEOPLE}  # customers are not shown who works here

    def __init__(
        self, data: Mapping[str, Any] | None, choices: Choices, definitions: Sequence[Definition], *, staff: bool
    ) -> None:
        super().__init__(data)
        offer(self, "category", menu("None", choices.categories))
        self.definitions = {
            custom.name_of(item): item
            for item in definitions
            if item.is_visible and (staff or item.kind in self.PUBLIC)
        }
        for name, definition in self.definitions.items():
            self.fields[name] = custom.form_field(definition, choices.agents, required=definition.is_mandatory)
        if not staff:
            self.fields["priority"].label = "How urgent is it?"

    def questions(self) -> list[forms.BoundField]:
        """The custom fields."""
        return [self[name] for name in self.definitions]

    def answers(self) -> dict[str, Any]:
        """Custom values as the verb takes them; what was left empty is left out."""
        sent = {item.uuid: custom.as_sent(item, self.cleaned_data.get(name)) for name, item in self.definitions.items()}
        return {uuid: value for uuid, value in sent.items() if value not in (None, False)}


class StaffTicketForm(NewTicketForm):
    """Somebody writes down what somebody else reported."""

    requester = forms.CharField(
        max_length=254,
        help_text="A name or e-mail address. An address nobody has yet makes a new customer.",
        widget=forms.TextInput({"list": "people", "autocomplete": "off", "autofocus": True}),
    )
    requester_name = forms.CharField(
        label="Name, if new", max_length=200, required=False, help_text="Only for somebody new."
    )
    chosen = forms.IntegerField(required=False)  # one of several people with that name
    team = forms.ChoiceField(required=False, widget=Menu)
    assignee = forms.ChoiceField(required=False, widget=Menu)
    tags = forms.CharField(
        required=False, max_length=5_500, widget=forms.TextInput({"list": "tags", "placeholder": "word, another word"})
    )

    def __init__(self, data: Mapping[str, Any] | None, choices: Choices, definitions: Sequence[Definition]) -> None:
        super().__init__(data, choices, definitions, staff=True)
        offer(self, "team", menu("No team", choices.teams))
        offer(self, "assignee", menu("Nobody yet", choices.agents))
