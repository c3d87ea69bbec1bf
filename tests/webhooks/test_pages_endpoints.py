"""/settings/webhooks/: administrators make, change, switch, rotate, test and delete endpoints."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.sealing import unseal
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, acting, admin
from tests.pages import hidden, signed_in, text_of
from tests.webhooks.test_queries import fill
from webhooks import actions
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
PAGE = "/settings/webhooks/"
NEW = "/settings/webhooks/new/"
URL = "https://hooks.example.com/polydesk"


def secret_of(answer: HttpResponse) -> str:
    """The secret that a page shows."""
    found = re.search(r'<input id="secret"[^>]* value="([^"]+)"', answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    return unescape(found[1])


def test_a_new_endpoint_shows_its_secret_once_and_is_tested(ada: User) -> None:
    browser, team = signed_in(ada), TeamFactory(name="Desk")
    answer = browser.post(
        NEW,
        {
            "url": URL, "description": "ERP <b>sync</b>", "events": ["ticket.created", "comment.created"],
            "team": team.pk, "include_internal": "on",
        },
    )  # fmt: skip
    endpoint = Endpoint.objects.get()
    assert unseal(endpoint.secret) == secret_of(answer)
    assert (endpoint.url, endpoint.description, endpoint.team, endpoint.owner) == (URL, "ERP <b>sync</b>", team, ada)
    assert (endpoint.events, endpoint.include_internal) == (["ticket.created", "comment.created"], True)
    [delivery] = endpoint.deliveries.select_related("message")
    assert delivery.message.event == "webhook.test"
    assert f"/settings/webhooks/{endpoint.pk}/deliveries/{delivery.pk}/outcome/?look=1" in answer.content.decode()
    for page in (PAGE, f"{PAGE}{endpoint.pk}/", f"{PAGE}{endpoint.pk}/edit/"):
        said = browser.get(page).content.decode()
        assert secret_of(answer) not in said
        assert "<b>sync" not in said
    assert "2 events of Desk, internal notes too" in text_of(browser.get(PAGE))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": ""}, "required"),
        ({"url": "http://10.0.0.1/"}, "Webhooks may not go to this address."),
        ({"url": "https://user:pw@example.com/"}, "User names and passwords"),
        ({"url": "ftp://example.com/"}, "Enter an address such as"),
        ({"url": "https://example.com/" + "x" * 2000}, "at most 2000"),
        ({"url": URL + "\x00"}, "Null characters"),
        ({"url": URL + "\ud800"}, "cannot be stored"),
        ({"description": "x" * 501}, "at most 500"),
        ({"events": ["nope"]}, "valid choice"),
        ({"events": ["webhook.test"]}, "valid choice"),
        ({"team": "9" * 30}, "valid choice"),
        ({"team": "Desk"}, "valid choice"),
    ],
)
def test_a_wrong_form_is_explained_and_changes_nothing(change: dict[str, Any], sentence: str, ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory(url=URL)
    sent = {"url": URL, "description": "", **change}
    if "\ud800" in sent["url"]:  # a form cannot carry it: what comes is what a browser makes of it
        sent["url"] = URL + "\ufffd"
        sentence = "printable ASCII"
    for path in (NEW, f"{PAGE}{endpoint.pk}/edit/"):
        answer = browser.post(path, sent)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert Endpoint.objects.get().updated_at == endpoint.updated_at


def test_an_endpoint_is_changed(ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory(url=URL, events=["ticket.created"], include_internal=True)
    shown = browser.get(f"{PAGE}{endpoint.pk}/edit/").content.decode()
    assert re.search(r'value="ticket.created"[^>]* checked', shown)
    assert not re.search(r'value="ticket.updated"[^>]* checked', shown)
    browser.post(f"{PAGE}{endpoint.pk}/edit/", {"url": URL + "/2", "description": "Two"})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description, endpoint.events) == (URL + "/2", "Two", [])
    assert (endpoint.include_internal, endpoint.is_active) == (False, True)


def test_pausing_and_resuming(ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory()
    said = text_of(browser.post(f"{PAGE}{endpoint.pk}/switch/", follow=True))
    assert "Paused; it goes on collecting." in said
    assert "Resume" in said
    assert "Send test" not in said
    TicketFactory()
    refused = text_of(browser.post(f"{PAGE}{endpoint.pk}/test/", follow=True))
    assert "switch it on to test it" in refused
    assert "Resumed" in text_of(browser.post(f"{PAGE}{endpoint.pk}/switch/", {"active": "on"}, follow=True))
    assert Endpoint.objects.get().is_active


def test_a_rotated_secret_is_shown_once_with_how_long_the_old_one_signs(ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory()
    answer = browser.post(f"{PAGE}{endpoint.pk}/rotate/")
    endpoint.refresh_from_db()
    assert unseal(endpoint.secret) == secret_of(answer)
    assert endpoint.former_secret_expires_at is not None
    ends = timezone.localtime(endpoint.former_secret_expires_at)
    assert f"Until {ends.day} {ends:%b %Y, %H:%M} the secret before it signs too" in text_of(answer)
    assert "would have signed until" in text_of(browser.get(f"{PAGE}{endpoint.pk}/"))


def test_a_form_that_is_sent_again_does_not_end_the_secret_that_receivers_hold(ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory()
    form = {"known": hidden(browser.get(f"{PAGE}{endpoint.pk}/"), "known")}
    second = secret_of(browser.post(f"{PAGE}{endpoint.pk}/rotate/", form))
    again = browser.post(f"{PAGE}{endpoint.pk}/rotate/", form, follow=True)
    assert "There is a newer secret, shown when it was made. Nothing was changed." in text_of(again)
    endpoint.refresh_from_db()
    assert (unseal(endpoint.secret), unseal(endpoint.former_secret)) == (second, endpoint.open_secret)
    assert hidden(again, "known") not in (form["known"], endpoint.secret)


def test_a_long_name_is_cut_and_shown_whole_once(ada: User) -> None:
    browser, words = signed_in(ada), "w" * 200
    named, nameless = EndpointFactory(url=URL, description=words), EndpointFactory(url=f"{URL}/{words}")
    assert text_of(browser.get(PAGE)).count(words) == 0
    for endpoint in (named, nameless):
        page = text_of(browser.get(f"{PAGE}{endpoint.pk}/"))
        assert page.count(words) == 1
        assert page.count(f"{'w' * 20}…") == 2  # title and heading


def test_what_it_hears_of_is_a_sentence(ada: User) -> None:
    team = TeamFactory(name="Service Desk")
    endpoint = EndpointFactory(url=URL, team=team, events=["ticket.created"], include_internal=True)
    fill(endpoint, 1234)
    page = text_of(signed_in(ada).get(f"{PAGE}{endpoint.pk}/"))
    assert "ticket.created of Service Desk, internal notes too Made" in page
    assert "Waiting 1,234" in page


def test_deleting(ada: User) -> None:
    browser, endpoint = signed_in(ada), EndpointFactory(url=URL)
    TicketFactory()
    assert f"Deleted {URL}." in text_of(browser.post(f"{PAGE}{endpoint.pk}/delete/", follow=True))
    assert not Endpoint.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert browser.get(f"{PAGE}{endpoint.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "Healthy"),
        ({"failing_since": timezone.now()}, "Failing"),
        ({"is_active": False, "stopped_at": timezone.now()}, "Paused"),
        ({"is_active": False, "stopped_at": timezone.now(), "disabled_reason": "It answered 410."}, "Disabled"),
    ],
)
def test_how_an_endpoint_is_doing_is_said(state: dict[str, Any], words: str, ada: User) -> None:
    endpoint = EndpointFactory(url=URL)
    Endpoint.objects.filter(pk=endpoint.pk).update(**state)
    fill(endpoint, 3, state="delivered", attempt_count=1)
    fill(endpoint, 1, state="exhausted", attempt_count=10)
    fill(endpoint, 2)
    browser = signed_in(ada)
    for page in (PAGE, f"{PAGE}{endpoint.pk}/"):
        said = text_of(browser.get(page))
        assert words in said
        assert "Last 24 h 75 % of 4" in said
        assert "Waiting 2" in said
    assert state.get("disabled_reason", "") in said


def test_the_list_costs_the_same_however_many_there_are(ada: User) -> None:
    browser, counts = signed_in(ada), []
    for made in (1, 5):
        for _ in range(made):
            fill(EndpointFactory(team=TeamFactory()), 3, state="delivered")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    for _ in range(45):
        EndpointFactory()
    newest = browser.get(PAGE).content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', newest)
    assert older
    assert text_of(browser.get(PAGE + older[1])).count("Healthy") == 1
    assert text_of(browser.get(PAGE + "?older=x&newer=" + "9" * 40)).count("Healthy") == 50


def test_for_all_others_there_is_no_such_page(agnes: User, rita: User) -> None:
    endpoint = EndpointFactory()
    delivery = actions.send_test(endpoint, by=acting(admin("Root")))
    one = f"{PAGE}{endpoint.pk}/"
    reads = (PAGE, NEW, one, f"{one}edit/", f"{one}recover/", f"{one}deliveries/{delivery.pk}/")
    writes = ("switch/", "rotate/", "delete/", "test/", "recover/", f"deliveries/{delivery.pk}/resend/")
    for user in (agnes, rita):
        browser = signed_in(user)
        assert {browser.get(path).status_code for path in reads} == {404}
        assert {browser.post(one + verb).status_code for verb in writes} == {404}
        assert PAGE not in browser.get("/").content.decode()
    assert PAGE in signed_in(admin("Ada")).get("/").content.decode()
    assert Endpoint.objects.get().is_active


def test_a_read_only_administrator_looks(ada: User) -> None:
    endpoint = EndpointFactory(url=URL)
    delivery = actions.send_test(endpoint, by=acting(ada))
    browser, one = signed_in(admin("Rex", read_only=True)), f"{PAGE}{endpoint.pk}/"
    for path in (PAGE, one, f"{one}recover/", f"{one}deliveries/{delivery.pk}/"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert URL in text_of(answer) or path.endswith("recover/")
        assert re.findall(r'method="post" action="(/settings/[^"]*)', answer.content.decode()) == []
    for path in (NEW, f"{one}edit/"):
        assert browser.get(path).status_code == 403
    for verb in ("switch/", "rotate/", "delete/", "test/", "recover/", f"deliveries/{delivery.pk}/resend/"):
        assert browser.post(one + verb).status_code == 403
    assert browser.post(NEW, {"url": URL}).status_code == 403
    assert Endpoint.objects.get().updated_at == endpoint.updated_at


@pytest.mark.parametrize("path", ["0/", "999999/edit/", f"{10**30}/", f"1/deliveries/{10**30}/", "999999/recover/"])
def test_unknown_ones_are_not_found(path: str, ada: User) -> None:
    assert signed_in(ada).get(PAGE + path).status_code == 404


def test_changes_are_posted_with_a_token(ada: User) -> None:
    endpoint = EndpointFactory()
    assert signed_in(ada).get(f"{PAGE}{endpoint.pk}/delete/").status_code == 405
    assert signed_in(ada, enforce_csrf_checks=True).post(f"{PAGE}{endpoint.pk}/delete/").status_code == 403
    assert Endpoint.objects.exists()
