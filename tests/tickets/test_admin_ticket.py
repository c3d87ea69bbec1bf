"""Tickets in the admin: every change goes through the verbs, and a refusal saves nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import Door, User
from tests.factories import TicketFactory, acting
from tests.forms import form_of
from tests.pages import signed_in, text_of
from tickets import tally
from tickets.actions import change, reply
from tickets.filters import Filters
from tickets.models import Ticket, TicketEvent
from tickets.words import Kind, Priority, Status

pytestmark = pytest.mark.django_db

LIST = "/admin/tickets/ticket/"


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


def page_of(ticket: Ticket) -> str:
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def act(client: Client, action: str, *tickets: Ticket, **more: Any) -> Any:
    sent = {"action": action, "_selected_action": [ticket.pk for ticket in tickets], **more}
    return client.post(LIST, sent, follow=True)


def test_opening_a_ticket(client: Client, ada: User, rita: User, agnes: User) -> None:
    sent = form_of(client, f"{LIST}add/", subject="No sound", requester=rita.pk, priority=3, tag_words="audio, room 5")
    sent |= {"status": "open", "assignee": agnes.pk, "description": "Since Monday."}
    assert client.post(f"{LIST}add/", sent).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester, ticket.assignee, ticket.status) == ("No sound", rita, agnes, Status.OPEN)
    assert (ticket.created_by, ticket.created_door, ticket.tag_texts) == (ada, Door.ADMIN, ["audio", "room 5"])
    assert TicketEvent.objects.get().kind == Kind.CREATED
    assert tally.total(Actor.system(), Filters(statuses=frozenset({Status.OPEN}))) == 1


def test_a_change_has_history_and_says_who(client: Client, ada: User) -> None:
    ticket = TicketFactory(subject="Printer")
    sent = form_of(client, page_of(ticket), status="resolved", priority=4, tag_words="fire")
    assert client.post(page_of(ticket), sent).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.priority, ticket.tag_texts) == (Status.RESOLVED, Priority.URGENT, ["fire"])
    assert ticket.resolved_at is not None
    event = TicketEvent.objects.get(kind=Kind.CHANGED)
    assert (event.actor, event.door) == (ada, Door.ADMIN)
    assert {noted["field"] for noted in event.changes} == {"status", "priority", "tags"}


def test_saving_without_a_change_is_none(client: Client) -> None:
    ticket = TicketFactory(description="Two\nlines")
    sent = form_of(client, page_of(ticket), description="Two\r\nlines")  # as browsers send it
    assert client.post(page_of(ticket), sent).status_code == 302
    assert Ticket.objects.get().version == 1
    assert TicketEvent.objects.count() == 1


def test_new_text_drops_the_old_formatting(client: Client) -> None:
    ticket = TicketFactory(description="Fire", html="<b>Fire</b>")
    client.post(page_of(ticket), form_of(client, page_of(ticket), description="Smoke"))
    ticket.refresh_from_db()
    assert (ticket.description, ticket.description_html) == ("Smoke", "")


def test_the_second_of_two_is_told(client: Client, agnes: User) -> None:
    ticket = TicketFactory(subject="Printer")
    sent = form_of(client, page_of(ticket), subject="Printer is fine")
    change(ticket, by=acting(agnes), status=Status.OPEN)
    answer = client.post(page_of(ticket), sent)
    assert answer.status_code == 200
    assert "Somebody else changed it in the meantime." in text_of(answer)
    assert "Printer is fine" in answer.content.decode()  # what was written is not lost
    assert Ticket.objects.get().subject == "Printer"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("subject", "", "required"),
        ("subject", "x" * 501, "at most 500"),
        ("subject", "a\0b", "Null characters"),
        ("description", "x" * 100_001, "at most 100000"),
        ("tag_words", "x" * 101, "at most 100"),
        ("tag_words", ",".join(map(str, range(60))), "at most 50"),
        ("status", "burning", "valid choice"),
        ("assignee", "999999", "valid choice"),
        ("requester", "999999", "valid choice"),
        ("due_at_0", "whenever", "valid date"),
        ("seen", "x", "whole number"),
    ],
)
def test_a_refusal_is_said_on_the_form_and_saves_nothing(client: Client, field: str, value: str, sentence: str) -> None:
    ticket = TicketFactory(subject="Printer")
    answer = client.post(page_of(ticket), form_of(client, page_of(ticket), priority=4, **{field: value}))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert (Ticket.objects.get().version, Ticket.objects.get().priority) == (1, Priority.MEDIUM)


def test_customers_are_no_assignees(client: Client, rita: User) -> None:
    ticket = TicketFactory()
    answer = client.post(page_of(ticket), form_of(client, page_of(ticket), assignee=rita.pk))
    assert "valid choice" in text_of(answer)


def test_conversation_and_history_are_read(client: Client, agnes: User) -> None:
    ticket = TicketFactory()
    reply(ticket, by=acting(agnes), content="Mind the cat.", internal=True)
    change(ticket, by=acting(agnes), priority=Priority.URGENT)
    answer = client.get(page_of(ticket))
    assert "Mind the cat." in text_of(answer)
    assert "medium → urgent" in text_of(answer)
    assert b'name="comments-0-content"' not in answer.content


def test_assigning_and_setting_a_status_in_bulk(client: Client, ada: User) -> None:
    tickets = [TicketFactory() for _ in range(3)]
    assert "2 done." in text_of(act(client, "assign_to_me", *tickets[:2]))
    assert "3 done." in text_of(act(client, "set_closed", *tickets))
    act(client, "unassign", tickets[0])
    assert list(Ticket.objects.order_by("id").values_list("assignee", flat=True)) == [None, ada.pk, None]
    assert set(Ticket.objects.values_list("status", flat=True)) == {Status.CLOSED}
    assert TicketEvent.objects.filter(kind=Kind.CHANGED, door=Door.ADMIN).count() == 6
    assert tally.total(Actor.system(), Filters(statuses=frozenset({Status.CLOSED}))) == 3


def test_deleting_hides_and_counts(client: Client) -> None:
    one, two, three = (TicketFactory() for _ in range(3))
    assert client.post(reverse("admin:tickets_ticket_delete", args=[one.pk]), {"post": "yes"}).status_code == 302
    act(client, "delete_selected", two, post="yes")
    assert list(Ticket.objects.all()) == [three]
    assert Ticket.everything.count() == 3
    assert TicketEvent.objects.filter(kind=Kind.DELETED, door=Door.ADMIN).count() == 2
    assert tally.total(Actor.system(), Filters()) == 1


def test_tickets_are_found_by_words_person_and_number(client: Client, rita: User) -> None:
    wanted = TicketFactory(subject="No sound in Aurora", requester=rita)
    TicketFactory(subject="Printer")
    for words in ("aurora sound", "rita", str(wanted.pk)):
        answer = client.get(LIST, {"q": words})
        assert list(answer.context["cl"].result_list) == [wanted], words


def test_read_only_administrators_have_no_actions(ada: User) -> None:
    ticket = TicketFactory()
    User.objects.filter(pk=ada.pk).update(read_only=True)
    act(signed_in(ada), "set_closed", ticket)
    assert Ticket.objects.get().status == Status.NEW
