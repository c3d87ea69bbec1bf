"""Who gets a ticket that comes onto a desk without an assignee."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import change_organization, change_team, change_user
from accounts.errors import Invalid
from accounts.models import Team, User
from accounts.models.team import RULE_KINDS
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.assigning import CONDITIONS, Facts, holding
from tickets.models import Category, Ticket, TicketEvent
from tickets.tasks import assign_idle
from tickets.words import Priority, Status

FACTS = Facts(
    title="badge reader dead", description="at the north door", name="kim roe", email="kim@acme.test",
    priority="high", category="access", tags=frozenset({"door", "north wing"}),
)  # fmt: skip


@pytest.fixture
def desk(agnes: User, ada: User) -> Team:
    """Facilities, which gives doors to Agnes and everything else to Ada."""
    return assigning_desk(agnes, ada, "door")


def assigning_desk(first: User, otherwise: User, tag: str, **settings: Any) -> Team:
    rule = {"type": "1_tag", "condition": tag, "assignee": [first.pk]}
    settings = {"auto_assign": True, "assignee_rules": [rule], "default_assignee": otherwise} | settings
    team: Team = TeamFactory(**settings)
    return team


@pytest.mark.parametrize(
    ("kind", "condition", "holds"),
    [
        ("title", "reader", True),
        ("title", "door", False),
        ("description", "NORTH", True),
        ("description", "badge", False),
        ("requestor", "kim@acme.test", True),
        ("requestor", "@acme.test", True),
        ("requestor", "@test", False),
        ("requestor", "Roe", True),
        ("requestor", "m@acme.test", False),
        ("priority", "high", True),
        ("priority", "Important", True),
        ("priority", "urgent", False),
        ("tag", "north wing", True),
        ("tag", "north", False),
        ("category", "Access", True),
        ("category", "acc", False),
        ("4_tag", "gate , door", True),
        ("tag", " , ", False),
    ],
)
def test_each_kind_of_condition(kind: str, condition: str, holds: bool) -> None:
    rule = {"type": kind, "condition": condition, "assignee": [7], "enable": True}
    assert list(holding([rule], FACTS)) == ([[7]] if holds else [])
    assert list(holding([rule | {"enable": False}], FACTS)) == []


def test_every_kind_that_a_desk_may_hold_has_its_condition() -> None:
    assert list(CONDITIONS) == list(RULE_KINDS)


def test_the_first_rule_that_holds_decides_and_else_the_default(desk: Team, agnes: User, ada: User) -> None:
    assert TicketFactory(team=desk, tags=["door"]).assignee == agnes
    assert TicketFactory(team=desk, tags=["coffee"]).assignee == ada


def test_all_that_a_ticket_comes_with_is_asked(agnes: User, ada: User, rita: User) -> None:
    rules = [
        {"type": kind, "condition": condition, "assignee": "agnes@example.test"}
        for kind, condition in (("category", "access"), ("requestor", "rita"), ("priority", "urgent"))
    ]
    desk = TeamFactory(auto_assign=True, assignee_rules=rules)
    access = Category.objects.create(name="Access")
    for values in ({"category": access}, {"requester": rita}, {"priority": Priority.URGENT}):
        assert TicketFactory(team=desk, **values).assignee == agnes
    assert TicketFactory(team=desk).assignee is None


def test_of_several_people_the_one_with_the_fewest_open_tickets(agnes: User, ada: User) -> None:
    desk = assigning_desk(agnes, ada, "none", default_assignee=None)
    rule = {"type": "tag", "condition": "door", "assignee": ["ADA@example.test", agnes.pk]}
    change_team(desk, by=acting(ada), assignee_rules=[rule])
    finished = TicketFactory(team=desk, assignee=agnes)
    actions.change(finished, by=acting(agnes), status=Status.CLOSED)
    given = [TicketFactory(team=desk, tags=["door"]).assignee for _ in range(4)]
    assert sorted(user.full_name for user in given) == ["Ada", "Ada", "Agnes", "Agnes"]


def test_who_left_is_passed_over(desk: Team, agnes: User, ada: User) -> None:
    change_user(agnes, by=acting(ada), is_active=False)
    assert TicketFactory(team=desk, tags=["door"]).assignee == ada


@pytest.mark.parametrize("values", [{"status": Status.CLOSED}, {"silent": True}])
def test_what_is_done_or_imported_is_nobodys(values: dict[str, Any], desk: Team) -> None:
    assert TicketFactory(team=desk, tags=["door"], **values).assignee is None


def test_a_desk_that_does_not_assign(agnes: User, ada: User) -> None:
    desk = assigning_desk(agnes, ada, "door", auto_assign=False)
    assert TicketFactory(team=desk, tags=["door"]).assignee is None


def test_whom_somebody_named_keeps_it(desk: Team, ada: User) -> None:
    assert TicketFactory(team=desk, tags=["door"], assignee=ada).assignee == ada


def test_a_ticket_without_team_goes_by_the_rules_of_the_default_desk(
    desk: Team, agnes: User, ada: User, rita: User
) -> None:
    assert TicketFactory(tags=["door"]).assignee is None
    change_organization(by=acting(ada), default_team=desk)
    ticket = TicketFactory(by=acting(rita), requester=None, tags=["door"])
    assert (ticket.assignee, ticket.team) == (agnes, None)


def test_a_ticket_that_is_moved_onto_the_desk(desk: Team, agnes: User, ada: User) -> None:
    ticket = TicketFactory()
    moved = actions.change(ticket, by=acting(ada), team=desk, tags=["door"])
    assert moved.assignee == agnes
    line = TicketEvent.objects.get(ticket=ticket, kind="changed")
    assert {change["field"] for change in line.changes} == {"team", "tags", "assignee"}
    held = actions.change(TicketFactory(assignee=ada), by=acting(ada), team=desk, tags=["door"])
    assert held.assignee == ada
    assert actions.change(moved, by=acting(ada), assignee=None, subject="Again").assignee is None


@pytest.mark.parametrize(
    "rules",
    [
        {},
        ["x"],
        [{"type": "colour", "condition": "x", "assignee": ["agnes@example.test"]}],
        [{"type": "tag", "condition": " ", "assignee": ["agnes@example.test"]}],
        [{"type": "tag", "condition": 5, "assignee": ["agnes@example.test"]}],
        [{"type": "tag", "condition": "x", "assignee": []}],
        [{"type": "tag", "condition": "x", "assignee": ["rita@example.test"]}],
        [{"type": "tag", "condition": "x", "assignee": [10**30]}],
        [{"type": "tag", "condition": "x", "assignee": [True, None]}],
        [{"type": "tag", "condition": "x\x00", "assignee": ["agnes@example.test"], "enable": 1}],
        [{"type": "tag", "condition": "x", "assignee": ["agnes@example.test"]}] * 101,
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: Any, ada: User, agnes: User, rita: User) -> None:
    team = TeamFactory()
    with pytest.raises(Invalid) as refused:
        change_team(team, by=acting(ada), assignee_rules=rules)
    assert {problem.field for problem in refused.value.problems} == {"assignee_rules"}
    team.refresh_from_db()
    assert team.assignee_rules == []


class TestIdleTickets:
    @pytest.fixture
    def idle_desk(self, agnes: User) -> Team:
        return TeamFactory(auto_assign_idle=True, idle_days=3, idle_assignees=[agnes])

    def test_go_to_those_named_for_it_once(self, idle_desk: Team, agnes: User) -> None:
        idle, done, elsewhere = TicketFactory(team=idle_desk), TicketFactory(team=idle_desk), TicketFactory()
        actions.change(done, by=acting(agnes), status=Status.RESOLVED)
        with time_machine.travel(timezone.now() + timedelta(days=4)):
            fresh = TicketFactory(team=idle_desk)
            assert [assign_idle(), assign_idle()] == [1, 0]
        with time_machine.travel(timezone.now() + timedelta(days=9)):
            assert assign_idle() == 1  # the one that was fresh; what Agnes holds stays hers
        assert holders(idle, fresh, done, elsewhere) == [agnes, agnes, None, None]

    def test_of_the_default_desk_are_also_those_without_team(self, idle_desk: Team, agnes: User, ada: User) -> None:
        change_organization(by=acting(ada), default_team=idle_desk)
        ticket = TicketFactory(assignee=ada)
        with time_machine.travel(timezone.now() + timedelta(days=4)):
            assert assign_idle() == 1
        assert holders(ticket) == [agnes]

    def test_stay_where_nobody_is_there(self, idle_desk: Team, agnes: User, ada: User) -> None:
        ticket = TicketFactory(team=idle_desk)
        change_user(agnes, by=acting(ada), is_active=False)
        with time_machine.travel(timezone.now() + timedelta(days=4)):
            assert assign_idle() == 0
        assert holders(ticket) == [None]


def holders(*tickets: Ticket) -> list[User | None]:
    return [Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee for ticket in tickets]
