"""Lists whose SQL is kept give every caller and every filter its own rows, never those of the call that made it."""

import random

import pytest

from accounts.actor import Actor
from accounts.models import Door
from accounts.walking import standing
from tests.factories import TeamFactory, TicketFactory, UserFactory, acting
from tickets.filters import Filters
from tickets.lists import Order, page_of, walk
from tickets.models import Category, Ticket
from tickets.words import Priority, Status

WORDS = ["printer", "fire", "mark0", "mark1", "vpn"]


@pytest.fixture
def crowd(db: None) -> dict[str, list[object]]:
    """Sixty tickets of four people, three teams and every status, with words that look like placeholders."""
    dice = random.Random(7)
    people = UserFactory.create_batch(4)
    staff = [UserFactory(role="agent") for _ in range(3)]
    teams = TeamFactory.create_batch(3)
    categories = [Category.objects.create(name=f"Kind {number}") for number in range(2)]
    for _ in range(60):
        TicketFactory(
            subject=" ".join(dice.sample(WORDS, 2)),
            requester=dice.choice(people),
            assignee=dice.choice([None, *staff]),
            team=dice.choice([None, *teams]),
            category=dice.choice([None, *categories]),
            status=dice.choice(Status.values),
            priority=dice.choice(Priority.values),
            tags=dice.sample(["mark0", "mark5", "vpn"], dice.randint(0, 2)),
        )
    return {"people": people, "staff": staff, "teams": teams, "categories": categories}


def chosen(dice: random.Random, crowd: dict[str, list[object]]) -> Filters:
    """Any filters, by number and by uuid."""

    def some(rows: list[object]) -> frozenset[object]:
        picked = dice.sample(rows, dice.choice([0, 0, 1, 2]))
        names = [dice.choice([row.pk, row.uuid]) for row in picked]  # type: ignore[attr-defined]
        return frozenset([*names, *dice.choice([[], [], [None]])])

    return Filters(
        statuses=frozenset(dice.sample(list(Status), dice.choice([0, 0, 1, 3]))),
        priorities=frozenset(dice.sample(list(Priority), dice.choice([0, 0, 1, 2]))),
        assignees=some(crowd["staff"]),  # type: ignore[arg-type]
        requesters=frozenset(dice.sample([row.uuid for row in crowd["people"]], dice.choice([0, 0, 1]))),  # type: ignore[attr-defined]
        teams=some(crowd["teams"]),  # type: ignore[arg-type]
        categories=some(crowd["categories"]),  # type: ignore[arg-type]
        tags=frozenset(dice.sample(["mark0", "mark5", "vpn"], dice.choice([0, 0, 1, 2]))),
        words=" ".join(dice.sample(WORDS, dice.choice([0, 0, 1, 2]))),
        also_people=dice.choice([True, False]),
    )


def test_any_filters_of_anybody_give_their_own_rows(crowd: dict[str, list[object]]) -> None:
    dice = random.Random(11)
    actors = [
        *(acting(user) for user in (*crowd["people"], *crowd["staff"])),  # type: ignore[arg-type]
        *(Actor(door=Door.TAAS, staff=True, team_id=team.pk) for team in crowd["teams"]),  # type: ignore[attr-defined]
    ]
    some = 0
    for _ in range(400):
        by, filters = dice.choice(actors), chosen(dice, crowd)
        order = Order(dice.choice(["created_at", "updated_at", "priority"]), descending=dice.choice([True, False]))
        expected = standing(Ticket.objects.visible_to(by).matching(filters), order.way)
        ids = list(expected.values_list("pk", flat=True))
        page = page_of(by, filters, order, offset=0, limit=20)
        assert ([row.id for row in page.rows], page.total) == (ids[:20], len(ids)), (by, filters)
        first = walk(by, filters, order, None, 5)
        second = walk(by, filters, order, first.following, 5).rows if first.following else []
        assert [row.id for row in (*first.rows, *second)] == ids[:10]
        some += bool(ids)
    assert some > 50
