"""The conversation of a ticket: what was said and what happened, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.actor import Actor
from accounts.models import User
from attachments.models import Attachment
from attachments.shown import ShownFile, shown
from tickets.models import Comment, Ticket, TicketEvent
from tickets.pages.history import Difference, Glossary, differences
from tickets.words import Kind

MESSAGES = 100  # shown at once; earlier ones on request
MOST_MESSAGES = 2_000
MOST_EVENTS = 500

WHAT_HAPPENED = {
    Kind.CREATED: "opened this ticket",
    Kind.COMMENT_CHANGED: "changed a message",
    Kind.COMMENT_DELETED: "deleted a message",
    Kind.ATTACHED: "added a file",
    Kind.DETACHED: "removed a file",
    Kind.DELETED: "deleted this ticket",
}


@dataclass(slots=True)
class Message:
    """A description, reply or note."""

    when: datetime
    author: User | None
    text: str
    html: str = ""
    anchor: str = ""
    is_internal: bool = False
    is_from_requester: bool = False
    files: list[ShownFile] = field(default_factory=list)
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Happening:
    """A line between messages."""

    when: datetime
    actor: User | None
    door: str
    what: str
    differences: list[Difference]
    kind: str = "event"


@dataclass(slots=True)
class Timeline:
    """`entries` oldest first; `earlier` counts how many messages to ask for to see more, 0 when all are there."""

    entries: list[Message | Happening]
    earlier: int = 0
    history: list[Happening] = field(default_factory=list)


def timeline(ticket: Ticket, *, by: Actor, messages: int = MESSAGES, glossary: Glossary | None = None) -> Timeline:
    """What `by` may see of the conversation: three queries (customers: two, and no history)."""
    messages = max(1, min(messages, MOST_MESSAGES))
    said = Comment.objects.filter(ticket=ticket).select_related("author").order_by("-created_at", "-id")
    if not by.staff:
        said = said.filter(is_internal=False)
    comments = list(said[: messages + 1])
    has_more = len(comments) > messages
    comments = comments[:messages][::-1]
    files = _files(ticket, comments)
    entries: list[Message | Happening] = [] if has_more else [_description(ticket, files.get(None, []))]
    entries += [_message(comment, ticket, files.get(comment.pk, [])) for comment in comments]
    found = Timeline(entries, earlier=messages + MESSAGES if has_more else 0)
    if by.staff:
        found.history = _history(ticket, glossary or Glossary())
        since = comments[0].created_at if has_more else ticket.created_at
        entries += [line for line in found.history if line.differences and line.when >= since]
        entries.sort(key=lambda entry: (entry.when, entry.kind == "event"))
    return found


def _files(ticket: Ticket, comments: Sequence[Comment]) -> dict[int | None, list[ShownFile]]:
    """By comment; None holds the ticket's own. Files of comments that are not shown stay out."""
    seen = {None, *(comment.pk for comment in comments)}
    files: dict[int | None, list[ShownFile]] = {}
    for attachment in Attachment.objects.filter(ticket=ticket).order_by("id"):
        if attachment.comment_id in seen:
            files.setdefault(attachment.comment_id, []).append(shown(attachment))
    return files


def _description(ticket: Ticket, files: list[ShownFile]) -> Message:
    return Message(
        when=ticket.created_at,
        author=ticket.requester,
        text=ticket.description,
        html=ticket.description_html,
        anchor="description",
        is_from_requester=True,
        files=files,
    )


def _message(comment: Comment, ticket: Ticket, files: list[ShownFile]) -> Message:
    return Message(
        when=comment.created_at,
        author=comment.author,
        text=comment.content,
        html=comment.html,
        anchor=f"message-{comment.pk}",
        is_internal=comment.is_internal,
        is_from_requester=comment.author_id == ticket.requester_id,
        files=files,
    )


def _history(ticket: Ticket, glossary: Glossary) -> list[Happening]:
    events = TicketEvent.objects.filter(ticket=ticket).select_related("actor").order_by("-id")[:MOST_EVENTS]
    return [
        Happening(
            when=event.created_at,
            actor=event.actor,
            door=event.get_door_display(),
            what=WHAT_HAPPENED.get(Kind(event.kind), ""),
            differences=differences(event.changes, glossary),
        )
        for event in reversed(events)
    ]
