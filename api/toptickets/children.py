"""What hangs on a ticket, comments and attachments: found, listed and shown alike."""

from abc import abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse

from accounts.errors import Gone
from api.toptickets.query import Query
from api.toptickets.tickets import OfTicket
from tickets.models import Ticket

M = TypeVar("M", bound=Model)


class Children(OfTicket, Generic[M]):
    """A contract says what a child is called, which a ticket has, and how one is shown."""

    child_name: ClassVar[str]

    @abstractmethod
    def of(self, ticket: Ticket) -> "QuerySet[M]":
        """Those of a ticket, in no order."""

    @abstractmethod
    def shape(self, child: M, ticket: Ticket) -> dict[str, Any]:
        """One as the contract shows it."""

    def listed(self, ticket_id: str) -> HttpResponse:
        """A page of them, the oldest first."""
        ticket = self.named(ticket_id)
        check = Query(self.request._request)
        page = check.page()
        check.finish()
        found = self.of(ticket).order_by("created_at", "id")[page.cut()]
        return self.show([self.shape(child, ticket) for child in found])

    def shown(self, child: M, ticket: Ticket, status: int = 200) -> HttpResponse:
        """One of them as an answer."""
        return self.show(self.shape(child, ticket), status)

    def named(self, ticket_id: str) -> Ticket:
        """The ticket of a path. Raises BadPath, Gone."""
        (uuid,) = self.path_ids(ticket_id=ticket_id)
        return self.ticket(uuid)

    def child(self, ticket_id: str, **child_id: str) -> tuple[Ticket, M]:
        """The ticket and the child of a path; `child_id` by its name there. Raises BadPath, Gone."""
        ticket_uuid, uuid = self.path_ids(ticket_id=ticket_id, **child_id)
        ticket = self.ticket(ticket_uuid)
        found = self.of(ticket).filter(uuid=uuid).first()
        if found is None:
            raise Gone(f"{self.child_name} not found")
        return ticket, found
