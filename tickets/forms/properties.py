"""The properties of a ticket as one form that knows what its reader saw, so that nothing is overwritten unseen.

Values are compared as a browser posts them: `seen` (hidden, JSON) is what the page showed, the rest what came back.
Only what the person changed is sent to the verb; a field that did not come at all is left alone.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tickets.choices import Choices
from tickets.fields import Definition, people_in
from tickets.forms import custom
from tickets.forms.menus import PRIORITIES, STATUSES, Menu, menu, offer
from tickets.models import Ticket
from tickets.words import FieldKind, Priority, Status

Posted = dict[str, list[str]]


class PropertyForm(forms.Form):
    """Always bound: to what the ticket holds, or to what was posted."""

    status = forms.ChoiceField(choices=STATUSES, widget=Menu)
    priority = forms.ChoiceField(choices=PRIORITIES, widget=Menu)
    assignee = forms.ChoiceField(required=False, widget=Menu)
    team = forms.ChoiceField(required=False, widget=Menu)
    category = forms.ChoiceField(required=False, widget=Menu)
    due_at = forms.DateTimeField(
        label="Due", required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    tags = forms.CharField(
        required=False, max_length=5_500, widget=forms.TextInput({"placeholder": "word, another word"})
    )
    version = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "This page is broken. Load it again, then change what you wanted."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    OWN = ("status", "priority", "assignee", "team", "category", "due_at", "tags")

    def __init__(
        self, data: Mapping[str, Any], ticket: Ticket, choices: Choices, definitions: Sequence[Definition]
    ) -> None:
        super().__init__(data, auto_id="property_%s")
        self.ticket = ticket
        self.definitions = {custom.name_of(item): item for item in definitions if item.is_visible}
        offer(self, "assignee", menu("Nobody", _with(choices.agents, ticket.assignee)))
        offer(self, "team", menu("No team", _with(choices.teams, ticket.team)))
        offer(self, "category", menu("None", _with(choices.categories, ticket.category)))
        people = {**{pk: person.full_name for pk, person in choices.people.items()}, **dict(choices.agents)}
        named = people_in(ticket.fields) | {pk for pk, _ in choices.agents}
        offered = sorted(((pk, name) for pk, name in people.items() if pk in named), key=lambda row: row[1].casefold())
        for name, definition in self.definitions.items():
            self.fields[name] = custom.form_field(definition, offered, required=False)
        for name in self.OWN:
            self.fields[name].widget.attrs["class"] = "input"

    @classmethod
    def of(cls, ticket: Ticket, choices: Choices, definitions: Sequence[Definition]) -> "PropertyForm":
        """The form as the ticket stands."""
        return cls(_data(ticket, definitions, {}), ticket, choices, definitions)

    @classmethod
    def again(cls, form: "PropertyForm", ticket: Ticket, choices: Choices) -> "PropertyForm":
        """The form on a ticket that moved on: its values, with what the person was about to change on top."""
        definitions = list(form.definitions.values())
        mine = {name: form.posted(name) for name in form.changed()}
        return cls(_data(ticket, definitions, mine), ticket, choices, definitions)

    def own(self) -> list[forms.BoundField]:
        return [self[name] for name in self.OWN]

    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.definitions]

    def seen_values(self) -> Posted:
        """What the page showed; nothing if the hidden field is missing or broken."""
        try:
            seen = json.loads(self.data.get("seen") or "{}")
        except (ValueError, RecursionError):
            return {}
        if not isinstance(seen, dict):
            return {}
        return {name: [str(item) for item in value] for name, value in seen.items() if isinstance(value, list)}

    def posted(self, name: str) -> list[str]:
        """What came for a field; browsers end lines in text areas with CR LF."""
        values = self.data.getlist(name) if isinstance(self.data, MultiValueDict) else []
        return [value.replace("\r\n", "\n") for value in values]

    def changed(self) -> list[str]:
        """The fields whose posted value is not the one the person saw."""
        seen = self.seen_values()
        return [
            name
            for name in (*self.OWN, *self.definitions)
            if (name in self.data or name in seen) and self.posted(name) != seen.get(name)
        ]

    def changes(self) -> dict[str, Any]:
        """What to hand to `change()`. Call after `is_valid()`; people, teams and categories are still numbers."""
        changes: dict[str, Any] = {}
        answers: dict[str, Any] = {}
        for name in self.changed():
            value = self.cleaned_data.get(name)
            if name in self.definitions:
                answers[self.definitions[name].uuid] = custom.as_sent(self.definitions[name], value)
            elif name == "status":
                changes[name] = Status(str(value))
            elif name == "priority":
                changes[name] = Priority.of(str(value))
            elif name == "tags":
                changes[name] = str(value or "").split(",")
            elif name == "due_at":
                changes[name] = value
            else:
                changes[name] = int(value) if value else None
        return changes | ({"custom": answers} if answers else {})

    def as_posted(self, ticket: Ticket) -> Posted:
        """The ticket's values as a browser would post them in this form."""
        return _posted(ticket, list(self.definitions.values()))

    def words(self, name: str, posted: Sequence[str]) -> str:
        """A posted value as people read it."""
        options = dict(getattr(self.fields[name], "choices", ()))
        if name in self.definitions and self.definitions[name].kind == FieldKind.TOGGLE:
            return "yes" if posted else "no"
        return ", ".join(str(options.get(item, item)) for item in posted if item) or "nothing"


def _posted(ticket: Ticket, definitions: Sequence[Definition]) -> Posted:
    due = timezone.localtime(ticket.due_at).strftime("%Y-%m-%dT%H:%M") if ticket.due_at else ""
    return {
        "status": [str(ticket.status)],
        "priority": [Priority(ticket.priority).word],
        "assignee": [str(ticket.assignee_id or "")],
        "team": [str(ticket.team_id or "")],
        "category": [str(ticket.category_id or "")],
        "due_at": [due],
        "tags": [", ".join(ticket.tag_texts)],
        **custom.as_posted([item for item in definitions if item.is_visible], ticket.fields),
    }


def _data(ticket: Ticket, definitions: Sequence[Definition], mine: Posted) -> QueryDict:
    """What a browser would post for the ticket as it stands, with `mine` on top."""
    now = _posted(ticket, definitions)
    data = QueryDict(mutable=True)
    for name, values in {**now, **mine}.items():
        data.setlist(name, values)
    data["seen"] = json.dumps(now)
    data["version"] = str(ticket.version)
    return data


def _with(rows: Sequence[tuple[int, str]], present: Any) -> list[tuple[int, str]]:
    """The menu, with the value the ticket holds even if it is offered no longer."""
    if present is None or any(pk == present.pk for pk, _ in rows):
        return list(rows)
    return [*rows, (present.pk, getattr(present, "full_name", "") or present.name)]
