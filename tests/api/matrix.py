"""Role × route: who gets which status on each route of a contract, as a table that people read."""

from types import ModuleType
from typing import Any

import pytest
from django.urls.resolvers import RoutePattern

from accounts.models import User
from attachments.models import Attachment
from tickets.models import Comment, Ticket, TicketEvent
from webhooks.models import Delivery, Endpoint, Recovery


class Matrix:
    """A line per route, a column per role; the first line names the roles."""

    def __init__(self, table: str) -> None:
        head, *lines = (line.split() for line in table.strip().splitlines())
        self.roles = head[2:]
        self.rows = {(method, path): [int(status) for status in statuses] for method, path, *statuses in lines}

    @property
    def each_cell(self) -> pytest.MarkDecorator:
        """Runs a test once per cell."""
        cells = [
            pytest.param(method, path, role, status, id=f"{role} {method} {path}")
            for (method, path), statuses in self.rows.items()
            for role, status in zip(self.roles, statuses, strict=True)
        ]
        return pytest.mark.parametrize(("method", "path", "role", "status"), cells)


def routes(urls: ModuleType) -> set[tuple[str, str]]:
    """Method and path of everything that a contract serves, its document apart."""
    return {
        (method.upper(), f"/{entry.pattern}".replace("<str:", "<"))
        for entry in urls.urlpatterns
        if isinstance(entry.pattern, RoutePattern) and str(entry.pattern) != "openapi.json"
        for method in entry.callback.actions
        if method != "head"  # the framework adds it to every GET
    }


def everything() -> list[Any]:
    """What no refused request may change."""
    kept = (Ticket, Comment, TicketEvent, Attachment, Endpoint, Delivery, Recovery)
    rows = [list(model._base_manager.order_by("pk").values()) for model in kept]
    return [*rows, User.objects.count()]
