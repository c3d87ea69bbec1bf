"""Comments through contract toptickets (§5.2)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.errors import Gone
from accounts.models import Role, User
from api.errors import BadInput
from api.toptickets import documented, showing, wording
from api.toptickets.query import Query
from api.toptickets.serializers import CommentChangeIn, CommentIn
from api.toptickets.tickets import OfTicket
from tickets import actions
from tickets.models import Comment, Ticket


class Comments(OfTicket):
    resource = "comments"

    @documented.list_comments
    def index(self, request: Request, ticket_id: str) -> HttpResponse:
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        ticket = self.ticket(uuid)
        check = Query(request._request)
        page = check.page()
        check.finish()
        found = _of(ticket).order_by("created_at", "id")[page.cut()]
        return self.show([showing.comment(row, ticket.uuid) for row in found])

    @documented.create_comment
    def create(self, request: Request, ticket_id: str) -> HttpResponse:
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        ticket = self.ticket(uuid)
        values = self.read(CommentIn)
        comment = actions.reply(
            ticket,
            by=self._author(values),
            content=values["content"],
            internal=values.get("is_internal", False),
        )
        return self.show(showing.comment(comment, ticket.uuid), 201)

    @documented.get_comment
    def retrieve(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        ticket, comment = self._comment(ticket_id, comment_id)
        return self.show(showing.comment(comment, ticket.uuid))

    @documented.change_comment
    def partial_update(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        ticket, comment = self._comment(ticket_id, comment_id)
        values = self.read(CommentChangeIn)
        changed = actions.change_comment(
            comment, by=self.actor, content=values.get("content"), internal=values.get("is_internal")
        )
        return self.show(showing.comment(changed, ticket.uuid))

    @documented.delete_comment
    def destroy(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        _, comment = self._comment(ticket_id, comment_id)
        actions.delete_comment(comment, by=self.actor)
        return HttpResponse(status=204)

    def _author(self, values: dict[str, Any]) -> Actor:
        """The key's owner, or the customer for whom the key posts."""
        uuid: UUID | None = values.get("author_customer_id")
        if uuid is None:
            return self.actor
        customer = User.objects.filter(role=Role.CUSTOMER, uuid=uuid).first()
        if customer is None:
            raise BadInput(wording.absent("author_customer_id", "customer"))
        return replace(self.actor, user=customer)

    def _comment(self, ticket_id: str, comment_id: str) -> tuple[Ticket, Comment]:
        ticket_uuid, comment_uuid = self.path_ids(ticket_id=ticket_id, comment_id=comment_id)
        ticket = self.ticket(ticket_uuid)
        comment = _of(ticket).filter(uuid=comment_uuid).first()
        if comment is None:
            raise Gone("Comment not found")
        return ticket, comment


def _of(ticket: Ticket) -> QuerySet[Comment]:
    return Comment.objects.filter(ticket=ticket).select_related("author")
