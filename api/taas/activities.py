"""Comments and history of a ticket as one stream (§3.5, §4.3): a line of history that says something is an activity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.utils.functional import SimpleLazyObject

from accounts import identities
from api.taas import custom
from api.taas.base import uuid_or_none
from api.taas.files import attachments
from api.taas.moments import shown
from api.taas.people import SCHEME, SYSTEM, Persons
from api.taas.prose import html_of
from api.taas.vocabulary import NAMES, PRIORITY, STATUS
from attachments.models import Attachment
from tickets import fields
from tickets.models import Comment, Ticket, TicketEvent
from tickets.words import Kind, Priority, Status

_CHANGED = {"subject", "description", "status", "priority", "requester", "assignee", "due_at", "tags", "resolution"}


Questions = Mapping[str, fields.Definition]


@dataclass(slots=True)
class _Around:
    """What lines refer to."""

    persons: Persons = field(default_factory=dict)
    files: dict[int, list[Attachment]] = field(default_factory=dict)


def questions(ticket: Ticket) -> Questions:
    """What the ticket's desk asks, by the field's id; read once, when an answer is looked at.

    Answers to what another desk asked before the ticket moved are not for this one.
    """
    read = SimpleLazyObject(lambda: {known.uuid: known for known in fields.definitions_of(ticket.team_id)})
    return cast(Questions, read)


def page(
    ticket: Ticket, asked: Questions, *, before: int | None, limit: int | None
) -> tuple[list[TicketEvent], int | None]:
    """Lines that say something, newest first, older than number `before`; and where the next page begins."""
    found: list[TicketEvent] = []
    lines = TicketEvent.objects.filter(ticket=ticket).select_related("comment").order_by("-id")
    while True:
        older = lines.filter(id__lt=before) if before is not None else lines
        batch = list(older[: limit + 1] if limit is not None else older)
        found += [line for line in batch if _comment(line) or _changes(line, asked)]
        if limit is None or len(found) > limit or len(batch) <= limit:
            break
        before = batch[-1].pk
    if limit is None or len(found) <= limit:
        return found, None
    return found[:limit], found[limit - 1].pk


def activities(ticket: Ticket, lines: Sequence[TicketEvent], asked: Questions, *, html: bool) -> list[dict[str, Any]]:
    """IActivity objects; people, files and (where answers changed) definitions cost one query each."""
    changes = {line.pk: _changes(line, asked) for line in lines}
    around = _surroundings(lines, [change for line in lines for change in changes[line.pk]])
    return [
        _activity(ticket, line, around, html)
        | {"changes": [_change(change, asked, around) for change in changes[line.pk]]}
        for line in lines
    ]


def comment_shape(ticket: Ticket, line: TicketEvent, user: Mapping[str, str], *, html: bool) -> dict[str, Any]:
    """IComment: what somebody has just said."""
    comment = line.comment
    shape = {
        "id": line.uuid,
        "activityId": line.uuid,
        "ticketId": ticket.uuid,
        "ticketNo": ticket.pk,
        "comment": comment.content if comment else None,
        "createdDateTime": shown(_when(line)),
        "attachments": attachments(_files([comment.pk]).get(comment.pk, []) if comment else []),
        "user": user,
    }
    if html and comment:
        shape["comment_HTML"] = html_of(comment.content, comment.html)
    return shape


def line_of(activity_id: str, tickets: Any) -> TicketEvent | None:
    """The line of an activity's id on one of these tickets."""
    uuid = uuid_or_none(activity_id)
    if uuid is None:
        return None
    return TicketEvent.objects.filter(uuid=uuid, ticket__in=tickets).select_related("comment").first()


def files_of(line: TicketEvent) -> list[Attachment]:
    """The files that came with what was said."""
    comment = _comment(line)
    return _files([comment.pk]).get(comment.pk, []) if comment else []


def _activity(ticket: Ticket, line: TicketEvent, around: _Around, html: bool) -> dict[str, Any]:
    comment = _comment(line)
    shape: dict[str, Any] = {
        "id": line.uuid,
        "ticketId": ticket.uuid,
        "comment": comment.content if comment and comment.content else None,
        "isPrivate": bool(comment and comment.is_internal),
        "createdDateTime": shown(_when(line)),
        "createdBy": around.persons.get(line.actor_id) or SYSTEM,
        "attachments": attachments(around.files.get(comment.pk, [])) if comment else [],
    }
    if html:
        shape["comment_HTML"] = html_of(comment.content, comment.html) if comment else ""
    return shape


def _comment(line: TicketEvent) -> Comment | None:
    """What the line says, while it is there."""
    said = line.comment if line.kind == Kind.COMMENTED else None
    return said if said is not None and not said.is_deleted else None


def _when(line: TicketEvent) -> datetime:
    """A comment's own time, which is the ticket's too; the line is written a moment later."""
    comment = _comment(line)
    return comment.created_at if comment else line.created_at


def _changes(line: TicketEvent, asked: Questions) -> list[dict[str, Any]]:
    """The changes that taas has a name for; a resolution goes with its status, and what looks alike is no change."""
    if line.kind == Kind.CREATED:
        return []
    named = {change["field"] for change in line.changes}
    return [
        change
        for change in line.changes
        if (change["field"] in _CHANGED or _question(change, asked))
        and not (change["field"] == "resolution" and "status" in named)
        and not (change["field"] == "status" and STATUS.shown[change["previous"]] == STATUS.shown[change["current"]])
    ]


def _question(change: Mapping[str, Any], asked: Questions) -> fields.Definition | None:
    """The desk's custom field whose answer changed."""
    start, _, name = str(change["field"]).partition(".")
    return asked.get(name) if start == "custom" else None


def _change(change: Mapping[str, Any], asked: Questions, around: _Around) -> dict[str, Any]:
    name, _, key = str(change["field"]).partition(".")
    outer = NAMES.get(name, name) + (f".{key}" if key else "")
    old, new = (_value(name, _question(change, asked), change[side], around) for side in ("previous", "current"))
    return {"name": outer, "oldValue": old, "newValue": new}


def _value(name: str, question: fields.Definition | None, value: Any, around: _Around) -> Any:
    if value is None or value == "":
        return None
    if name == "status":
        return STATUS.show(Status(value))
    if name == "priority":
        return PRIORITY.show(Priority.of(value))
    if name in ("requester", "assignee"):
        return around.persons.get(value["id"], {"id": value["id"], "name": value["name"], "email": ""})
    if name == "due_at":
        return shown(datetime.fromisoformat(value))
    if question is not None:
        return custom.shown_value(question, value, around.persons)
    return value


def _surroundings(lines: Sequence[TicketEvent], changes: Sequence[Mapping[str, Any]]) -> _Around:
    sides = [change[side] for change in changes for side in ("previous", "current")]
    numbers = {line.actor_id for line in lines if line.actor_id}
    for change in changes:
        numbers |= fields.people_in({"old": change["previous"], "new": change["current"]})
    uuids = [str(side["id"]) for side in sides if isinstance(side, dict) and "id" in side]
    comments = [comment.pk for line in lines if (comment := _comment(line))]
    return _Around(persons=identities.known_as(SCHEME, numbers, uuids), files=_files(comments))


def _files(comments: Iterable[int]) -> dict[int, list[Attachment]]:
    wanted = list(comments)
    found: dict[int, list[Attachment]] = {}
    if wanted:
        rows = Attachment.objects.filter(comment_id__in=wanted).select_related("uploader").order_by("id")
        for row in rows:
            found.setdefault(row.comment_id or 0, []).append(row)
    return found
