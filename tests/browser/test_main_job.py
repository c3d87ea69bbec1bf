"""What the house is for: somebody asks, an agent finds the ticket and answers, the answer is read."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Open
from tests.factories import PASSWORD, TicketFactory, acting
from tickets import actions
from tickets.models import Comment, Ticket
from tickets.words import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(rita: User) -> Ticket:
    TicketFactory(requester=rita, subject="Invoice 2291", description="Line 3 should be 7 percent.")
    return TicketFactory(requester=rita, subject="VPN drops", description="My session ends every hour since Monday.")


def test_an_agent_finds_a_ticket_by_two_words_and_answers(
    open_as: Open, ticket: Ticket, agnes: User, rita: User
) -> None:
    page = open_as(agnes)
    page.goto("/")
    page.get_by_label("Search tickets").fill("session monday")
    expect(page.get_by_role("listitem").filter(has_text="Invoice 2291")).to_have_count(0)
    page.get_by_role("link", name="VPN drops").click()
    page.get_by_label("Your message").fill("Reconnect five minutes **before** the hour.")
    page.get_by_label("Then").select_option(label="Set Pending")
    page.get_by_role("button", name="Send to Rita and set Pending").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    expect(page.locator(".pill.st-pending")).to_be_visible()
    page.get_by_text("Note", exact=True).click()
    page.get_by_label("Your message").fill("He is rude.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg.note")).to_contain_text("He is rude.")

    portal = open_as(rita)
    portal.goto("/")
    portal.get_by_role("link", name="VPN drops").click()
    expect(portal.locator(".msg.out strong")).to_have_text("before")
    expect(portal.get_by_text("He is rude.")).to_have_count(0)


def test_logging_in_leads_back_to_where_one_wanted_to_go(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(None)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Email").fill(agnes.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN drops")


def test_a_property_is_saved_as_it_is_chosen(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your message").fill("Half a sentence")
    page.get_by_label("Assignee").select_option(label="Agnes")
    expect(page.get_by_role("status").get_by_text("Saved")).to_be_visible()
    expect(page.locator("#flow")).to_contain_text("Agnes set assignee to Agnes")
    page.get_by_label("Status").select_option(label="Resolved")
    expect(page.locator("#ticket-head")).to_contain_text("Resolved")
    expect(page.get_by_label("Your message")).to_have_value("Half a sentence")
    ticket.refresh_from_db()
    assert (ticket.assignee_id, ticket.status) == (agnes.pk, Status.RESOLVED)


def test_the_second_agent_sees_both_versions_and_chooses(open_as: Open, ticket: Ticket, agnes: User, ada: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    actions.change(ticket, by=acting(ada), status=Status.CLOSED)
    page.get_by_label("Status").select_option(label="Pending")
    expect(page.get_by_role("alert")).to_contain_text("Ada was quicker")
    expect(page.get_by_role("alert")).to_contain_text("now it is Closed")
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator("#ticket-head")).to_contain_text("Pending")


def test_drafts_survive_until_they_are_sent(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your message").fill("Half a sentence")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.goto("/")
    page.goto(f"/tickets/{ticket.pk}/")
    expect(page.get_by_label("Your message")).to_have_value("Half a sentence")
    page.get_by_role("button", name="Send to Rita").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("")


def test_a_ticket_is_opened_for_somebody_new(open_as: Open, agnes: User) -> None:
    page = open_as(agnes)
    page.goto("/tickets/new/")
    page.get_by_label("Who needs help?").fill("nora@example.test")
    page.get_by_label("Name, if new").fill("Nora New")
    page.get_by_label("Subject").fill("Cannot log in")
    page.get_by_label("What happened?").fill("It says no.")
    page.get_by_label("Files").set_input_files({"name": "no.txt", "mimeType": "text/plain", "buffer": b"no"})
    page.get_by_role("button", name="Open ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cannot log in")
    expect(page.locator("#side")).to_contain_text("nora@example.test")
    with page.expect_download() as download:
        page.get_by_role("link", name="no.txt").click()
    assert download.value.suggested_filename == "no.txt"


def test_known_people_are_suggested_while_typing(open_as: Open, agnes: User, rita: User) -> None:
    page = open_as(agnes)
    page.goto("/tickets/new/")
    page.get_by_label("Who needs help?").press_sequentially("rit")
    expect(page.locator("#people option[value='rita@example.test']")).to_have_count(1)


def test_deleting_asks_first(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_role("button", name="Delete ticket").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Delete ticket").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"Ticket #{ticket.pk} is deleted.")).to_be_visible()


def test_keys_alone_are_enough(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search tickets")).to_be_focused()
    page.keyboard.type("vpn/c")  # keys are only text while typing
    page.keyboard.press("Control+A")
    page.keyboard.type("session monday")
    expect(page.locator(".row")).to_have_count(1)
    _tab_to(page, "VPN drops")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN drops")
    page.keyboard.press("n")
    page.keyboard.type("Only for us.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.note")).to_contain_text("Only for us.")
    assert Comment.objects.get().is_internal
    page.keyboard.press("c")
    expect(page.get_by_label("Who needs help?")).to_be_focused()


def _tab_to(page: Page, words: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.textContent") or ""):
            return
    raise AssertionError(f"{words!r} cannot be reached by the Tab key")
