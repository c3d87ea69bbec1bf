"""Noted changes as words for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_format

from tickets.fields import Definition
from tickets.words import Priority, Status

LONGEST = 120  # characters of a value

FIELDS = {
    "html": "description",
    "content": "message",
    "due_at": "due date",
    "resolution_comment": "resolution comment",
}
WHOLE_TEXTS = {"description", "html", "resolution_comment", "content"}


@dataclass(frozen=True, slots=True)
class Glossary:
    """What stands for what: custom fields by uuid, people's names by number."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change; `was` and `now` are empty where the text is too long to show."""

    name: str
    was: str = ""
    now: str = ""
    status: str = ""  # the new status, to draw its shape


def differences(changes: Sequence[Mapping[str, Any]], glossary: Glossary) -> list[Difference]:
    """What `record()` noted, in words."""
    return [_difference(change, glossary) for change in changes]


def _difference(change: Mapping[str, Any], glossary: Glossary) -> Difference:
    name, _, key = str(change["field"]).partition(".")
    was, now = change.get("previous"), change.get("current")
    match name:
        case "custom":
            definition = glossary.definitions.get(key)
            options = definition.options if definition else {}
            title = definition.title if definition else key
            return Difference(title, _words(was, options, glossary), _words(now, options, glossary))
        case "status":
            return Difference("status", Status(str(was)).label, Status(str(now)).label, status=str(now))
        case "priority":
            return Difference("priority", Priority.of(str(was)).label, Priority.of(str(now)).label)
        case "due_at":
            return Difference("due date", _date(was), _date(now))
        case _ if name in WHOLE_TEXTS:
            return Difference(FIELDS.get(name, name))
        case _:
            return Difference(FIELDS.get(name, name), _words(was, {}, glossary), _words(now, {}, glossary))


def _words(value: Any, options: Mapping[str, str], glossary: Glossary) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case {"name": name}:
            text = str(name)
        case list():
            text = ", ".join(_item(item, options, glossary) for item in value)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _item(item: Any, options: Mapping[str, str], glossary: Glossary) -> str:
    if isinstance(item, int):
        return glossary.people.get(item, f"person {item}")
    return options.get(str(item), str(item))


def _date(value: Any) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(value)), "j M Y, H:i") if value else ""
