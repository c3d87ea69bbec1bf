"""Changing the properties of a ticket, alone and beside somebody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.models import Organization, Team, User
from tests.factories import TeamFactory, TicketFactory, acting, agent
from tests.pages import hidden, signed_in, text_of
from tickets import actions
from tickets.models import Category, CustomField, CustomOption, Ticket, TicketEvent
from tickets.words import Priority, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, tags=["vpn"])


def seen_by(user: User, ticket: Ticket) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    page = signed_in(user).get(f"/tickets/{ticket.pk}/")
    ticket = Ticket.objects.get(pk=ticket.pk)
    due = ticket.due_at.strftime("%Y-%m-%dT%H:%M") if ticket.due_at else ""
    return {
        "status": ticket.status,
        "priority": Priority(ticket.priority).word,
        "assignee": ticket.assignee_id or "",
        "team": ticket.team_id or "",
        "category": ticket.category_id or "",
        "due_at": due,
        "tags": ", ".join(ticket.tag_texts),
        "version": hidden(page, "version"),
        "seen": hidden(page, "seen"),
    }


def save(user: User, ticket: Ticket, said: dict[str, Any], **headers: str) -> HttpResponse:
    return signed_in(user).post(f"/tickets/{ticket.pk}/properties/", said, headers=headers)


def test_all_of_them_at_once(ticket: Ticket, agnes: User) -> None:
    team, category = TeamFactory(), Category.objects.create(name="Printers")
    said = seen_by(agnes, ticket) | {
        "status": "in_progress",
        "priority": "urgent",
        "assignee": agnes.pk,
        "team": team.pk,
        "category": category.pk,
        "due_at": "2031-03-04T05:06",
        "tags": "vpn, network",
    }
    assert save(agnes, ticket, said).status_code == 302
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.priority) == (Status.IN_PROGRESS, Priority.URGENT)
    assert (ticket.assignee_id, ticket.team_id, ticket.category_id) == (agnes.pk, team.pk, category.pk)
    assert ticket.due_at == datetime(2031, 3, 4, 5, 6, tzinfo=UTC)
    assert ticket.tag_texts == ["vpn", "network"]


def test_one_field_changes_that_one_alone(ticket: Ticket, agnes: User) -> None:
    save(agnes, ticket, seen_by(agnes, ticket) | {"priority": "high"})
    (change,) = TicketEvent.objects.latest("id").changes
    assert (change["field"], change["current"]) == ("priority", "high")


def test_fields_that_were_not_sent_stay(ticket: Ticket, agnes: User) -> None:
    actions.change(ticket, by=acting(agnes), assignee=agnes)
    save(agnes, ticket, {"status": "pending", "priority": "medium"})
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.assignee_id, ticket.tag_texts) == (Status.PENDING, agnes.pk, ["vpn"])


def test_htmx_gets_the_properties_and_what_else_changed(ticket: Ticket, agnes: User) -> None:
    answer = save(agnes, ticket, seen_by(agnes, ticket) | {"status": "resolved"}, **{"HX-Request": "true"})
    fragment = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in fragment
    assert fragment.count('hx-swap-oob="true"') == 2
    assert "Saved" in fragment
    assert "Resolved" in fragment


@pytest.mark.parametrize("htmx", [True, False])
def test_the_second_of_two_is_told_and_nothing_is_overwritten(ticket: Ticket, agnes: User, htmx: bool) -> None:
    mika = agent("Mika")
    said = seen_by(agnes, ticket) | {"status": "pending"}
    actions.change(ticket, by=acting(mika), status=Status.RESOLVED, priority=Priority.LOW)
    answer = save(agnes, ticket, said, **({"HX-Request": "true"} if htmx else {}))
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Mika was quicker" in words
    assert "you saw New, now it is Resolved" in words
    assert "you want Pending" in words
    assert "you saw Medium, now it is Low" in words
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.priority) == (Status.RESOLVED, Priority.LOW)

    mine = said | {"version": hidden(answer, "version"), "seen": hidden(answer, "seen"), "priority": "low"}
    assert save(agnes, ticket, mine).status_code == 302
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.priority) == (Status.PENDING, Priority.LOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "nonsense"},
        {"priority": ""},
        {"assignee": "999999"},
        {"team": "abc"},
        {"category": "-1"},
        {"due_at": "tomorrow"},
        {"due_at": "99999-01-01T00:00"},
        {"tags": "a" * 200},
        {"tags": ",".join(f"tag{number}" for number in range(60))},
        {"tags": "nul\x00"},
        {"version": "many"},
    ],
)
def test_wrong_values_come_back_with_a_word_and_change_nothing(
    ticket: Ticket, agnes: User, wrong: dict[str, str]
) -> None:
    answer = save(agnes, ticket, seen_by(agnes, ticket) | wrong)
    assert answer.status_code == 422
    assert 'class="errorlist' in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


@pytest.mark.parametrize("seen", ["", "{", "[]", "3", '{"status": 3}', '{"status": [["x"]]}', "[" * 5000])
def test_a_broken_memory_of_what_was_seen_is_no_error(ticket: Ticket, agnes: User, seen: str) -> None:
    answer = save(agnes, ticket, seen_by(agnes, ticket) | {"seen": seen, "status": "open"})
    assert answer.status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN


def test_a_customer_may_not(ticket: Ticket, rita: User) -> None:
    assert save(rita, ticket, {"status": "closed"}).status_code == 404


# ---- custom fields ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(ticket: Ticket, agnes: User) -> Team:
    """A team with a field of each kind, and the ticket in it."""
    team = TeamFactory(members=[agnes])
    kinds = ("text", "textarea", "date", "toggle", "list", "list", "people")
    for position, kind in enumerate(kinds):
        field = CustomField.objects.create(
            team=team,
            title=f"Question {position}",
            key=f"question-{position}",
            kind=kind,
            position=position,
            is_multiple=position == 5,
        )
        if kind == "list":
            for text in ("Red", "Green"):
                CustomOption.objects.create(field=field, text=text)
    actions.change(ticket, by=acting(agnes), team=team)
    return team


def test_the_seven_kinds_are_saved_and_shown(ticket: Ticket, desk: Team, agnes: User) -> None:
    fields = list(CustomField.objects.filter(team=desk))
    red, green = (str(option.uuid) for option in fields[5].options.all())
    single = str(fields[4].options.all()[0].uuid)
    values = ["LT-1", "Turned it\r\noff and on", "2031-02-03", "on", single, [red, green], str(agnes.pk)]
    said = seen_by(agnes, ticket) | {f"custom.{field.uuid}": value for field, value in zip(fields, values, strict=True)}
    assert save(agnes, ticket, said).status_code == 302
    stored = Ticket.objects.get(pk=ticket.pk).fields
    assert [stored[str(field.uuid)] for field in fields] == [
        "LT-1",
        "Turned it\noff and on",
        "2031-02-03",
        True,
        [single],
        [red, green],
        [agnes.pk],
    ]
    words = text_of(signed_in(agnes).get(f"/tickets/{ticket.pk}/"))
    assert "set Question 5 to Red, Green" in words
    assert f"set Question 6 to {agnes.full_name}" in words


def test_emptied_fields_are_emptied(ticket: Ticket, desk: Team, agnes: User) -> None:
    actions.change(ticket, by=acting(agnes), custom={"question-0": "LT-1", "question-3": True, "question-5": ["Red"]})
    text, toggle, colours = (CustomField.objects.get(team=desk, key=f"question-{number}") for number in (0, 3, 5))
    save(agnes, ticket, seen_by(agnes, ticket) | {f"custom.{text.uuid}": ""})
    stored = Ticket.objects.get(pk=ticket.pk).fields
    assert str(text.uuid) not in stored
    assert stored[str(toggle.uuid)] is False
    assert str(colours.uuid) not in stored


def test_a_value_that_is_no_option_is_refused(ticket: Ticket, desk: Team, agnes: User) -> None:
    colour = CustomField.objects.get(team=desk, key="question-4")
    answer = save(agnes, ticket, seen_by(agnes, ticket) | {f"custom.{colour.uuid}": "blue"})
    assert answer.status_code == 422
    assert not Ticket.objects.get(pk=ticket.pk).fields


def test_tickets_without_team_ask_the_default_desk_s_questions(rita: User, agnes: User, desk: Team) -> None:
    Organization.current()
    Organization.objects.update(default_team=desk)
    page = text_of(signed_in(agnes).get(f"/tickets/{TicketFactory(requester=rita).pk}/"))
    assert "Question 0" in page


@pytest.mark.parametrize("due", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_due_time_that_other_zones_could_not_show_is_refused(due: str, ticket: Ticket, agnes: User) -> None:
    page = save(agnes, ticket, seen_by(agnes, ticket) | {"due_at": due})
    assert page.status_code == 422
    assert "The year must lie between" in text_of(page)
    assert Ticket.objects.get(pk=ticket.pk).due_at is None
