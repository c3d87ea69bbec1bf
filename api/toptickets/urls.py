"""The routes of contract toptickets, below `/v1`; what nobody knows is refused in its voice."""

from typing import Any

from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework.request import Request

from api.errors import UnknownRoute
from api.toptickets.base import TopTicketsViewSet
from api.toptickets.comments import Comments
from api.toptickets.customers import Customers
from api.toptickets.document import Document
from api.toptickets.files import Attachments, Avatar
from api.toptickets.keytest import KeyTest
from api.toptickets.teams import Teams
from api.toptickets.tickets import Tickets
from api.toptickets.users import Users


class Unknown(TopTicketsViewSet):
    """Everything else is 404, with a key or without."""

    is_open = True
    schema = None

    def refuse(self, request: Request, **path: str) -> HttpResponse:
        raise UnknownRoute


MANY: Any = {"get": "index", "post": "create"}
ONE: Any = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
TICKET = "tickets/<str:ticket_id>"

urlpatterns = [
    path("tickets", Tickets.as_view(MANY)),
    path(TICKET, Tickets.as_view(ONE)),
    path(f"{TICKET}/comments", Comments.as_view(MANY)),
    path(f"{TICKET}/comments/<str:comment_id>", Comments.as_view(ONE)),
    path(f"{TICKET}/attachments", Attachments.as_view(MANY)),
    path(f"{TICKET}/attachments/<str:attachment_id>", Attachments.as_view({"get": "retrieve", "delete": "destroy"})),
    path(f"{TICKET}/attachments/<str:attachment_id>/download", Attachments.as_view({"get": "download"})),
    path("customers", Customers.as_view(MANY)),
    path("customers/<str:customer_id>", Customers.as_view(ONE)),
    path("teams", Teams.as_view(MANY)),
    path("teams/<str:team_id>", Teams.as_view(ONE)),
    path("teams/<str:team_id>/members", Teams.as_view({"post": "add_member"})),
    path("teams/<str:team_id>/members/<str:user_id>", Teams.as_view({"delete": "remove_member"})),
    path("users", Users.as_view(MANY)),
    path("users/me/avatar", Avatar.as_view({"post": "create", "delete": "destroy"})),
    path("users/<str:user_id>", Users.as_view(ONE)),
    path("test", KeyTest.as_view({"get": "test", "post": "test"})),
    path("openapi.json", Document.as_view({"get": "retrieve"})),
    re_path(
        r"^[\s\S]*",  # line feeds too
        Unknown.as_view(dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")),
    ),
]
