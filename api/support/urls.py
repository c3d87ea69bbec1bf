"""The routes of contract support, below `/v1/support`; what nobody knows is refused in its voice."""

from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework.request import Request

from api.errors import UnknownRoute
from api.support.base import SupportViewSet
from api.support.document import Document
from api.support.lookups import Categories, Priorities
from api.support.tickets import Tickets


class Unknown(SupportViewSet):
    """Everything else is 404, with a key or without."""

    is_open = True
    schema = None

    def refuse(self, request: Request, **path: str) -> HttpResponse:
        raise UnknownRoute


urlpatterns = [
    path("tickets", Tickets.as_view({"get": "index", "post": "create"})),
    path("tickets/<str:ticket_id>", Tickets.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})),
    path("categories", Categories.as_view({"get": "index"})),
    path("priorities", Priorities.as_view({"get": "index"})),
    path("openapi.json", Document.as_view({"get": "retrieve"})),
    re_path(
        r"^[\s\S]*",  # line feeds too
        Unknown.as_view(dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")),
    ),
]
