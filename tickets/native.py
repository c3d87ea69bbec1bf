"""Tickets, comments and history in the shapes of contract platform (§4): rows in, plain dictionaries out.

The API shows these, and webhook bodies are frozen from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from accounts.models import User
from accounts.native import NamedRef, UserRef, instant, instant_or_none, user_ref
from attachments.models import Attachment
from attachments.native import AttachmentShape, attachment
from tickets import fields
from tickets.lists import TicketRow, definitions_of, people, people_of, row_of
from tickets.models import Comment, Ticket, TicketEvent
from tickets.words import FieldKind, Priority

PRIORITIES = {Priority.LOW: "low", Priority.MEDIUM: "medium", Priority.HIGH: "high", Priority.URGENT: "critical"}
_WORDS = {int(priority): word for priority, word in PRIORITIES.items()}

# Our names of fields, where contract platform has others.
FIELD_NAMES = {
    "subject": "title",
    "requester": "created_by",
    "assignee": "assigned_to",
    "custom": "custom_fields",
    "html": "description",
    "content": "content",
}


class CommentShape(TypedDict):
    id: UUID
    content: str
    created_at: str
    created_by: UserRef | None
    is_internal: bool
    attachments: list[AttachmentShape]


class TicketShape(TypedDict):
    id: UUID
    number: int
    title: str
    description: str
    status: str
    priority: str
    created_at: str
    updated_at: str
    created_by: UserRef
    assigned_to: UserRef | None
    entered_by: UserRef | None
    team: NamedRef | None
    category: NamedRef | None
    tags: list[str]
    custom_fields: dict[str, Any]
    due_at: str | None
    first_response_at: str | None
    resolved_at: str | None
    closed_at: str | None
    comments: NotRequired[list[CommentShape]]
    attachments: NotRequired[list[AttachmentShape]]


class EventShape(TypedDict):
    id: UUID
    kind: str
    created_at: str
    actor: UserRef | None
    origin: str
    changes: list[dict[str, Any]]
    comment_id: UUID | None


def tickets(rows: Sequence[TicketRow], known: Mapping[int, UserRef] | None = None) -> list[TicketShape]:
    """The shapes of these rows, with at most two queries: people (unless `known`) and definitions."""
    persons = people_of(rows) if known is None else known
    definitions = definitions_of(rows)
    return [ticket(row, persons, definitions.get(row.team_id, ())) for row in rows]


def at_hand(ticket: Ticket) -> TicketShape:
    """The shape of a ticket that is at hand: webhooks freeze it, then the API shows the same one.

    Made once for each version, with a query for the people that did not come with it, and one for definitions where it
    holds custom values.
    """
    state = (ticket.version, ticket.updated_at)
    kept: tuple[Any, TicketShape] | None = ticket.__dict__.get("_shape")
    if kept is None or kept[0] != state:
        row = row_of(ticket)
        known = {person.pk: user_ref(person) for person in _people_with(ticket)}
        wanted = {row.requester_id, row.assignee_id, row.created_by_id} | fields.people_in(row.fields)
        (shape,) = tickets([row], {**known, **people(wanted - known.keys())})
        kept = ticket.__dict__["_shape"] = (state, shape)
    return kept[1]


def _people_with(ticket: Ticket) -> list[User]:
    """Those of a ticket's people that were read with it."""
    loaded = [name for name in ("requester", "assignee", "created_by") if name in ticket._state.fields_cache]
    return [person for name in loaded if (person := getattr(ticket, name)) is not None]


def ticket(row: TicketRow, persons: Mapping[int, UserRef], definitions: Iterable[fields.Definition]) -> TicketShape:
    """The shape of one row."""
    custom = row.custom
    if row.fields or custom:
        defined = {definition.key for definition in definitions}
        custom = {key: value for key, value in custom.items() if key.lower() not in defined}
        custom.update(fields.shown(row.fields, definitions, persons))
    return {
        "id": row.uuid,
        "number": row.id,
        "title": row.subject,
        "description": row.description,
        "status": row.status,
        "priority": _WORDS[row.priority],
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "created_by": persons[row.requester_id],
        "assigned_to": persons.get(row.assignee_id) if row.assignee_id else None,
        "entered_by": persons.get(row.created_by_id) if row.created_by_id else None,
        "team": {"id": row.team_uuid, "name": row.team_name} if row.team_uuid and row.team_name is not None else None,
        "category": (
            {"id": row.category_uuid, "name": row.category_name}
            if row.category_uuid and row.category_name is not None
            else None
        ),
        "tags": row.tags,
        "custom_fields": custom,
        "due_at": instant_or_none(row.due_at),
        "first_response_at": instant_or_none(row.first_response_at),
        "resolved_at": instant_or_none(row.resolved_at),
        "closed_at": instant_or_none(row.closed_at),
    }


def whole_ticket(row: TicketRow, comments: Sequence[Comment], files: Sequence[Attachment]) -> TicketShape:
    """One ticket with its comments, oldest first, and files; those of comments hang under them."""
    ids = {comment.author_id for comment in comments}
    ids |= {row.requester_id, row.assignee_id, row.created_by_id} | fields.people_in(row.fields)
    persons = people(ids)
    (shape,) = tickets([row], persons)
    shape["comments"] = [
        comment(item, persons, [file for file in files if file.comment_id == item.pk]) for item in comments
    ]
    shape["attachments"] = [attachment(file) for file in files if file.comment_id is None]
    return shape


def comment(row: Comment, persons: Mapping[int, UserRef], files: Iterable[Attachment]) -> CommentShape:
    return {
        "id": row.uuid,
        "content": row.content,
        "created_at": instant(row.created_at),
        "created_by": persons.get(row.author_id) if row.author_id else None,
        "is_internal": row.is_internal,
        "attachments": [attachment(file) for file in files],
    }


def events(rows: Sequence[TicketEvent], team_id: int | None) -> list[EventShape]:
    """Lines of one ticket's history (§12), with at most two queries: people, and custom fields where values changed."""
    noted = [change for row in rows for change in row.changes]
    answers = [change for change in noted if change["field"].startswith("custom.")]
    known = {item.uuid: item for item in fields.definitions_of(team_id)} if answers else {}
    ids: set[int | None] = {row.actor_id for row in rows}
    for change in answers:
        definition = known.get(change["field"].partition(".")[2])
        if definition is not None and definition.kind == FieldKind.PEOPLE:  # free-form values may look alike
            ids |= fields.people_in({"previous": change["previous"], "current": change["current"]})
    persons = people(ids)
    return [
        {
            "id": row.uuid,
            "kind": row.kind,
            "created_at": instant(row.created_at),
            "actor": persons.get(row.actor_id) if row.actor_id else None,
            "origin": row.door,
            "changes": [_change(change, known, persons) for change in row.changes],
            "comment_id": row.comment.uuid if row.comment else None,
        }
        for row in rows
    ]


def _change(
    noted: Mapping[str, Any], known: Mapping[str, fields.Definition], persons: Mapping[int, UserRef]
) -> dict[str, Any]:
    """A noted change in platform's words."""
    field, _, key = str(noted["field"]).partition(".")
    sides = {side: noted[side] for side in ("previous", "current")}
    name = FIELD_NAMES.get(field, field)
    if field == "priority":
        sides = {side: "critical" if value == "urgent" else value for side, value in sides.items()}
    elif field == "custom":
        definition = known.get(key)
        name = f"{name}.{definition.key if definition else key}"
        if definition:
            sides = {side: fields.shown_value(definition, value, persons) for side, value in sides.items()}
    return {"field": name, **sides}
