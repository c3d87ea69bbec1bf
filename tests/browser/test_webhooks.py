"""Webhooks as administrators meet them: a real receiver, a dispatcher at work, Chromium."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from tests.browser.conftest import Open
from tests.factories import EndpointFactory, TicketFactory
from tests.webhooks.receiver import Receiver, answer
from webhooks.dispatcher import Dispatcher
from webhooks.models import Attempt, Delivery, Endpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/settings/webhooks/"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine that may be called, and somebody who calls it."""
    settings.WEBHOOK_ALLOWED_CIDRS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_RETRY_SCHEDULE = (3600.0,)
    dispatcher = Dispatcher()
    dispatcher.start()
    with Receiver() as running:
        yield running
        dispatcher.stop()


def make(page: Page, url: str) -> str:
    """Makes an endpoint; returns its secret."""
    page.goto(HOME)
    page.get_by_role("link", name="New endpoint").first.click()
    page.get_by_label("Address").fill(url)
    page.get_by_label("What is it for?").fill("ERP")
    page.get_by_label("ticket.created").check()
    page.get_by_role("button", name="Make it and send a test").click()
    return page.get_by_label("Secret of").input_value()


def test_a_new_endpoint_is_tried_at_once(open_as: Open, ada: User, receiver: Receiver) -> None:
    page = open_as(ada, permissions=["clipboard-read", "clipboard-write"])
    secret = make(page, receiver.url)
    [ping] = receiver.wait_for(1)
    assert Webhook(secret).verify(ping.body, ping.headers)["event"] == "webhook.test"
    expect(page.get_by_role("status")).to_contain_text("It arrived: your receiver answered 200")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator(".pill", has_text="Healthy")).to_be_visible()
    expect(page.locator(".delivery")).to_contain_text("webhook.test")
    expect(page.locator(".figures").first).to_contain_text("100 % of 1")


def test_a_test_that_does_not_arrive_says_why(open_as: Open, ada: User, receiver: Receiver) -> None:
    receiver.behave = answer(404)
    page = open_as(ada)
    make(page, receiver.url)
    expect(page.get_by_role("status")).to_contain_text("It did not arrive: Answered 404.")


def test_a_delivery_is_mended_and_sent_again(open_as: Open, ada: User, receiver: Receiver) -> None:
    receiver.behave = answer(500, b"out of order")
    endpoint = EndpointFactory(url=receiver.url, events=["ticket.created"])
    ticket = TicketFactory()
    receiver.wait_for(1)
    page = open_as(ada)
    page.goto(f"{HOME}{endpoint.pk}/")
    page.get_by_label("Ticket or webhook-id").fill(f"#{ticket.pk}")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="ticket.created").click()
    expect(page.locator("#delivery")).to_contain_text("Attempt 2 of 2 in")
    expect(page.locator("#delivery")).to_contain_text("out of order")
    receiver.behave = answer(202)
    page.get_by_role("button", name="Resend").click()
    expect(page.locator("#delivery")).to_contain_text("Delivered")  # by itself
    expect(page.locator(".attempts tbody tr")).to_have_count(2)
    assert len(set(receiver.ids)) == 1


def test_keys_alone_are_enough(open_as: Open, ada: User, receiver: Receiver) -> None:
    page = open_as(ada)
    page.goto(HOME)
    _press(page, "New endpoint")
    expect(page.get_by_role("heading", level=1)).to_have_text("New endpoint")
    _tab_to(page, lambda: page.evaluate("document.activeElement.name") == "url")
    page.keyboard.type(receiver.url)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It arrived")
    _press(page, "I have copied it")
    expect(page.locator(".delivery")).to_have_count(1)
    _press(page, "webhook.test")
    expect(page.get_by_role("heading", level=1)).to_have_text("webhook.test")
    page.go_back()
    expect(page.locator(".delivery")).to_have_count(1)
    _press(page, "Delete")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Delete")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Deleted {receiver.url}.")).to_be_visible()


def test_what_is_looked_at_stays_while_the_page_watches(open_as: Open, ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    delivery = endpoint.deliveries.get()
    Attempt.objects.create(delivery=delivery, status=500, error="Answered 500.", request_headers={"webhook-id": "x"})
    page = open_as(ada)
    page.goto(f"{HOME}{endpoint.pk}/deliveries/{delivery.pk}/")
    fold = page.locator("#delivery summary")
    with page.expect_response(lambda answer: "look=3" in answer.url):
        fold.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#delivery details")).not_to_have_attribute("open", "")
    Delivery.objects.update(state="delivered")
    expect(page.locator("#delivery")).to_contain_text("Delivered")
    expect(page.locator("#delivery details")).not_to_have_attribute("open", "")
    expect(fold).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Delivered")).to_have_count(1)


def test_without_scripts(open_as: Open, ada: User, receiver: Receiver) -> None:
    page = open_as(ada, java_script_enabled=False)
    secret = make(page, receiver.url)
    assert secret.startswith("whsec_")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    [ping] = receiver.wait_for(1)
    page.get_by_role("link", name="The test, with what was sent").click()
    while page.locator(".pill", has_text="Delivered").count() == 0:  # it is being written down
        page.reload()
    expect(page.locator("#delivery")).to_contain_text(ping.id)
    page.get_by_text("As it is sent").click()
    expect(page.locator("#raw")).to_contain_text(ping.body.decode())
    page.get_by_role("link", name="ERP").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".pill", has_text="Paused")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("search").locator("[name=state]").select_option(label="Exhausted")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No such deliveries")).to_be_visible()
    page.get_by_role("link", name="Recover").click()
    page.get_by_role("button", name="Last day").click()
    expect(page.locator("#recoveries li")).to_have_count(1)
    page.get_by_role("link", name="ERP").click()
    page.get_by_role("button", name="Rotate secret").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Rotate").click()
    assert page.get_by_label("Secret of").input_value() != secret
    assert Endpoint.objects.get().former_secret_expires_at is not None
    assert Delivery.objects.count() == 1


def _press(page: Page, words: str) -> None:
    _tab_to(page, lambda: (page.evaluate("document.activeElement.textContent") or "").strip().startswith(words))
    page.keyboard.press("Enter")


def _tab_to(page: Page, reached: Any) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if reached():
            return
    raise AssertionError("it cannot be reached by the Tab key")
