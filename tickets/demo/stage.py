"""The desk of the demo: teams, the first of them with a custom field of each kind and with tag categories."""

from dataclasses import dataclass
from random import Random
from typing import Any

from accounts.actions import add_team, change_organization
from accounts.actor import Actor
from accounts.models import Organization, Team
from tickets import desk, tagging
from tickets.demo.people import Cast
from tickets.models import Category, CustomField, Tag, TagCategory
from tickets.words import FieldKind

HOME = "Service Desk"
_TEAMS = {
    HOME: "Computers, accounts and everything with a plug.",
    "Facilities": "Rooms, badges, heating, coffee.",
    "Finance": "Invoices, expenses, payroll.",
}
_FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Asset tag", FieldKind.TEXT, {}),
    ("Steps to reproduce", FieldKind.TEXTAREA, {}),
    ("Needed by", FieldKind.DATE, {"column": "right"}),
    ("Work is blocked", FieldKind.TOGGLE, {"column": "right", "default": False}),
    ("Site", FieldKind.LIST, {"options": ["Berlin", "Lisbon", "Toronto", "Singapore", "Home office"]}),
    (
        "Affected systems",
        FieldKind.LIST,
        {"is_multiple": True, "options": ["Mail", "VPN", "CRM", "Printing", "Wiki", "Sign-in"]},
    ),
    ("Approver", FieldKind.PEOPLE, {"column": "right"}),
)
_TAGS = (
    ("Network", "#0a6cb4", ("vpn", "wi-fi", "network", "remote work")),
    ("Equipment", "#8a5a00", ("hardware", "laptop", "printer")),
    ("Access", "#7a3ea8", ("login", "password", "permissions", "mfa")),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What tickets refer to, by name; `fields` are those of the home desk."""

    teams: dict[str, Team]
    categories: dict[str, Category]
    fields: list[CustomField]
    tags: dict[str, Tag]


def stage(cast: Cast, words: list[str], *, by: Actor) -> Stage:
    """Everything, made where it is missing. `words` are the tags that stories use."""
    teams = {name: _team(name, cast, by) for name in _TEAMS}
    home = teams[HOME]
    if Organization.current().default_team is None:
        change_organization(by=by, default_team=home)
    if not CustomField.objects.filter(team=home).exists():
        for position, (title, kind, values) in enumerate(_FIELDS):
            desk.add_field(by=by, team=home, title=title, kind=kind, position=position, **values)
    if not TagCategory.objects.filter(team=home).exists():
        for text, color, tags in _TAGS:
            desk.add_tag_category(by=by, team=home, text=text, color=color, tags=tags)
    carried = list(Tag.objects.filter(category__team=home, category__deleted_at=None))
    return Stage(
        teams=teams,
        categories={category.name: category for category in Category.objects.all()},
        fields=list(CustomField.objects.filter(team=home).prefetch_related("options")),
        tags=dict(zip(words, tagging.find_or_make(words, carried=carried), strict=True)),
    )


def answers(rng: Random, fields: list[CustomField], cast: Cast, asset: str, today: str) -> dict[str, Any]:
    """What somebody filled in: never everything. {field uuid: stored value}"""
    given: dict[str, Any] = {}
    for asked in fields:
        if rng.random() < 0.55:
            continue
        options = [str(option.uuid) for option in asked.options.all()]
        match asked.kind:
            case FieldKind.TEXT:
                value: Any = asset
            case FieldKind.TEXTAREA:
                value = "1. Sign in\n2. Do what I always do\n3. See the message"
            case FieldKind.DATE:
                value = today
            case FieldKind.TOGGLE:
                value = rng.random() < 0.4
            case FieldKind.LIST:
                value = rng.sample(options, min(len(options), 2 if asked.is_multiple else 1))
            case _:
                value = [rng.choice(cast.agents[HOME]).pk]
        given[str(asked.uuid)] = value
    return given


def _team(name: str, cast: Cast, by: Actor) -> Team:
    found = Team.objects.filter(name__iexact=name).first()
    members = [*cast.agents[name], *([cast.admin] if name == HOME else [])]
    return found or add_team(by=by, name=name, description=_TEAMS[name], members=members)
