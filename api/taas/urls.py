"""The routes of contract taas, below `/ticketing/v1`; what nobody knows is refused in its voice."""

from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework.request import Request

from api.errors import UnknownRoute
from api.taas.base import TaasViewSet
from api.taas.document import Document
from api.taas.instance import Desk
from api.taas.stream import Activities, Attachments
from api.taas.tickets import Tickets


class Unknown(TaasViewSet):
    """Everything else is 404, with a key or without."""

    is_open = True
    schema = None

    def refuse(self, request: Request, **path: str) -> HttpResponse:
        raise UnknownRoute


urlpatterns = [
    path("tickets", Tickets.as_view({"get": "index", "post": "create"})),
    # Before the routes of tickets: `activity` is no ticket's id.
    path("tickets/activity/<str:activity_id>/attachments", Attachments.as_view({"get": "of_activity"})),
    path(
        "tickets/<str:ticket_id>",
        Tickets.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"}),
    ),
    path("tickets/<str:ticket_id>/status", Tickets.as_view({"put": "status", "post": "post_status"})),
    path("tickets/<str:ticket_id>/activities", Activities.as_view({"get": "index", "post": "create"})),
    path("tickets/<str:ticket_id>/comments", Activities.as_view({"get": "comments", "post": "comment"})),
    path("tickets/<str:ticket_id>/attachments", Attachments.as_view({"get": "index", "post": "create"})),
    path("instance", Desk.as_view({"get": "retrieve"})),
    path("tags", Desk.as_view({"get": "tags"})),
    path("openapi.json", Document.as_view({"get": "retrieve"})),
    re_path(
        r"^[\s\S]*",  # line feeds too
        Unknown.as_view(dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")),
    ),
]
