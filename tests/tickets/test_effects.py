"""What changes to people and teams mean for tickets."""

import pytest

from accounts import actions as people
from accounts.errors import Invalid
from accounts.models import User
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.filters import Filters
from tickets.lists import Order, page_of
from tickets.models import TicketEvent
from tickets.tasks import index_renamed


def test_somebody_who_leaves_holds_no_open_tickets(agnes: User, ada: User) -> None:
    open_one, done = TicketFactory(assignee=agnes), TicketFactory(assignee=agnes, status="closed")
    people.change_user(agnes, by=acting(ada), is_active=False)
    open_one.refresh_from_db()
    done.refresh_from_db()
    assert (open_one.assignee, done.assignee) == (None, agnes)
    event = TicketEvent.objects.filter(ticket=open_one).latest("id")
    assert (event.actor, event.changes[0]["field"]) == (ada, "assignee")


def test_tickets_of_a_deleted_team_are_team_less(ada: User) -> None:
    team = TeamFactory()
    ticket = TicketFactory(team=team)
    people.delete_team(team, by=acting(ada))
    ticket.refresh_from_db()
    assert ticket.team is None


def test_a_renamed_requester_is_found_by_the_new_name(rita: User, agnes: User) -> None:
    TicketFactory(requester=rita)
    people.change_user(rita, by=acting(agnes), full_name="Margarita Ode")
    assert index_renamed() == 1

    def found(words: str) -> int:
        filters = Filters(words=words, also_people=True)
        return page_of(acting(agnes), filters, Order(), offset=0, limit=20).total

    assert (found("margarita fire"), found("rita@example"), found("rita moss")) == (1, 1, 0)
    assert index_renamed() == 0


def test_a_customer_is_assigned_nothing_by_any_verb(rita: User, agnes: User) -> None:
    ticket = TicketFactory()
    with pytest.raises(Invalid, match="active agent"):
        actions.change(ticket, by=acting(agnes), assignee=rita)
