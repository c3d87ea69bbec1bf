"""Each page, in light and dark, wide and narrow: no accessibility violation, nothing wider than the window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.keys import issue_key
from accounts.models import User
from tests.browser.conftest import Open
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import CustomField, CustomOption, Ticket
from tickets.words import FieldKind, Priority, Status
from webhooks import actions as webhooks
from webhooks.models import Attempt
from webhooks.words import EVENTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
WINDOWS = [("light", 1440), ("dark", 1440), ("light", 320), ("dark", 900)]


@pytest.fixture
def ticket(rita: User, agnes: User) -> Ticket:
    """A ticket that shows everything a page can show, with words too long for any line."""
    team = TeamFactory(members=[agnes])
    for position, kind in enumerate(FieldKind.values):
        field = CustomField.objects.create(
            team=team, title=f"Question {kind}", key=kind, kind=kind, position=position, is_multiple=kind == "list"
        )
        if kind == "list":
            for text in ("Red", "Green"):
                CustomOption.objects.create(field=field, text=text)
    for status in Status:
        TicketFactory(requester=rita, status=status, priority=Priority.HIGH, subject="A" * 300, tags=["b" * 80])
    ticket = TicketFactory(requester=rita, subject="VPN drops " * 20, description="c" * 400, team=team, assignee=agnes)
    actions.change(ticket, by=acting(agnes), priority=Priority.URGENT, tags=["vpn", "network"])
    actions.reply(ticket, by=acting(agnes), content="Only for us, `" + "d" * 300 + "`", internal=True)
    actions.reply(ticket, by=acting(agnes), content="# Steps\n\n1. one\n2. [two](https://example.test)\n\n> quoted")
    actions.reply(ticket, by=acting(rita), content="Thanks")
    return ticket


def check(page: Page, path: str) -> None:
    page.goto(path)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} px wider than the window"
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def check_the_words_to_look_for(page: Page) -> None:
    """By keyboard alone, from the search box."""
    page.goto("/")
    page.get_by_role("searchbox").press("Tab")
    page.keyboard.press("Enter")
    words = page.get_by_role("dialog", name="What you can look for")
    expect(words).to_be_visible()
    assert words.evaluate("words => words.scrollWidth <= words.clientWidth")
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()


@pytest.mark.parametrize(("scheme", "width"), WINDOWS)
def test_the_agents_pages(open_as: Open, ticket: Ticket, ada: User, scheme: str, width: int) -> None:
    issue_key(by=acting(ada), contract="toptickets", kind="admin", owner=ada, name="k" * 200)
    page = open_as(ada, color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in (
        "/",
        "/?view=all&q=vpn",
        f"/?q=nothing+like+it+status:{'x' * 300}",
        "/tickets/new/",
        f"/tickets/{ticket.pk}/",
        f"/tickets/{ticket.pk}/edit/",
        "/account/",
        "/settings/keys/",
        "/settings/keys/new/",
        "/accounts/password/change/",
        "/nowhere/",
    ):
        check(page, path)
    check_the_words_to_look_for(page)
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator(".mode.note").click()
    page.get_by_text("History").click()
    page.get_by_role("button", name="Delete ticket").click()
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("scheme", "width"), WINDOWS)
def test_the_pages_of_webhooks(open_as: Open, ticket: Ticket, ada: User, scheme: str, width: int) -> None:
    endpoint = EndpointFactory(url="https://example.com/" + "e" * 300, events=list(EVENTS), include_internal=True)
    stopped = EndpointFactory(description="d" * 300, is_active=False)
    actions.reply(ticket, by=acting(ada), content="f" * 300, internal=True)
    delivery = endpoint.deliveries.order_by("id")[0]
    for error in ("", "Answered 500."):
        Attempt.objects.create(
            delivery=delivery, status=200, error=error, response_headers={"X": "y" * 500}, response_body="z" * 500
        )
    endpoint.deliveries.filter(pk=delivery.pk).update(attempt_count=2, error="Answered 500.")
    webhooks.recover(endpoint, by=acting(ada), since=delivery.created_at)
    window = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = open_as(ada, reduced_motion="reduce", **window)  # a transition that is cut short would count as an error
    home = f"/settings/webhooks/{endpoint.pk}/"
    for path in (
        "/settings/webhooks/",
        "/settings/webhooks/new/",
        home,
        f"{home}?q=nothing",
        f"/settings/webhooks/{stopped.pk}/",
        f"{home}edit/",
        f"{home}recover/",
        f"{home}deliveries/{delivery.pk}/",
    ):
        check(page, path)
    page.goto(home)
    page.get_by_role("button", name="Rotate secret").click()
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("alertdialog").get_by_role("button", name="Rotate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The signing secret")
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("scheme", "width"), WINDOWS)
def test_everybody_elses_pages(open_as: Open, ticket: Ticket, rita: User, scheme: str, width: int) -> None:
    window = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = open_as(rita, **window)
    for path in ("/", "/?q=nothing+due:soon", "/tickets/new/", f"/tickets/{ticket.pk}/", "/account/"):
        check(page, path)
    check_the_words_to_look_for(page)
    page = open_as(None, **window)
    for path in ("/accounts/login/", "/accounts/password/reset/", f"/track/{ticket.tracking_token}/"):
        check(page, path)
