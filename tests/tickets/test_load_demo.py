"""Demo data: what the logins find, that it is the same every time, and that it leaves other people's data alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Organization, Role, Team, User
from accounts.signin import sign_in
from tests.factories import TicketFactory
from tickets import tally
from tickets.demo.writer import book
from tickets.filters import Filters
from tickets.models import Comment, CustomField, Tag, TagCategory, Ticket, TicketEvent
from tickets.words import FieldKind, Kind, Status

pytestmark = pytest.mark.django_db


def load(*arguments: str) -> None:
    call_command("load_demo", *arguments)


def told() -> list[Any]:
    """What the data says, without ids and times."""
    rows = Ticket.objects.order_by("id").values_list("subject", "description", "status", "priority", "requester__email")
    return [*rows, *Comment.objects.order_by("id").values_list("content", "is_internal", "author__email")]


@pytest.mark.parametrize(
    ("email", "role"),
    [("admin@example.com", Role.ADMIN), ("agent@example.com", Role.AGENT), ("customer@example.com", Role.CUSTOMER)],
)
def test_the_logins_work(email: str, role: Role, rf: RequestFactory) -> None:
    load("--tickets", "1")
    assert sign_in(rf.post("/"), email=email, password="polydesk-demo").role == role


def test_nobody_else_has_a_password() -> None:
    load("--tickets", "1")
    others = User.objects.exclude(email__in=["admin@example.com", "agent@example.com", "customer@example.com"])
    assert others.count() > 20
    assert not any(user.has_usable_password() for user in others)


def test_the_desk_has_a_field_of_each_kind_and_tag_categories() -> None:
    load("--tickets", "1")
    team = Team.objects.get(name="Service Desk")
    assert team.members.filter(email="agent@example.com").exists()
    assert Organization.current().default_team == team
    kinds = CustomField.objects.filter(team=team).values_list("kind", "is_multiple")
    lists = {(FieldKind.LIST.value, False), (FieldKind.LIST.value, True)}
    assert set(kinds) == lists | {(kind.value, False) for kind in FieldKind if kind != FieldKind.LIST}
    assert len(kinds) == 7
    assert TagCategory.objects.filter(team=team).count() >= 2
    assert Tag.objects.filter(category__team=team).count() >= 4


def test_it_looks_like_a_helpdesk() -> None:
    load()
    assert Ticket.objects.count() == 200
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Status.values)
    assert Ticket.objects.filter(requester__email="customer@example.com").count() >= 5
    assert Ticket.objects.filter(assignee__email="agent@example.com", status=Status.OPEN).exists()
    assert Comment.objects.filter(is_internal=True).count() > 20
    assert Ticket.objects.exclude(fields={}).count() > 20
    assert Ticket.objects.filter(ticket_tags__tag__category__isnull=False).exists()
    assert not [text for text in Comment.objects.values_list("content", flat=True) if "{" in text]
    assert TicketEvent.objects.filter(kind=Kind.CREATED).count() == 200


def test_nothing_lies_in_the_future_and_numbers_grow_with_time() -> None:
    load()
    now = timezone.now()
    created = list(Ticket.objects.order_by("id").values_list("created_at", flat=True))
    assert created == sorted(created)
    assert created[0] < now - timedelta(days=30)
    assert created[-1] > now - timedelta(hours=2)
    assert not Ticket.objects.filter(updated_at__gt=now).exists()
    assert not Comment.objects.filter(created_at__gt=now).exists()


def test_totals_are_exact() -> None:
    load("--tickets", "50")
    for status in Status:
        assert (
            tally.total(Actor.system(), Filters(statuses=frozenset({status})))
            == Ticket.objects.filter(status=status).count()
        )


def test_the_same_seed_tells_the_same(django_db_reset_sequences: None) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        load("--tickets", "40")
        first = told()
        TicketEvent.objects.all().delete()
        Comment.everything.all().delete()
        Ticket.everything.all().delete()
        load("--tickets", "40")
        assert told() == first
        load("--tickets", "40", "--random-seed", "2", "--append")
        assert told()[40:80] != first[:40]


def test_a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    load("--tickets", "20")
    load("--tickets", "30")
    assert "there already" in capsys.readouterr().out
    assert Ticket.objects.count() == 20


def test_other_peoples_tickets_are_left_alone() -> None:
    TicketFactory()
    with pytest.raises(CommandError, match="other people's tickets"):
        load()
    assert Ticket.objects.count() == 1
    assert not User.objects.filter(email="agent@example.com").exists()


def test_append_loads_beside_what_is_there() -> None:
    TicketFactory()
    load("--tickets", "20", "--append")
    load("--tickets", "20", "--append")
    assert Ticket.objects.count() == 41
    assert Team.objects.count() == 3
    assert CustomField.objects.count() == 7


@pytest.mark.parametrize("number", ["0", "-3", "1000001"])
def test_an_absurd_number_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="between 1 and 1000000"):
        load(f"--tickets={number}")


def test_every_story_can_be_told() -> None:
    """Each placeholder of the stories has a word."""
    known = {*book().words, "first", "colleague", "number", "amount"}
    for story in book().stories:
        texts = [*story["subject"], story["text"], *(step["text"] for step in story["steps"])]
        for text in texts:
            text.format_map(dict.fromkeys(known, "word"))
