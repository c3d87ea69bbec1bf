"""Every change to a ticket. One verb each, one transaction, one line of history; all take the Actor as `by=`.

Pages, contracts, admin, mail and imports call these; nobody saves a ticket directly. Each raises the errors of
`accounts.errors` and then has saved nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import Gone, NotYours, Stale
from accounts.models import User
from attachments.actions import attach, remove
from attachments.models import Attachment
from attachments.uploads import Stored
from tickets import assigning, fields, moves, search, tagging, tally
from tickets.checks import cleaned, custom_values, may_change, may_open_with
from tickets.events import Change, record
from tickets.locking import locked, locked_comment
from tickets.models import Comment, Tag, Ticket
from tickets.rules import LONGEST_TEXT
from tickets.words import Kind, Status


@transaction.atomic
def open_ticket(
    *,
    by: Actor,
    subject: str,
    requester: User | None = None,
    tags: Iterable[str] = (),
    chosen: Sequence[Tag] = (),
    custom: Mapping[str, Any] | None = None,
    files: Sequence[Stored] = (),
    created_at: datetime | None = None,
    first_status: Status = Status.NEW,
    silent: bool = False,
    **values: Any,
) -> Ticket:
    """A new ticket. `values`: description, html, status, priority, assignee, team, category, due_at.

    `tags` are words, `chosen` tags that the door found itself (of categories).
    The requester is the caller unless staff name another. `first_status` is what the door gives tickets whose status
    nobody names. Without an assignee, the desk's rules may find one. `silent` (imports) writes history, tells nobody
    and assigns nobody.
    """
    by.must_write()
    may_open_with(by, values, requester)
    requester = requester or by.user
    if requester is None:
        raise NotYours("A ticket needs a requester.")
    check = Checker()
    plain = cleaned({"subject": subject, "description": "", **values}, check)
    words = tagging.clean(tags, check)
    answers, free = custom_values(custom, plain.get("team"), check)
    check.finish()
    now = created_at or timezone.now()
    ticket = Ticket(
        requester=requester,
        created_at=now,
        updated_at=now,
        custom=_without_none(free),
        fields=_without_none(answers),
        sequence=0,
        **moves.signed(by, "created"),
        **moves.signed(by, "updated"),
    )
    moves.fill(ticket, {"status": first_status, **plain}, now)
    carried = [*tagging.find_or_make(words), *chosen]
    ticket.tag_texts = tagging.texts(carried)
    if ticket.assignee is None and not ticket.is_done and not silent:
        ticket.assignee = assigning.assignee_for(ticket)
    ticket.save(force_insert=True)
    tagging.put(ticket, carried)
    attached = attach(files, ticket=ticket, by=by)
    tally.move(None, tally.cell_of(ticket))
    index(ticket)
    record(ticket, Kind.CREATED, by=by, files=attached, silent=silent)
    if ticket.sequence:
        ticket.save(update_fields=["sequence"])
    return ticket


@transaction.atomic
def change(
    ticket: Ticket, *, by: Actor, expected: int | Collection[int] | None = None, silent: bool = False, **changes: Any
) -> Ticket:
    """Changes fields; those that keep their value are left alone, and if all do, nothing happens.

    `changes`: subject, description, html, status, priority, requester, assignee, team, category, due_at, resolution,
    resolution_comment, tags or chosen (replaces the list; see `open_ticket`), custom (merged by key, None removes).
    `expected` is the version the caller saw, or any of some; raises Stale if the ticket has moved on.
    """
    by.must_write()
    ticket = locked(ticket, by, "requester", "assignee", "team", "category")
    may_change(by, changes)
    _must_be(ticket, expected)
    check = Checker()
    new_tags, chosen = changes.pop("tags", None), changes.pop("chosen", None)
    custom = changes.pop("custom", None)
    plain = cleaned(changes, check)
    if plain.get("description", ticket.description) != ticket.description:
        plain.setdefault("html", "")  # the old formatting would show the old text
    words = tagging.clean(new_tags, check) if new_tags is not None else None
    answers, free = custom_values(custom, plain.get("team", ticket.team), check)
    check.finish()
    now = timezone.now()
    before = tally.cell_of(ticket)
    noted = [*moves.apply(ticket, plain, now), *_merge_custom(ticket, answers, free)]
    noted += _replace_tags(ticket, words, chosen)
    if any(change["field"] == "team" for change in noted):
        noted += moves.apply(ticket, _given_on_arrival(ticket), now)
    if noted:
        moves.touch(ticket, by, now, fields_changed=True)
        tally.move(before, tally.cell_of(ticket))
        record(ticket, Kind.CHANGED, by=by, changes=noted, silent=silent)
        ticket.save()
        if {change["field"] for change in noted} & {"subject", "description", "requester"}:
            index(ticket)
    return ticket


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    by: Actor,
    content: str,
    html: str = "",
    internal: bool = False,
    files: Sequence[Stored] = (),
    set_status: Status | None = None,
    values: Mapping[str, Any] | None = None,
    created_at: datetime | None = None,
    silent: bool = False,
) -> Comment:
    """A public reply or an internal note, with files; may move the status (rules, or `set_status`).

    `values` are fields that change in the same step: priority, assignee, due_at, resolution, resolution_comment.
    Files may come without words.
    """
    by.must_write()
    ticket = locked(ticket, by)
    if internal and not by.staff:
        raise NotYours("Only staff may write internal notes.")
    if set_status is not None:
        may_change(by, {"status": set_status})
    may_change(by, values or {})
    check = Checker()
    content = check.text("content", content, most=LONGEST_TEXT, required=not files)
    plain = cleaned(values or {}, check)
    html = check.text("html", html, most=LONGEST_TEXT)
    check.finish()
    now = created_at or timezone.now()
    comment = Comment(
        ticket=ticket,
        author=by.user,
        door=by.door,
        key=by.key,
        content=content,
        html=html,
        is_internal=internal,
        created_at=now,
        updated_at=now,
    )
    comment.save(force_insert=True)
    attached = attach(files, ticket=ticket, comment=comment, by=by)
    status = moves.status_after_reply(ticket, by, internal=internal, asked=set_status, reopens=moves.reopens_on_reply)
    before = tally.cell_of(ticket)
    noted = moves.apply(ticket, plain if status is None else {"status": status, **plain}, now)
    if noted:
        tally.move(before, tally.cell_of(ticket))
    moves.note_answer(ticket, by, now, internal=internal)
    moves.touch(ticket, by, now, fields_changed=bool(noted))
    record(ticket, Kind.COMMENTED, by=by, comment=comment, changes=noted, files=attached, silent=silent)
    ticket.save(update_fields=None if noted else moves.TOUCHED)
    return comment


@transaction.atomic
def change_comment(comment: Comment, *, by: Actor, content: str | None = None, internal: bool | None = None) -> Comment:
    """Changes the text of a comment, or who sees it; what is None stays. Staff only."""
    ticket, comment = locked_comment(comment, by)
    if comment.author_id is None:
        raise NotYours("Comments by the system cannot be changed.")
    before = {"content": comment.content, "is_internal": comment.is_internal}
    if content is not None:
        check = Checker()
        comment.content = check.text("content", content, most=LONGEST_TEXT, required=True)
        check.finish()
    if internal is not None:
        comment.is_internal = internal
    after = {"content": comment.content, "is_internal": comment.is_internal}
    noted: list[Change] = [
        {"field": field, "previous": previous, "current": after[field]}
        for field, previous in before.items()
        if after[field] != previous
    ]
    if noted:
        now = timezone.now()
        if comment.content != before["content"]:
            comment.html = ""  # the old formatting would show the old text
        comment.updated_at = now
        comment.save()
        moves.touch(ticket, by, now, fields_changed=False)
        record(ticket, Kind.COMMENT_CHANGED, by=by, comment=comment, changes=noted)
        ticket.save(update_fields=moves.TOUCHED)
    return comment


@transaction.atomic
def delete_comment(comment: Comment, *, by: Actor) -> None:
    """Hides a comment with its files. Staff only."""
    ticket, comment = locked_comment(comment, by)
    now = timezone.now()
    comment.deleted_at = comment.updated_at = now
    comment.save()
    moves.touch(ticket, by, now, fields_changed=False)
    record(ticket, Kind.COMMENT_DELETED, by=by, comment=comment)
    ticket.save(update_fields=moves.TOUCHED)


@transaction.atomic
def add_files(ticket: Ticket, *, by: Actor, files: Sequence[Stored]) -> list[Attachment]:
    """Hangs stored files on a ticket without a comment."""
    by.must_write()
    ticket = locked(ticket, by)
    added = attach(files, ticket=ticket, by=by)
    moves.touch(ticket, by, timezone.now(), fields_changed=False)
    noted: list[Change] = [{"field": "attachments", "previous": None, "current": [file.name for file in files]}]
    record(ticket, Kind.ATTACHED, by=by, changes=noted, files=added)
    ticket.save(update_fields=moves.TOUCHED)
    return added


@transaction.atomic
def remove_file(attachment: Attachment, *, by: Actor) -> None:
    """Takes a file off its ticket; its links stop working at once. Staff only."""
    by.must_write()
    if not by.staff:
        raise NotYours("Only staff may remove files.")
    ticket = locked(Ticket(pk=attachment.ticket_id), by)
    found = Attachment.objects.filter(pk=attachment.pk, ticket=ticket).first()
    if found is None:
        raise Gone("There is no such file.")
    remove(found)
    moves.touch(ticket, by, timezone.now(), fields_changed=False)
    record(ticket, Kind.DETACHED, by=by, changes=[{"field": "attachments", "previous": [found.name], "current": None}])
    ticket.save(update_fields=moves.TOUCHED)


@transaction.atomic
def delete_ticket(ticket: Ticket, *, by: Actor, expected: int | Collection[int] | None = None) -> None:
    """Hides a ticket from all doors. Staff only."""
    by.must_write()
    ticket = locked(ticket, by)
    if not by.staff:
        raise NotYours("Customers may not delete tickets.")
    _must_be(ticket, expected)
    now = timezone.now()
    tally.move(tally.cell_of(ticket), None)
    ticket.deleted_at = now
    moves.touch(ticket, by, now, fields_changed=True)
    record(ticket, Kind.DELETED, by=by)
    ticket.save()


def _must_be(ticket: Ticket, expected: int | Collection[int] | None) -> None:
    """Raises Stale for a ticket that is in none of the versions that the caller saw."""
    versions = [expected] if isinstance(expected, int) else expected
    if versions is not None and ticket.version not in versions:
        raise Stale


def _given_on_arrival(ticket: Ticket) -> dict[str, Any]:
    """Whom the rules of a desk give a ticket that has just come onto it and is nobody's."""
    if ticket.assignee is not None or ticket.team is None or ticket.is_done:
        return {}
    return {"assignee": assigning.assignee_for(ticket)}


def _merge_custom(ticket: Ticket, answers: Mapping[str, Any], free: Mapping[str, Any]) -> list[Change]:
    noted: list[Change] = []
    for held, sent in ((ticket.fields, answers), (ticket.custom, free)):
        for key, value in sent.items():
            previous = held.get(key)
            if fields.same(value, previous):
                continue
            if value is None:
                held.pop(key, None)
            else:
                held[key] = value
            noted.append({"field": f"custom.{key}", "previous": previous, "current": value})
    return noted


def _replace_tags(ticket: Ticket, words: list[str] | None, chosen: Sequence[Tag] | None) -> list[Change]:
    if words is None and chosen is None:
        return []
    carried = tagging.of(ticket)
    before = tagging.texts(carried)
    if words == before or chosen == carried:
        return []
    found = chosen if words is None else tagging.find_or_make(words, carried=carried)
    ticket.ticket_tags.all().delete()
    tagging.put(ticket, found or ())
    ticket.tag_texts = tagging.texts(found or ())
    return [{"field": "tags", "previous": before, "current": ticket.tag_texts}]


def index(ticket: Ticket) -> None:
    """Writes what the ticket is found by."""
    search.index([search_entry(ticket)])


def search_entry(ticket: Ticket) -> search.Entry:
    """What a ticket is found by: its text, its requester and its number."""
    people = f"{ticket.requester.full_name} {ticket.requester.email} {ticket.pk}"
    return search.Entry(ticket.pk, ticket.subject, ticket.description, people)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
