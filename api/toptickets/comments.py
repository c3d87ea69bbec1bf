"""Comments through contract toptickets (§5.2)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.actor import Actor
from accounts.models import Role, User
from api.errors import BadInput
from api.toptickets import documented, showing, wording
from api.toptickets.children import Children
from api.toptickets.serializers import CommentChangeIn, CommentIn
from tickets import actions
from tickets.models import Comment, Ticket


class Comments(Children[Comment]):
    resource = "comments"
    child_name = "Comment"

    @documented.list_comments
    def index(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.listed(ticket_id)

    @documented.create_comment
    def create(self, request: Request, ticket_id: str) -> HttpResponse:
        ticket = self.named(ticket_id)
        values = self.read(CommentIn)
        comment = actions.reply(
            ticket,
            by=self._author(values),
            content=values["content"],
            internal=values.get("is_internal", False),
        )
        return self.shown(comment, ticket, 201)

    @documented.get_comment
    def retrieve(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        ticket, comment = self.child(ticket_id, comment_id=comment_id)
        return self.shown(comment, ticket)

    @documented.change_comment
    def partial_update(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        ticket, comment = self.child(ticket_id, comment_id=comment_id)
        values = self.read(CommentChangeIn)
        changed = actions.change_comment(
            comment, by=self.actor, content=values.get("content"), internal=values.get("is_internal")
        )
        return self.shown(changed, ticket)

    @documented.delete_comment
    def destroy(self, request: Request, ticket_id: str, comment_id: str) -> HttpResponse:
        _, comment = self.child(ticket_id, comment_id=comment_id)
        actions.delete_comment(comment, by=self.actor)
        return HttpResponse(status=204)

    def of(self, ticket: Ticket) -> QuerySet[Comment]:
        return Comment.objects.filter(ticket=ticket).select_related("author")

    def shape(self, child: Comment, ticket: Ticket) -> dict[str, Any]:
        return showing.comment(child, ticket.uuid)

    def _author(self, values: dict[str, Any]) -> Actor:
        """The key's owner, or the customer for whom the key posts."""
        uuid: UUID | None = values.get("author_customer_id")
        if uuid is None:
            return self.actor
        customer = User.objects.filter(role=Role.CUSTOMER, uuid=uuid).first()
        if customer is None:
            raise BadInput(wording.absent("author_customer_id", "customer"))
        return replace(self.actor, user=customer)
