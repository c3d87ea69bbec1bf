"""Custom fields of contract taas (§4.5): by id, each kind with its own JSON."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from accounts.errors import Invalid
from accounts.models import User
from api.taas import moments
from api.taas.params import refusal
from api.taas.people import Persons
from tickets.fields import Definition
from tickets.words import FieldKind

Provide = Callable[[Mapping[str, str]], User]
_PERSON = {"id", "name", "email"}
MOST_PEOPLE = 100


def read(sent: Mapping[str, Any], known: Iterable[Definition], *, hours: int, provide: Provide) -> dict[str, Any]:
    """Sent values as the verbs take them: by field id, people by number, None clears. Raises BadInput."""
    definitions = {definition.uuid: definition for definition in known if definition.is_visible}
    values: dict[str, Any] = {}
    for name, value in sent.items():
        definition = definitions.get(name.lower())
        if definition is None:
            raise refusal("customFields", f"There is no custom field {name[:40]!r} here.")
        values[definition.uuid] = _value(definition, value, hours, provide) if value not in (None, "", []) else None
    return values


def shown(stored: Mapping[str, Any], known: Iterable[Definition], people: Persons) -> dict[str, Any]:
    """Stored values by field id; only fields with a value."""
    values = {
        definition.uuid: shown_value(definition, stored[definition.uuid], people)
        for definition in known
        if definition.uuid in stored
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def shown_value(definition: Definition, value: Any, people: Persons) -> Any:
    """One stored value, or None."""
    if definition.kind == FieldKind.LIST and isinstance(value, list):
        return [option for option in value if option in definition.options]
    if definition.kind == FieldKind.PEOPLE and isinstance(value, list):
        return [people[person] for person in value if person in people]
    return value


def _value(definition: Definition, value: Any, hours: int, provide: Provide) -> Any:
    field = f"customFields.{definition.uuid}"
    match definition.kind:
        case FieldKind.TEXT | FieldKind.TEXTAREA:
            return _checked(value, str, field, "This must be text.")
        case FieldKind.TOGGLE:
            return _checked(value, bool, field, "This must be true or false.")
        case FieldKind.DATE:
            return _date(value, hours, field)
    items = _checked(value, list, field, "This must be an array.")
    if len(items) > (MOST_PEOPLE if definition.is_multiple else 1):
        raise refusal(field, "These are too many values.")
    if definition.kind == FieldKind.LIST:
        return [_option(definition, item, field) for item in items]
    try:
        return [provide(_person(item, field)).pk for item in items]
    except Invalid as error:
        raise refusal(field, str(error)) from error


def _checked(value: Any, kind: type, field: str, message: str) -> Any:
    if not isinstance(value, kind):
        raise refusal(field, message)
    return value


def _date(value: Any, hours: int, field: str) -> str:
    """A day as it is, a time in UTC."""
    try:
        moment = moments.read(value, hours)
    except (ValueError, TypeError):
        raise refusal(field, "This must be a date (YYYY-MM-DD) or an ISO 8601 time.") from None
    return str(value) if len(value) == len("2026-01-31") else moment.isoformat().replace("+00:00", "Z")


def _option(definition: Definition, item: Any, field: str) -> str:
    if not isinstance(item, str) or item.lower() not in definition.options:
        raise refusal(field, "There is no such option.")
    return item.lower()


def _person(item: Any, field: str) -> dict[str, str]:
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in _PERSON):
        raise refusal(field, "A person is an object with the texts id, name and email.")
    return {name: item[name] for name in _PERSON}
