"""What subscribers are told: the `data` of each event, in the shapes of contract platform (§8).

Each function lists the drafts of one line of history. A draft's data is built later, so that one that cannot be built
is parked and leaves the change and the other messages alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import native as people
from accounts.models import User, UserEvent
from attachments import native as files
from attachments.models import Attachment
from tickets import native
from tickets.models import Ticket, TicketEvent
from tickets.words import Kind
from webhooks import words

USER_NAMES = {"full_name": "name", "is_active": "status"}
BREACHES = {"frt_breached", "rt_breached"}
PRIVATE = {UserEvent.Kind.PASSWORD_CHANGED, UserEvent.Kind.SIGNED_OUT, UserEvent.Kind.TOKEN_REUSED}


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be: its event, whether only staff may know, and how its data is built."""

    event: str
    build: Callable[[], dict[str, Any]]
    is_internal: bool = False


def of_ticket(event: TicketEvent, attached: Sequence[Attachment]) -> list[Draft]:
    """The messages of one line of a ticket's history; `attached` are the files that came with it."""
    return [
        *_about_existence(event),
        *_about_comment(event, attached),
        *_about_changes(event),
        *(_about_file(event, file) for file in attached),
    ]


def of_user(event: UserEvent) -> list[Draft]:
    """The messages of one line of a person's history. Passwords and sign-ins are nobody's business."""
    if event.kind in PRIVATE:
        return []
    if event.kind == UserEvent.Kind.CREATED:
        return [Draft(words.USER_CREATED, lambda: {"user": people.user(event.user)})]
    return [
        Draft(
            words.USER_UPDATED,
            lambda: {
                "user": people.user(event.user),
                "changes": [_user_change(noted) for noted in event.changes],
                "updated_by": _ref(event.actor),
            },
        )
    ]


def _about_existence(event: TicketEvent) -> list[Draft]:
    if event.kind == Kind.CREATED:
        return [Draft(words.TICKET_CREATED, lambda: {"ticket": native.at_hand(event.ticket)})]
    if event.kind == Kind.DELETED:
        return [
            Draft(
                words.TICKET_DELETED,
                lambda: {"ticket": native.at_hand(event.ticket), "deleted_by": _ref(event.actor)},
            )
        ]
    return []


def _about_comment(event: TicketEvent, attached: Sequence[Attachment]) -> list[Draft]:
    comment = event.comment
    if event.kind != Kind.COMMENTED or comment is None:
        return []

    def build() -> dict[str, Any]:
        shape = native.comment(
            comment, {comment.author_id or 0: people.user_ref(comment.author)} if comment.author else {}, ()
        )
        shape["attachments"] = [files.attachment(file, with_link=False) for file in attached]
        return {"comment": shape, "ticket": _brief(event.ticket)}

    return [Draft(words.COMMENT_CREATED, build, comment.is_internal)]


def _about_changes(event: TicketEvent) -> list[Draft]:
    """Of a changed ticket, also when a reply changed it."""
    if event.kind not in (Kind.CHANGED, Kind.COMMENTED) or not event.changes:
        return []
    changed = {noted["field"]: noted for noted in event.changes}
    drafts = [
        Draft(
            words.TICKET_UPDATED,
            lambda: {
                "ticket": native.at_hand(event.ticket),
                "changes": _changes(event),
                "updated_by": _ref(event.actor),
            },
        )
    ]
    if "status" in changed:
        drafts.append(Draft(words.TICKET_STATUS_CHANGED, lambda: {"ticket": _moved(event, changed["status"])}))
    if "assignee" in changed:
        drafts.append(
            Draft(
                words.TICKET_ASSIGNED,
                lambda: {
                    "ticket": _brief(event.ticket),
                    "assigned_to": _ref(event.ticket.assignee),
                    "previous": changed["assignee"]["previous"],
                    "assigned_by": _ref(event.actor),
                },
            )
        )
    missed = sorted(name for name in BREACHES & changed.keys() if changed[name]["current"])
    if missed:
        drafts.append(
            Draft(words.TICKET_SLA_BREACHED, lambda: {"ticket": native.at_hand(event.ticket), "breached": missed})
        )
    return drafts


def _about_file(event: TicketEvent, file: Attachment) -> Draft:
    comment = event.comment
    return Draft(
        words.ATTACHMENT_CREATED,
        lambda: {
            "attachment": files.attachment(file, with_link=False),
            "ticket": _brief(event.ticket),
            "comment_id": comment.uuid if comment else None,
        },
        is_internal=comment is not None and comment.is_internal,
    )


def _brief(ticket: Ticket) -> dict[str, Any]:
    return {"id": ticket.uuid, "title": ticket.subject, "status": ticket.status}


def _moved(event: TicketEvent, status: dict[str, Any]) -> dict[str, Any]:
    """The one payload that contract platform shows whole."""
    return {
        "id": event.ticket.uuid,
        "title": event.ticket.subject,
        "status": {"previous": status["previous"], "current": status["current"]},
        "updated_by": _ref(event.actor),
    }


def _changes(event: TicketEvent) -> list[dict[str, Any]]:
    (shape,) = native.events([event], event.ticket.team_id)
    return shape["changes"]


def _user_change(noted: dict[str, Any]) -> dict[str, Any]:
    previous, current = noted["previous"], noted["current"]
    if noted["field"] == "is_active":
        previous, current = ("active" if value else "inactive" for value in (previous, current))
    return {"field": USER_NAMES.get(noted["field"], noted["field"]), "previous": previous, "current": current}


def _ref(user: User | None) -> people.UserRef | None:
    return people.user_ref(user) if user is not None else None
