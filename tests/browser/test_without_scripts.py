"""Everything works in a browser that runs no script."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import Open
from tests.factories import PASSWORD, TicketFactory
from tickets.models import Comment, Ticket
from tickets.words import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, subject="VPN drops", description="My session ends every hour.")


def test_an_agent_works(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(None, java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Email").fill(agnes.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Search tickets").fill("session hour")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Priority").select_option(label="Medium")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="VPN drops").click()

    page.get_by_label("Assignee").select_option(label="Agnes")
    page.get_by_role("button", name="Save properties").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("radio", name="Note").check()
    expect(page.get_by_role("button", name="Send to Rita")).to_have_count(0)
    page.get_by_label("Your message").fill("Only for us.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg.note")).to_contain_text("Only for us.")
    page.get_by_label("Your message").fill("For you.")
    page.get_by_role("button", name="Send to Rita").click()
    expect(page.locator(".msg.out")).to_contain_text("For you.")
    assert [comment.is_internal for comment in Comment.objects.order_by("id")] == [True, False]

    page.get_by_role("button", name="Delete ticket").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("is deleted.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_customer_asks_and_closes(open_as: Open, rita: User) -> None:
    page = open_as(rita, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="New ticket").first.click()
    page.get_by_label("In a few words").fill("Cannot print")
    page.get_by_label("What happened?").fill("Nothing comes out.")
    page.get_by_role("button", name="Send to the helpdesk").click()
    page.get_by_label("Your reply").fill("It works again.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("It works again.")).to_be_visible()
    page.get_by_role("button", name="Close the ticket").click()
    expect(page.get_by_role("button", name="Reopen the ticket")).to_be_visible()
    assert Ticket.objects.get().status == Status.CLOSED
