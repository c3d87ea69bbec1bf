"""The routes of contract platform, below `/api/v1`; what nobody knows is refused in its voice."""

from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework.request import Request

from api.errors import UnknownRoute
from api.platform.accounts import Login, Users
from api.platform.base import PlatformViewSet
from api.platform.document import Document
from api.platform.tickets import Tickets


class Unknown(PlatformViewSet):
    """Everything else is 404, with a token or without."""

    is_open = True
    schema = None

    def refuse(self, request: Request, **path: str) -> HttpResponse:
        raise UnknownRoute


urlpatterns = [
    path("auth/login", Login.as_view({"post": "create"})),
    path("tickets", Tickets.as_view({"get": "index", "post": "create"})),
    path(
        "tickets/<str:ticket_id>",
        Tickets.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("tickets/<str:ticket_id>/comments", Tickets.as_view({"post": "comment"})),
    path("tickets/<str:ticket_id>/events", Tickets.as_view({"get": "events"})),
    path("users", Users.as_view({"get": "index"})),
    path("openapi.json", Document.as_view({"get": "retrieve"})),
    re_path(
        r"^[\s\S]*",  # line feeds too
        Unknown.as_view(dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")),
    ),
]
