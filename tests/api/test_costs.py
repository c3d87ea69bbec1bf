"""No list behind any door costs a query for each row: as many queries for a desk with ten of everything as with one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from attachments.actions import linked
from tests.api.platform.caller import Platform
from tests.api.support.caller import Support
from tests.api.taas.caller import Taas
from tests.api.toptickets.caller import TopTickets
from tests.factories import TagCategoryFactory, TeamFactory, TicketFactory, UserFactory, acting
from tickets import actions
from tickets.desk import add_category, add_field
from tickets.models import Tag, Ticket
from tickets.words import Status

# Door -> {list: the most queries it may take}; `{}` is the ticket that everything happens on.
LISTS = {
    "platform": {"/tickets?per_page=100": 4, "/tickets/{}": 8, "/tickets/{}/events?per_page=100": 7, "/users": 3},
    "toptickets": {
        "/tickets?limit=100": 4, "/tickets/{}/comments?limit=100": 3, "/tickets/{}/attachments?limit=100": 3,
        "/customers?limit=100": 3, "/teams?limit=100": 3, "/users?limit=100": 3,
    },
    "taas": {
        "/tickets?limit=100": 6, "/tickets?limit=100&orderBy=assigneeName": 7, "/tickets/{}/activities": 6,
        "/tickets/{}/attachments": 3, "/tags": 3, "/instance": 7,
    },
    "support": {"/tickets": 2, "/tickets/{}": 3, "/categories": 2, "/priorities": 1},
}  # fmt: skip


@pytest.fixture
def callers(ada: User, agnes: User) -> dict[str, Any]:
    desk = TeamFactory(name="Facilities", members=[agnes])
    return {"platform": Platform(ada), "toptickets": TopTickets(ada), "taas": Taas(desk), "support": Support.of(agnes)}


@pytest.mark.parametrize(("door", "path"), [(door, path) for door, paths in LISTS.items() for path in paths])
def test_a_list_costs_the_same_whatever_it_holds(
    door: str, path: str, callers: dict[str, Any], ada: User, agnes: User
) -> None:
    desk = Team.objects.get(name="Facilities")
    ticket = fill(desk, ada, agnes, 1)
    api, address = callers[door], path.format(ticket.pk if door == "support" else ticket.uuid)
    queries = counted(lambda: api.get(address))  # the first stamps the key as used
    queries = counted(lambda: api.get(address))
    fill(desk, ada, agnes, 10, ticket)
    assert counted(lambda: api.get(address)) == queries <= LISTS[door][path]


def counted(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status == 200, answer.body
    return len(captured)


def fill(desk: Team, ada: User, agnes: User, number: int, ticket: Ticket | None = None) -> Ticket:
    """So many more of everything that a list could ask for one by one: people, tags, answers, comments, files."""
    by, chief = acting(agnes), acting(ada)
    for place in range(number):
        mark = f"{number}-{place}"
        person = UserFactory(full_name=f"Kim {mark}")
        TeamFactory(name=f"Team {mark}", members=[agnes])
        add_category(by=chief, name=f"Category {mark}")
        field = add_field(by=chief, team=desk, title=f"Who {mark}", kind="people")
        tag = Tag.objects.create(text="door", category=TagCategoryFactory(team=desk, text=f"Area {mark}"))
        opened = TicketFactory(by=by, team=desk, requester=person, assignee=agnes, chosen=[tag])
        actions.change(opened, by=by, custom={str(field.uuid): [person.pk], "os": mark})
        ticket = ticket or opened
        files = [linked(f"https://example.test/{mark}")]
        comment = actions.reply(ticket, by=acting(person) if ticket == opened else by, content=mark, files=files)
        actions.change_comment(comment, by=by, content=f"{mark}, once more")
        actions.change(ticket, by=by, requester=person, status=Status.OPEN, custom={str(field.uuid): [person.pk]})
    assert ticket is not None
    return ticket
