"""Tickets, their comments and their history through contract platform (§3.1 to §3.6, §12)."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.errors import Gone, NotYours, Refused
from accounts.native import user_ref
from accounts.walking import Way
from api.platform import documented
from api.platform.base import Query
from api.platform.cursor import Walk, asked, listed, walked
from api.platform.preconditions import etag, versions_wanted
from api.platform.repeating import Once, RepeatableViewSet, repeatable
from api.platform.serializers import CommentIn, TicketChangeIn, TicketIn
from api.platform.vocabulary import PRIORITY, PRIORITY_WORDS, STATUS, STATUSES
from attachments.actions import stored
from attachments.models import Attachment
from attachments.uploads import Stored, Upload
from tickets import actions, grammar, lists, native
from tickets.filters import Filters, Reference
from tickets.models import Comment, Ticket, TicketEvent
from tickets.queries import TicketQuerySet, limit_of
from tickets.words import Status

ASKED = ("status", "priority", "assigned_to", "created_by", "q", "sort", "order")  # what a cursor belongs to
SORTS = ["created_at", "updated_at", "priority"]
NO_TICKET = "There is no such ticket."
NOBODY = UUID(int=0)  # an id that nobody has: the list is empty


class Tickets(RepeatableViewSet):
    @documented.list_tickets
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        filters, order = _filters(check, self.actor), _order(check)
        scope = f"{self.actor.staff}:{limit_of(self.actor)}"
        how = asked(self, f"tickets:{scope}", check, *ASKED)
        check.finish()
        if isinstance(how, Walk):
            steps = lists.walk(self.actor, filters, order, how.place, how.size)
            return walked(self, native.tickets(steps.rows), how, steps)
        page = lists.page_of(self.actor, filters, order, offset=how.offset, limit=how.size)
        return self.listed(native.tickets(page.rows), how, page.total, estimate=page.total_is_estimate)

    @documented.create_ticket
    @repeatable
    def create(self, request: Request, once: Once) -> HttpResponse:
        self.actor.must_write()
        values = _canonical(self.read(TicketIn))
        if "requester" in values and not self.actor.staff:
            raise NotYours("Customers open tickets for themselves only.")
        uploads = _uploads(values.pop("attachments", []))
        with stored(uploads) as files:
            opened = partial(actions.open_ticket, by=self.actor, first_status=Status.OPEN, files=files, **values)
            return once(lambda: self._shown(opened(), 201))

    @documented.get_ticket
    def retrieve(self, request: Request, ticket_id: str) -> HttpResponse:
        found = lists.row_and_state(self.actor, **_reference(ticket_id))
        if found is None:
            raise Gone(NO_TICKET)
        row, version, last_event = found
        comments = list(_comments(row.id, internal_too=self.actor.staff))
        shown = {comment.pk for comment in comments}
        files = Attachment.objects.filter(ticket_id=row.id).order_by("created_at", "id")
        visible = [file for file in files if file.comment_id is None or file.comment_id in shown]
        response = self.show({"data": native.whole_ticket(row, comments, visible)})
        response["ETag"] = etag(version, last_event)
        return response

    @documented.change_ticket
    def partial_update(self, request: Request, ticket_id: str) -> HttpResponse:
        ticket = self._ticket(ticket_id)
        self.actor.must_write()
        expected = versions_wanted(request)
        changed = actions.change(ticket, by=self.actor, expected=expected, **_canonical(self.read(TicketChangeIn)))
        return self._shown(changed)

    @documented.delete_ticket
    def destroy(self, request: Request, ticket_id: str) -> HttpResponse:
        actions.delete_ticket(self._ticket(ticket_id), by=self.actor, expected=versions_wanted(request))
        return HttpResponse(status=204)

    @documented.add_comment
    @repeatable
    def comment(self, request: Request, ticket_id: str, once: Once) -> HttpResponse:
        try:
            self.actor.must_write()
            values = self.read(CommentIn)
        except Refused:
            self._ticket(ticket_id)  # that there is no such ticket comes before all else that is wrong
            raise
        uploads = _uploads(values.get("attachments", []))
        # The verb finds out by itself whether there is one; files are not even stored for none.
        ticket = self._ticket(ticket_id) if uploads else Ticket(**_reference(ticket_id))
        with stored(uploads) as files:
            return once(lambda: self._commented(ticket, values, files))

    @documented.list_events
    def events(self, request: Request, ticket_id: str) -> HttpResponse:
        ticket = self._ticket(ticket_id)
        if not self.actor.staff:
            raise NotYours("Only staff may read the history.")
        check = Query(request._request)
        how = asked(self, f"history:{ticket.pk}", check)
        check.finish()
        history = TicketEvent.objects.filter(ticket=ticket).select_related("comment")
        return listed(self, history, Way(), how, lambda events: native.events(events, ticket.team_id))

    def must_still_see(self, shown: dict[str, Any], path: dict[str, str]) -> None:
        """A ticket; or a comment, where the path names its ticket."""
        self.actor.must_write()
        ticket = self._ticket(path.get("ticket_id") or shown["id"])
        visible = _comments(ticket.pk, internal_too=self.actor.staff)
        if path and not visible.filter(uuid=shown["id"]).exists():
            raise Gone("There is no such comment.")

    def _commented(self, ticket: Ticket, values: dict[str, Any], files: list[Stored]) -> HttpResponse:
        content, internal = values["content"], values["is_internal"]
        comment = actions.reply(ticket, by=self.actor, content=content, internal=internal, files=files)
        attached = Attachment.objects.filter(comment=comment).order_by("id") if files else []
        author = {user.id: user_ref(user)} if (user := self.actor.user) else {}
        return self.show({"data": native.comment(comment, author, attached)}, 201)

    def _shown(self, ticket: Ticket, status: int = 200) -> HttpResponse:
        response = self.show({"data": native.at_hand(ticket)}, status)
        response["ETag"] = etag(ticket.version, ticket.last_event_id)
        return response

    def _named(self, ticket_id: str) -> TicketQuerySet:
        """The ticket of a uuid or number among those the caller may see; empty when there is none."""
        visible: TicketQuerySet = Ticket.objects.visible_to(self.actor)
        try:
            return visible.filter(**_reference(ticket_id))
        except Gone:
            return visible.none()

    def _ticket(self, ticket_id: str) -> Ticket:
        try:
            ticket: Ticket = self._named(ticket_id).only("pk").get()  # verbs read the row again, locked
        except Ticket.DoesNotExist:
            raise Gone(NO_TICKET) from None
        return ticket


def _reference(ticket_id: str) -> dict[str, Any]:
    """What a path calls a ticket by: its number or its uuid. Raises Gone for what is neither."""
    if ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) <= 18:
        return {"pk": int(ticket_id)}
    try:
        return {"uuid": UUID(ticket_id)}
    except ValueError:
        raise Gone(NO_TICKET) from None


def _filters(check: Query, by: Actor) -> Filters:
    search = grammar.read(check.text("q"), me=by.user_id, now=timezone.now())
    return Filters(
        statuses=frozenset(STATUS.read(word) for word in check.words("status", STATUSES)),
        priorities=frozenset(PRIORITY.read(word) for word in check.words("priority", PRIORITY_WORDS, ("urgent",))),
        assignees=_people(check.text("assigned_to"), may_be_none=True),
        requesters=_people(check.text("created_by")),
        words=search.words,
        phrases=search.phrases,
        also=search.filters,
    )


def _order(check: Query) -> lists.Order:
    column = check.word("sort", SORTS, "created_at")
    return lists.Order(column, descending=check.word("order", ["asc", "desc"], "desc") == "desc")


def _people(text: str, *, may_be_none: bool = False) -> frozenset[Reference]:
    """A filter by one person: their id, or `none`."""
    if not text:
        return frozenset()
    if may_be_none and text == "none":
        return frozenset({None})
    try:
        return frozenset({UUID(text)})
    except ValueError:
        return frozenset({NOBODY})


def _canonical(values: dict[str, Any]) -> dict[str, Any]:
    if "status" in values:
        values["status"] = STATUS.read(values["status"])
    if "priority" in values:
        values["priority"] = PRIORITY.read(values["priority"])
    return values


def _uploads(sent: list[dict[str, Any]]) -> list[Upload]:
    return [
        Upload(file["filename"], file["content"], file["mime_type"], field=f"attachments[{place}].content")
        for place, file in enumerate(sent)
    ]


def _comments(ticket_number: int, *, internal_too: bool) -> Any:
    comments = Comment.objects.filter(ticket_id=ticket_number).order_by("created_at", "id")
    return comments if internal_too else comments.filter(is_internal=False)
