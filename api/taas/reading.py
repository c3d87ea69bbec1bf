"""Tickets as contract taas shows them (§4.1): a table of fields, each with the columns it needs.

A list reads the columns of the chosen fields and nothing else: one query for rows, and one each for people, tags and
definitions of custom fields, where they are chosen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts import identities
from accounts.actor import Actor
from accounts.models import Team
from api.taas import custom
from api.taas.moments import shown, shown_or_none
from api.taas.people import SCHEME, SYSTEM, Persons
from api.taas.prose import html_of
from api.taas.vocabulary import PRIORITY, RESOLVED, STATUS
from api.taas.workflow import WORKFLOW
from tickets import fields
from tickets.models import TicketTag
from tickets.queries import TicketQuerySet
from tickets.words import Priority, Status

Row = Mapping[str, Any]
ORIGINS = {"web": "web", "admin": "web", "mail": "email"}  # every other door is a program


@dataclass(slots=True)
class Around:
    """What rows refer to."""

    persons: Persons = field(default_factory=dict)
    tags: Mapping[int, list[dict[str, str | None]]] = field(default_factory=dict)
    definitions: Sequence[fields.Definition] = ()

    def person(self, number: int | None) -> dict[str, str] | None:
        return self.persons.get(number) if number else None

    def actor(self, number: int | None) -> dict[str, str]:
        return self.person(number) or SYSTEM


@dataclass(frozen=True, slots=True)
class Field:
    columns: tuple[str, ...]
    show: Callable[[Row, Around], Any]


def _plain(column: str) -> Field:
    return Field((column,), lambda row, around: row[column])


def _moment(column: str) -> Field:
    return Field((column,), lambda row, around: shown_or_none(row[column]))


def _person(column: str) -> Field:
    return Field((column,), lambda row, around: around.person(row[column]))


def _actor(column: str) -> Field:
    return Field((column,), lambda row, around: around.actor(row[column]))


def _person_text(column: str, name: str) -> Field:
    return Field((column,), lambda row, around: (around.person(row[column]) or {}).get(name))


FIELDS: dict[str, Field] = {
    "id": _plain("uuid"),
    "ticketId": _plain("id"),
    "ticketNo": _plain("id"),
    "title": _plain("subject"),
    "description": _plain("description"),
    "status": Field(("status",), lambda row, around: STATUS.show(Status(row["status"]))),
    "priority": Field(("priority",), lambda row, around: PRIORITY.show(Priority(row["priority"]))),
    "requestor": _person("requester_id"),
    "customFields": Field(
        ("fields",), lambda row, around: custom.shown(row["fields"], around.definitions, around.persons)
    ),
    "assignee": _person("assignee_id"),
    "expectedDate": _moment("due_at"),
    "resolution": Field(("resolution",), lambda row, around: row["resolution"] or None),
    "firstResponseOn": _moment("first_response_at"),
    "firstResolutionOn": _moment("first_resolved_at"),
    "lastResolutionOn": _moment("last_resolved_at"),
    "createdOn": _moment("created_at"),
    "lastUpdatedOn": _moment("updated_at"),
    "tags": Field(("id",), lambda row, around: around.tags.get(row["id"], [])),
    "isFrtEscalated": _plain("frt_escalated"),
    "isRtEscalated": _plain("rt_escalated"),
    "isFrtBreached": _plain("frt_breached"),
    "isRtBreached": _plain("rt_breached"),
    "createdBy": _actor("created_by_id"),
    "lastUpdatedBy": _actor("updated_by_id"),
    "lastResolutionComment": Field(("resolution_comment",), lambda row, around: row["resolution_comment"] or None),
    "resolvedStatus": Field((), lambda row, around: RESOLVED),
    "isCustomWorkflow": Field((), lambda row, around: False),
    "trackingId": _plain("tracking_token"),
    "origin": Field(("created_door",), lambda row, around: ORIGINS.get(row["created_door"], "api")),
}
# Only where a list names them (`select`), sorts by them or says so (`include`); or in the answer for one ticket.
FLAT: dict[str, Field] = {
    "requestorName": _person_text("requester_id", "name"),
    "requestorEmail": _person_text("requester_id", "email"),
    "assigneeName": _person_text("assignee_id", "name"),
    "assigneeEmail": _person_text("assignee_id", "email"),
    "createdDateTime": Field(("created_at",), lambda row, around: shown(row["created_at"])),
    "lastInteraction": Field(("updated_at",), lambda row, around: shown(row["updated_at"])),
}
HTML = {
    "description_HTML": Field(
        ("description", "description_html"),
        lambda row, around: html_of(row["description"], row["description_html"]),
    )
}
WHOLE: dict[str, Field] = FIELDS | {"workflow": Field((), lambda row, around: WORKFLOW)}
_PERSON_COLUMNS = ("requester_id", "assignee_id", "created_by_id", "updated_by_id")


def chosen(names: Iterable[str], include: Iterable[str]) -> dict[str, Field]:
    """The fields of a list: those named, else all; unknown names are skipped."""
    selectable = FIELDS | FLAT
    wanted = {name: selectable[name] for name in names if name in selectable} if names else FIELDS
    return wanted | included(include)


def included(include: Iterable[str]) -> dict[str, Field]:
    """What `include` adds."""
    return {name: shown for name, shown in HTML.items() if name in include}


def columns(wanted: Mapping[str, Field]) -> set[str]:
    """What has to be read for these fields."""
    return {column for shown in wanted.values() for column in shown.columns} | {"id"}


def items(rows: Sequence[Row], wanted: Mapping[str, Field], team: Team) -> list[dict[str, Any]]:
    """The rows as objects with the wanted fields."""
    around = _around(rows, wanted, team)
    return [{name: shown.show(row, around) for name, shown in wanted.items()} for row in rows]


def item(tickets: TicketQuerySet, by: Actor, include: Iterable[str]) -> dict[str, Any] | None:
    """The one ticket of `tickets` whole; None when there is none."""
    wanted = WHOLE | included(include)
    rows = list(tickets.values(*columns(wanted))[:1])
    team = by.key.team if by.key else None
    return items(rows, wanted, team)[0] if rows and team else None


def _around(rows: Sequence[Row], wanted: Mapping[str, Field], team: Team) -> Around:
    around = Around()
    numbers = {row[column] for row in rows for column in _PERSON_COLUMNS if column in row}
    answers = [row["fields"] for row in rows if row.get("fields")]
    if answers:
        around.definitions = fields.definitions_of(team.pk)
        numbers |= {number for stored in answers for number in fields.people_in(stored)}
    around.persons = identities.known_as(SCHEME, numbers)
    if "tags" in wanted and rows:
        around.tags = _tags([row["id"] for row in rows], team)
    return around


def _tags(numbers: list[int], team: Team) -> dict[int, list[dict[str, str | None]]]:
    """Each ticket's tags in order; categories of other teams are none of this one's."""
    links = (
        TicketTag.objects.filter(ticket_id__in=numbers)
        .order_by("position", "id")
        .values_list("ticket_id", "tag__text", "tag__category__uuid", "tag__category__team_id")
    )
    tags: dict[int, list[dict[str, str | None]]] = {}
    for number, text, category, team_id in links:
        own = str(category) if category and team_id == team.pk else None
        tags.setdefault(number, []).append({"tagCategoryId": own, "text": text})
    return tags
