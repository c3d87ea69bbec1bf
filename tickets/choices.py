"""What the menus of a page offer and the names it shows, in one query however much is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import Team, User
from tickets.models import Category, Tag
from tickets.queries import TicketQuerySet

MOST_TAGS = 100  # offered while typing; any other word may be typed too
MOST_TICKETS = 6


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's name for a page; `pk` as the model's, so that both may be drawn as an avatar."""

    pk: int
    full_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A ticket as a line that links to it."""

    number: int
    subject: str
    status: str


@dataclass(slots=True)
class Choices:
    """Menus as (id, name), sorted by name; people by id."""

    teams: list[tuple[int, str]] = field(default_factory=list)
    agents: list[tuple[int, str]] = field(default_factory=list)
    categories: list[tuple[int, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    tickets: list[Mention] = field(default_factory=list)


def choices(*, menus: bool = True, people: Iterable[int | None] = (), tickets: TicketQuerySet | None = None) -> Choices:
    """The menus of teams, agents, categories and tags; the people of these ids; the newest of `tickets`."""
    parts: list[QuerySet[Any, Any]] = []
    if menus:
        recent = Tag.objects.order_by("-id").values("pk")[:MOST_TAGS]
        parts += [
            _part("team", Team.objects.all(), "name"),
            _part("agent", User.objects.all().staff(), "full_name", "email"),
            _part("category", Category.objects.filter(is_active=True), "name"),
            _part("tag", Tag.objects.filter(pk__in=recent), "text"),
        ]
    wanted = {pk for pk in people if pk is not None}
    if wanted:
        parts.append(_part("person", User.everything.filter(pk__in=wanted), "full_name", "email"))
    if tickets is not None:
        newest = tickets.order_by("-created_at", "-id").values("pk")[:MOST_TICKETS]
        parts.append(_part("ticket", tickets.model.objects.filter(pk__in=newest), "subject", "status"))
    return _sorted(parts[0].union(*parts[1:], all=True) if parts else ())


def _part(kind: str, rows: QuerySet[Any], name: str, detail: str = "") -> QuerySet[Any, Any]:
    text = CharField()
    return rows.order_by().values_list(
        Value(kind, output_field=text), "pk", Cast(name, text), Cast(detail, text) if detail else Value("", text)
    )


def _sorted(rows: Iterable[tuple[str, int, str, str]]) -> Choices:
    found = Choices()
    menus = {"team": found.teams, "agent": found.agents, "category": found.categories}
    for kind, pk, name, detail in sorted(rows, key=lambda row: (row[2].casefold(), row[1])):
        if kind in menus:
            menus[kind].append((pk, name))
        if kind in ("agent", "person"):
            found.people[pk] = Person(pk, name, detail)
        elif kind == "tag":
            found.tags.append(name)
        elif kind == "ticket":
            found.tickets.append(Mention(pk, name, detail))
    found.tickets.sort(key=lambda mention: -mention.number)
    return found
