"""Custom fields: a team's definitions, checking what is sent, showing what is stored.

A ticket keeps `fields` {field uuid: stored value}. Stored values: text and text area a string; toggle a boolean; date
an ISO date or datetime string; list an array of option uuids; people an array of user ids.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.checks import Checker, is_storable
from accounts.models import Organization, User
from tickets.compiled import Compiled
from tickets.models import CustomField
from tickets.rules import LONGEST_TEXT
from tickets.words import FieldKind

MOST_KEYS = 200
DEEPEST = 20
_DEFINITIONS = Compiled()
# PostgreSQL gives 1e20 back as an integer, and only those of 64 bits can be answered in JSON.
LEAST_NUMBER, MOST_NUMBER = -(2**63), 2**64 - 1


@dataclass(slots=True)
class Definition:
    """One question of a team's desk."""

    uuid: str
    key: str
    title: str
    kind: str
    team_id: int
    is_multiple: bool
    is_mandatory: bool
    is_visible: bool
    options: dict[str, str] = field(default_factory=dict)  # option uuid -> text, the living only


def definitions(team_ids: Collection[int | None]) -> dict[int | None, list[Definition]]:
    """The definitions of each team; a ticket without team uses the default desk's. One query."""
    ids = [team for team in team_ids if team is not None]
    rows = _DEFINITIONS.rows(
        (len(ids), None in team_ids), ids, lambda given: _definitions([*given, None] if None in team_ids else given)
    )
    by_team: dict[int | None, dict[str, Definition]] = {}
    plain: list[Any]
    for *plain, standard_team, option, text, deleted_at in rows:
        teams = [plain[4]] + ([None] if plain[4] == standard_team and None in team_ids else [])
        for team in teams:
            if team not in team_ids:
                continue
            known = by_team.setdefault(team, {})
            definition = known.setdefault(str(plain[0]), Definition(str(plain[0]), *plain[1:]))
            if option is not None and deleted_at is None:
                definition.options[str(option)] = text
    return {team: list(known.values()) for team, known in by_team.items()}


def _definitions(team_ids: Collection[int | None]) -> QuerySet[CustomField, Any]:
    wanted = Q(team_id__in=[team for team in team_ids if team is not None])
    standard = Organization.objects.values("default_team_id")[:1]
    if None in team_ids:
        wanted |= Q(team_id=standard)
    return (
        CustomField.objects.filter(wanted)
        .annotate(standard_team=standard)
        .order_by("position", "id", "options__position", "options__id")
        .values_list(
            "uuid", "key", "title", "kind", "team_id", "is_multiple", "is_mandatory", "is_visible",
            "standard_team", "options__uuid", "options__text", "options__deleted_at",
        )
    )  # fmt: skip


def definitions_of(team_id: int | None) -> list[Definition]:
    """The definitions for tickets of one team."""
    return definitions([team_id]).get(team_id, [])


def split(
    sent: Mapping[str, Any], known: Iterable[Definition], check: Checker
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sent values as (by field uuid, free-form). A key names a field by its key (any case) or uuid; None clears."""
    by_name = {name: definition for definition in known for name in (definition.key.lower(), definition.uuid)}
    defined: dict[str, Any] = {}
    free: dict[str, Any] = {}
    if len(sent) > MOST_KEYS:
        check.note("custom", f"At most {MOST_KEYS} custom fields may be sent.", "max_length")
        return defined, free
    for key, value in sent.items():
        definition = by_name.get(key.lower())
        if definition is not None:
            defined[definition.uuid] = None if value is None else _stored(definition, value, check)
        elif len(key) > 200 or not is_storable(key):
            check.note("custom", "A custom field's name may have at most 200 printable characters.", "key")
        elif not _is_plain(value, DEEPEST):
            check.note(f"custom.{key}", "This value cannot be stored.", "characters")
        else:
            free[key] = value
    return defined, free


def shown(stored: Mapping[str, Any], known: Iterable[Definition], people: Mapping[int, Any]) -> dict[str, Any]:
    """Stored values by key as contract platform shows them (§11); `people` maps user ids to what to show."""
    return {
        definition.key: shown_value(definition, stored[definition.uuid], people)
        for definition in known
        if definition.uuid in stored
    }


def shown_value(definition: Definition, value: Any, people: Mapping[int, Any]) -> Any:
    """One stored value (or None) as contract platform shows it."""
    if value is None:
        return None
    if definition.kind == FieldKind.LIST:
        texts = [definition.options[option] for option in value if option in definition.options]
        return texts if definition.is_multiple else next(iter(texts), None)
    if definition.kind == FieldKind.PEOPLE:
        return [people[person] for person in value if person in people]
    return value


def people_in(stored: Mapping[str, Any]) -> set[int]:
    """Ids of people that stored values may name (only they are arrays of numbers)."""
    return {item for value in stored.values() if isinstance(value, list) for item in value if isinstance(item, int)}


def _stored(definition: Definition, value: Any, check: Checker) -> Any:
    name = f"custom.{definition.key}"
    match definition.kind:
        case FieldKind.TEXT:
            return check.text(name, value, most=1000, one_line=True)
        case FieldKind.TEXTAREA:
            return check.text(name, value, most=LONGEST_TEXT)
        case FieldKind.TOGGLE:
            if not isinstance(value, bool):
                check.note(name, "This must be true or false.", "type")
            return value
        case FieldKind.DATE:
            return _date(name, value, check)
        case FieldKind.LIST:
            return _options(definition, name, value, check)
        case _:
            return _people(definition, name, value, check)


def _date(name: str, value: Any, check: Checker) -> Any:
    try:
        if len(value) == 10:
            return date.fromisoformat(value).isoformat()
        return datetime.fromisoformat(value).isoformat().replace("+00:00", "Z")
    except (TypeError, ValueError):
        check.note(name, "This must be a date (YYYY-MM-DD) or an ISO 8601 time.", "date")
    return None


def _several(definition: Definition, name: str, value: Any, check: Checker) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    if len(items) > 1 and not definition.is_multiple:
        check.note(name, "Only one value may be chosen.", "max_length")
    if len(items) > 100:
        check.note(name, "At most 100 values may be chosen.", "max_length")
    return items[:100]


def _options(definition: Definition, name: str, value: Any, check: Checker) -> list[str]:
    by_text = {text.lower(): uuid for uuid, text in definition.options.items()}
    chosen: list[str] = []
    for item in _several(definition, name, value, check):
        text = item.strip().lower() if isinstance(item, str) else ""
        uuid = text if text in definition.options else by_text.get(text)
        if uuid is None:
            check.note(name, f"Choose from: {', '.join(definition.options.values())}", "unknown")
        elif uuid not in chosen:
            chosen.append(uuid)
    return chosen


def _people(definition: Definition, name: str, value: Any, check: Checker) -> list[int]:
    """People by number, uuid, e-mail address or an object with one of `id` and `email`."""
    found: list[int] = []
    for item in _several(definition, name, value, check):
        person = _person(item)
        if person is None:
            check.note(name, "There is no such person.", "unknown")
        elif person not in found:
            found.append(person)
    return found


def _person(item: Any) -> int | None:
    if isinstance(item, dict):
        item = item.get("id") or item.get("email")
    condition: Q | None = None
    if isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**63:
        condition = Q(pk=item)
    elif isinstance(item, str) and is_storable(item):
        try:
            condition = Q(uuid=UUID(item))
        except ValueError:
            condition = Q(email__iexact=item)
    return User.objects.filter(condition).values_list("pk", flat=True).first() if condition else None


def same(one: Any, other: Any) -> bool:
    """Whether two stored values are one in JSON; to Python `True` is 1 as well."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _is_plain(value: Any, depth: int) -> bool:
    """Whether both databases can hold the value: storable text, numbers of 64 bits, not too deep."""
    if isinstance(value, str):
        return is_storable(value) and len(value) <= LONGEST_TEXT
    if value is None:
        return True
    if isinstance(value, int | float):
        return LEAST_NUMBER <= value <= MOST_NUMBER
    if depth == 0:
        return False
    if isinstance(value, list):
        return len(value) <= 1000 and all(_is_plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return len(value) <= MOST_KEYS and all(
            _is_plain(key, 0) and _is_plain(item, depth - 1) for key, item in value.items()
        )
    return False
