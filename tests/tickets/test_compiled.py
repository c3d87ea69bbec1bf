"""Lists whose SQL was kept from another request show the same as lists that were put together anew."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Team, User
from accounts.walking import standing
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import compiled, lists
from tickets.filters import Filters
from tickets.lists import Order
from tickets.models import Category, Ticket
from tickets.words import Priority, Status


@pytest.fixture
def teams(db: None) -> list[Team]:
    return TeamFactory.create_batch(2)


@pytest.fixture
def _tickets(rita: User, sam: User, agnes: User, ada: User, teams: list[Team]) -> None:
    """Everything mixed, so that each filter leaves some and drops some."""
    categories = list(Category.objects.all()[:2])
    for place in range(12):
        TicketFactory(
            requester=(rita, sam)[place % 2],
            subject=f"mark{place % 3} of printer {place}",
            status=list(Status)[place % 4],
            priority=list(Priority)[place % 3],
            assignee=(agnes, ada, None)[place % 3],
            team=(*teams, None)[place % 3],
            category=(*categories, None)[place % 3],
            tags=[("vpn", "network", "mark1")[place % 3]],
            custom={"place": place},
        )


def shown(by: Actor, filters: Filters, order: Order) -> tuple[list[int], int]:
    page = lists.page_of(by, filters, order, offset=0, limit=10)
    assert all(row.custom["place"] >= 0 and len(row.tags) == 1 for row in page.rows)
    return [row.id for row in page.rows], page.total


def plain(by: Actor, filters: Filters, order: Order) -> tuple[list[int], int]:
    rows = standing(Ticket.objects.visible_to(by).matching(filters), order.way)
    return list(rows.values_list("id", flat=True)[:10]), rows.count()


@pytest.mark.usefixtures("_tickets")
def test_other_values_of_the_same_shape(rita: User, sam: User, agnes: User, ada: User, teams: list[Team]) -> None:
    first, second = Category.objects.all()[:2]
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"statuses": {Status.NEW}}, {"statuses": {Status.PENDING}}),
        ({"statuses": {Status.NEW, Status.OPEN}}, {"statuses": {Status.PENDING, Status.NEW}}),
        ({"priorities": {Priority.LOW}}, {"priorities": {Priority.HIGH}}),
        ({"assignees": {agnes.uuid}}, {"assignees": {ada.uuid}}),
        ({"assignees": {agnes.uuid, None}}, {"assignees": {ada.uuid, None}}),
        ({"assignees": {agnes.pk, ada.uuid}}, {"assignees": {ada.pk, agnes.uuid}}),
        ({"requesters": {rita.uuid}}, {"requesters": {sam.uuid}}),
        ({"teams": {teams[0].pk}}, {"teams": {teams[1].pk}}),
        ({"categories": {first.pk}}, {"categories": {second.pk}}),
        ({"tags": {"vpn"}}, {"tags": {"mark1"}}),
        ({"words": "mark0 printer"}, {"words": "PRINTER mark2!"}),
        ({"words": "printer", "also_people": True}, {"words": "sam", "also_people": True}),
        (
            {"statuses": {Status.NEW}, "priorities": {Priority.LOW}, "words": "printer", "tags": {"vpn"}},
            {"statuses": {Status.OPEN}, "priorities": {Priority.MEDIUM}, "words": "mark1", "tags": {"network"}},
        ),
    ]
    for order in (Order(), Order("priority", descending=False)):
        for pair in pairs:
            for values in pair:
                filters = Filters(**{name: frozenset(v) if isinstance(v, set) else v for name, v in values.items()})
                for by in (acting(agnes), acting(rita), acting(sam), replace(acting(agnes), team_id=teams[1].pk)):
                    assert shown(by, filters, order) == plain(by, filters, order), (values, by)


@pytest.mark.usefixtures("_tickets")
def test_more_shapes_than_are_kept(agnes: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST", 0)
    monkeypatch.setattr(lists, "_LISTS", compiled.Compiled())
    for status in (Status.NEW, Status.OPEN):
        filters = Filters(statuses=frozenset({status}))
        assert shown(acting(agnes), filters, Order()) == plain(acting(agnes), filters, Order())
