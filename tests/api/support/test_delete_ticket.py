"""DELETE /tickets/{ticket_id} (contract support §3.5)."""

import pytest

from accounts.models import User
from tests.api.support.caller import NO_TICKET, Support
from tests.factories import TicketFactory
from tickets.models import Ticket, TicketEvent


def test_a_deleted_ticket_is_gone_for_good(agnes: User) -> None:
    ticket = TicketFactory()
    support = Support.of(agnes)
    answer = support.delete(f"/tickets/{ticket.pk}")
    assert (answer.status, answer.body) == (204, None)
    assert "Content-Type" not in answer.headers
    assert support.get(f"/tickets/{ticket.pk}").said == NO_TICKET
    assert support.put(f"/tickets/{ticket.pk}", {"subject": "x"}).said == NO_TICKET
    assert support.delete(f"/tickets/{ticket.pk}").said == NO_TICKET
    assert support.get("/tickets").body == []
    event = TicketEvent.objects.latest("pk")
    assert (event.kind, event.actor, event.door) == ("deleted", agnes, "support")
    assert TicketFactory().pk > ticket.pk


@pytest.mark.parametrize("ticket_id", ["0", "abc", "987654", "9" * 30, "-1"])
def test_what_is_no_ticket_is_not_found(ticket_id: str, agnes: User) -> None:
    TicketFactory()
    assert Support.of(agnes).delete(f"/tickets/{ticket_id}").said == NO_TICKET
    assert Ticket.objects.count() == 1
