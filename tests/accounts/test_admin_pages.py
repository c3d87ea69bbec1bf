"""Every page of the admin: who gets in, that it opens, that it stays quick, and that hostile addresses do no harm."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import keys
from accounts.actor import Actor
from accounts.models import Role, User
from tests.factories import TicketFactory, UserFactory, acting
from tests.pages import signed_in
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

OURS = ("accounts", "attachments", "tickets", "webhooks")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def looker(ada: User) -> User:
    """May look and not touch."""
    looker: User = UserFactory(full_name="Lois", email="lois@example.test", role=Role.ADMIN, read_only=True)
    return looker


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_its_pages(model: type[Model], ada: User) -> None:
    call_command("load_demo", "--tickets", "12", verbosity=0)
    keys.issue_key(by=acting(ada), contract="support")
    client = signed_in(ada)
    assert client.get(page(model, "changelist"), follow=True).status_code == 200
    row = model._base_manager.first()
    if row is not None:
        assert client.get(page(model, "change", row.pk)).status_code == 200
    may_add = admin.site._registry[model].has_add_permission(client.get(reverse("admin:index")).wsgi_request)
    assert client.get(page(model, "add")).status_code == (200 if may_add else 403)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_read_only_administrators_look(model: type[Model], looker: User) -> None:
    call_command("load_demo", "--tickets", "3", verbosity=0)
    client = signed_in(looker)
    assert client.get(page(model, "changelist"), follow=True).status_code == 200
    row = model._base_manager.first()
    if row is not None:
        answer = client.get(page(model, "change", row.pk))
        assert answer.status_code == 200
        assert b'name="_save"' not in answer.content
        assert client.post(page(model, "change", row.pk), {}).status_code == 403
        assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


@pytest.mark.parametrize("name", ["agnes", "rita"])
def test_others_do_not_enter(name: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(name))
    entered = client.get("/admin/", follow=True)
    assert entered.status_code == 403
    assert client.get("/admin/login/").status_code == 403
    assert client.get(page(Ticket, "changelist"), follow=True).status_code == 403


def test_the_login_is_our_own(client: Client) -> None:
    answer = client.get("/admin/tickets/ticket/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert answer.status_code == 200


def test_ones_own_password_is_changed_on_our_page(ada: User) -> None:
    assert signed_in(ada).get("/admin/password_change/").headers["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%22%27)(*:%26|!", "q=" + "x" * 5000, "status__exact=%00", "id__in=x", "priority__exact=x",
        "priority__exact=99999999999999999999", "assignee=x", "assignee=99999999999999999999999", "assignee=%00",
        "p=99999", "p=x", "o=9.9.9", "o=x", "team__id__exact=x", "nonsense=1", "created_at__gte=never", "e=1", "all=",
        "subject__contains=%00",
    ],
)  # fmt: skip
def test_hostile_addresses_do_no_harm(query: str, ada: User) -> None:
    TicketFactory()
    for model in (Ticket, User):
        assert signed_in(ada).get(f"{page(model, 'changelist')}?{query}", follow=True).status_code in (200, 400)


@pytest.mark.parametrize("term", ["Rita", "%00", "%ED%A0%80", "'\"(", "x" * 5000])
def test_people_are_offered_while_typing(term: str, ada: User, rita: User) -> None:
    query = f"term={term}&app_label=tickets&model_name=ticket&field_name=requester"
    answer = signed_in(ada).get(f"/admin/autocomplete/?{query}")
    assert answer.status_code == 200
    assert [row["text"] for row in answer.json()["results"]] == ([str(rita)] if term == "Rita" else [])


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_of_tickets_costs_the_same_for_one_and_for_many(ada: User) -> None:
    client = signed_in(ada)
    address = page(Ticket, "changelist")
    TicketFactory()
    one = queries_of(client, address)
    call_command("load_demo", "--tickets", "40", "--append", verbosity=0)
    assert queries_of(client, address) == one <= 10
    assert queries_of(client, f"{address}?q=printer") <= one


def test_a_ticket_costs_the_same_whatever_hangs_on_it(ada: User, agnes: User) -> None:
    from tickets.actions import reply

    client = signed_in(ada)
    ticket = TicketFactory()
    reply(ticket, by=acting(agnes), content="One.")
    address = page(Ticket, "change", ticket.pk)
    one = queries_of(client, address)
    for number in range(10):
        reply(ticket, by=acting(agnes), content=f"Answer {number}.")
    assert queries_of(client, address) == one


def test_the_total_is_that_of_the_tally(ada: User) -> None:
    for status in ("new", "open", "open"):
        TicketFactory(status=status, by=Actor.system())
    client = signed_in(ada)
    address = page(Ticket, "changelist")
    with CaptureQueriesContext(connection) as captured:
        assert b"2 tickets" in client.get(f"{address}?status__exact=open").content
    assert not [query["sql"] for query in captured if "COUNT(" in query["sql"] and "tickets_ticket" in query["sql"]]
    assert b"1 ticket" in client.get(f"{address}?assignee=none&status__exact=new").content
