"""The routes of contract platform, below `/api/v1`; what nobody knows is refused in its voice."""

from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework.request import Request

from api.errors import UnknownRoute
from api.platform.accounts import Users
from api.platform.base import PlatformViewSet
from api.platform.document import Document
from api.platform.sessions import Login, Logout, Refresh
from api.platform.tickets import Tickets
from api.platform.webhooks import Deliveries, Endpoints, Log


class Unknown(PlatformViewSet):
    """Everything else is 404, with a token or without."""

    is_open = True
    schema = None

    def refuse(self, request: Request, **path: str) -> HttpResponse:
        raise UnknownRoute


urlpatterns = [
    path("auth/login", Login.as_view({"post": "create"})),
    path("auth/refresh", Refresh.as_view({"post": "create"})),
    path("auth/logout", Logout.as_view({"post": "create"})),
    path("tickets", Tickets.as_view({"get": "index", "post": "create"})),
    path(
        "tickets/<str:ticket_id>",
        Tickets.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("tickets/<str:ticket_id>/comments", Tickets.as_view({"post": "comment"})),
    path("tickets/<str:ticket_id>/events", Tickets.as_view({"get": "events"})),
    path("users", Users.as_view({"get": "index"})),
    path("webhooks", Endpoints.as_view({"get": "index", "post": "create"})),
    path(
        "webhooks/<str:webhook_id>",
        Endpoints.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("webhooks/<str:webhook_id>/rotate", Endpoints.as_view({"post": "rotate"})),
    path("webhooks/<str:webhook_id>/test", Endpoints.as_view({"post": "test"})),
    path("webhooks/<str:webhook_id>/recover", Endpoints.as_view({"post": "recover"})),
    path("webhooks/<str:webhook_id>/recoveries/<str:recovery_id>", Endpoints.as_view({"get": "recovery"})),
    path("webhooks/<str:webhook_id>/deliveries", Deliveries.as_view({"get": "index"})),
    path("webhooks/<str:webhook_id>/deliveries/<str:delivery_id>", Deliveries.as_view({"get": "retrieve"})),
    path("webhooks/<str:webhook_id>/deliveries/<str:delivery_id>/resend", Deliveries.as_view({"post": "resend"})),
    path("events", Log.as_view({"get": "index"})),
    path("openapi.json", Document.as_view({"get": "retrieve"})),
    re_path(
        r"^[\s\S]*",  # line feeds too
        Unknown.as_view(dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")),
    ),
]
