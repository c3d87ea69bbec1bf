"""Endpoints and deliveries in the admin: everything through the verbs, secrets shown once."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sealing import unseal
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, admin
from tests.forms import form_of
from tests.pages import signed_in, text_of
from tests.webhooks.test_queries import fill
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
LIST = "/admin/webhooks/endpoint/"
DELIVERIES = "/admin/webhooks/delivery/"
URL = "https://hooks.example.com/"


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


def secrets_of(answer: HttpResponse) -> list[str]:
    assert "no-store" in answer["Cache-Control"]
    return [unescape(text) for text in re.findall(r'value="(whsec_[^"]+)"', answer.content.decode())]


def act(client: Client, name: str, *rows: Endpoint | Delivery) -> HttpResponse:
    page = LIST if isinstance(rows[0], Endpoint) else DELIVERIES
    answer: Any = client.post(page, {"action": name, "_selected_action": [row.pk for row in rows]}, follow=True)
    return answer  # type: ignore[no-any-return]


def test_a_new_endpoint_shows_its_secret_once(client: Client, ada: User) -> None:
    answer = client.post(f"{LIST}add/", {"url": URL, "description": "ERP", "events": ["ticket.created"]})
    endpoint = Endpoint.objects.get()
    assert secrets_of(answer) == [unseal(endpoint.secret)]
    assert (endpoint.url, endpoint.events, endpoint.owner, endpoint.is_active) == (URL, ["ticket.created"], ada, True)
    assert "whsec_" not in client.get(f"{LIST}{endpoint.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"url": "https://127.0.0.2.example.com:22/"}, ""),
        ({"url": "https://u:p@example.com/"}, "User names and passwords"),
        ({"url": ""}, "required"),
        ({"events": ["nope"]}, "valid choice"),
    ],
)
def test_a_refused_endpoint_is_not_made(client: Client, values: dict[str, Any], sentence: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []
    answer = client.post(f"{LIST}add/", {"url": URL, **values})
    assert answer.status_code == 200
    assert (sentence or "Only the ports") in text_of(answer)
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_changed(client: Client) -> None:
    endpoint = EndpointFactory(url=URL, events=["ticket.created"])
    page = f"{LIST}{endpoint.pk}/change/"
    client.post(page, form_of(client, page, url="http://receiver:9000/", events=[], include_internal="on"))
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events, endpoint.include_internal) == ("http://receiver:9000/", [], True)
    sent = form_of(client, page)
    del sent["is_active"]
    client.post(page, sent)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.stopped_at is None) == (False, False)


def test_actions_on_endpoints(client: Client) -> None:
    one, two = EndpointFactory(url=URL), EndpointFactory()
    assert "2 done." in text_of(act(client, "pause", one, two))
    assert "switched off" in text_of(act(client, "send_test", one))
    assert "2 done." in text_of(act(client, "resume", one, two))
    assert "2 done." in text_of(act(client, "send_test", one, two))
    assert Delivery.objects.filter(message__event="webhook.test").count() == 2
    shown = secrets_of(act(client, "rotate", one, two))
    assert set(shown) == {unseal(row.secret) for row in Endpoint.objects.all()}


def test_deleting_cancels_what_waits(client: Client) -> None:
    one, two = EndpointFactory(), EndpointFactory()
    TicketFactory()
    client.post(f"{LIST}{one.pk}/delete/", {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"})
    assert not Endpoint.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_deliveries_are_sent_again_and_the_queue_is_at_the_top(client: Client) -> None:
    endpoint = EndpointFactory()
    [sent], [parked] = fill(endpoint, 1, state="delivered"), fill(endpoint, 1, state="parked", error="KeyError")
    assert "In the queue: 0" in text_of(client.get(DELIVERIES))
    said = text_of(act(client, "resend", sent, parked))
    assert "1 done." in said
    assert "could not be built: KeyError" in said
    assert "In the queue: 1 · first due" in said


def test_the_lists_cost_the_same_however_many_rows(client: Client) -> None:
    costs = []
    for made in (1, 6):
        for _ in range(made):
            fill(EndpointFactory(team=TeamFactory()), 2, state="delivered")
        for page in (LIST, DELIVERIES):
            with CaptureQueriesContext(connection) as queries:
                assert "100 % of 2" in text_of(client.get(page)) or page == DELIVERIES
            costs.append(len(queries))
    assert costs[:2] == costs[2:]


def test_a_read_only_administrator_changes_nothing() -> None:
    endpoint = EndpointFactory()
    [delivery] = fill(endpoint, 1, state="delivered")
    client = signed_in(admin("Rex", read_only=True))
    act(client, "pause", endpoint)
    act(client, "rotate", endpoint)
    act(client, "resend", delivery)
    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.is_active, endpoint.former_secret, delivery.state) == (True, "", "delivered")
