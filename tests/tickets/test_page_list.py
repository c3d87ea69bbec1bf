"""The list of tickets as pages: who sees what, what narrows it, what it costs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.factories import TeamFactory, TicketFactory, acting, agent
from tests.pages import signed_in, text_of
from tickets import actions
from tickets.words import Priority, Status

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_login_and_comes_back(client: Client) -> None:
    answer = client.get("/?view=mine")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/%3Fview%3Dmine"


def test_a_strangers_fragment_leaves_the_page_for_the_login(client: Client) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_a_form_sent_after_logging_out_leads_back_to_its_page(client: Client) -> None:
    page = "http://testserver/tickets/7/"
    sent = client.post("/tickets/7/reply/", {"body": "Hi"}, headers={"referer": page})
    assert sent["Location"] == "/accounts/login/?next=/tickets/7/"
    fragment = {"HX-Request": "true", "HX-Current-URL": page}
    assert client.post("/tickets/7/properties/", headers=fragment)["HX-Redirect"] == sent["Location"]
    foreign = client.post("/tickets/7/reply/", headers={"referer": "https://evil.test/x"})
    assert foreign["Location"] == "/accounts/login/?next=/"


def test_an_agent_sees_every_open_ticket(agnes: User, rita: User, sam: User) -> None:
    TicketFactory(requester=rita, subject="Paper jam")
    TicketFactory(requester=sam, subject="No sound")
    TicketFactory(requester=sam, subject="Old story", status=Status.CLOSED)
    page = text_of(signed_in(agnes).get("/"))
    assert "Paper jam" in page
    assert "No sound" in page
    assert "Old story" not in page


def test_a_customer_sees_their_own_alone_whatever_the_url_says(rita: User, sam: User) -> None:
    TicketFactory(requester=rita, subject="Paper jam")
    TicketFactory(requester=sam, subject="No sound")
    for path in (
        "/",
        "/?view=mine",
        "/?view=all&assignee=none",
        "/?q=sound",
        "/?q=requester:sam@example.test+is:unassigned",
    ):
        page = signed_in(rita).get(path)
        assert page.status_code == 200
        assert "No sound" not in text_of(page)
    assert "Paper jam" in text_of(signed_in(rita).get("/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=mine", "Mine"),
        ("view=unassigned", "Urgent one"),
        ("view=waiting", "Waits"),
        ("view=resolved", "Done"),
        ("status=pending", "Waits"),
        ("priority=urgent", "Urgent one"),
        ("team={team}", "Teamed"),
        ("tag=vpn", "Tagged"),
        ("q=teamed", "Teamed"),
        ("q=nobody%40example", "Tagged"),
        ("view=all&status=resolved", "Done"),
        ("q=status:waits+tag:vpn", ""),  # no status: words that are nowhere
        ("q=status:resolved", "Done"),  # the inbox gives way
        ("q=status:pending&status=resolved", ""),
        ("view=mine&q=is:unassigned", "Urgent one"),
        ("q=assignee:me", "Mine"),
        ("q=tag:vpn+smokes", "Tagged"),
        ("q=requester:NOBODY@example.test", "Tagged"),
        ("q=%22urgent one%22", "Urgent one"),
        ("q=%22one urgent%22", ""),
        ("q=priority:critical", "Urgent one"),
    ],
)
def test_views_filters_and_words_narrow(agnes: User, rita: User, query: str, found: str) -> None:
    team, colleague = TeamFactory(), agent("Mika")
    TicketFactory(subject="Mine", assignee=agnes, requester=rita)
    TicketFactory(subject="Urgent one", priority=Priority.URGENT, requester=rita)
    TicketFactory(subject="Waits", status=Status.PENDING, assignee=colleague, requester=rita)
    TicketFactory(subject="Done", status=Status.RESOLVED, assignee=colleague, requester=rita)
    TicketFactory(subject="Teamed", team=team, assignee=colleague, requester=rita)
    TicketFactory(subject="Tagged", tags=["vpn"], assignee=colleague, requester__email="nobody@example.test")
    page = text_of(signed_in(agnes).get("/?" + query.format(team=team.pk)))
    everything = ("Mine", "Urgent one", "Waits", "Done", "Teamed", "Tagged")
    assert [subject for subject in everything if f" {subject} It smokes" in page] == [found] * bool(found)


def test_the_order_is_in_the_url(agnes: User) -> None:
    for subject, priority in (("First", Priority.LOW), ("Second", Priority.URGENT), ("Third", Priority.HIGH)):
        TicketFactory(subject=subject, priority=priority)

    def order(query: str) -> list[str]:
        page = text_of(signed_in(agnes).get("/?" + query))
        return sorted(("First", "Second", "Third"), key=page.index)

    assert order("") == ["Third", "Second", "First"]
    assert order("sort=oldest") == ["First", "Second", "Third"]
    assert order("sort=priority") == ["Second", "Third", "First"]


def test_a_page_past_the_end_leads_to_the_last_one(agnes: User) -> None:
    TicketFactory()
    answer = signed_in(agnes).get("/?q=smokes&page=7")
    assert answer.status_code == 302
    assert answer["Location"] == "/?q=smokes&page=1"


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "priority=9",
        "assignee=abc",
        "assignee=99999999999999999999999",
        "team=-1",
        "category=%00",
        "tag=%00",
        "q=%00",
        "q=%FF%FE",
        "q=" + "a" * 3000,
        "q=%27%22%3B--",
        "q=***",
        "q=status:banana+created:>tomorrow+assignee:%00+tag:%22",
        "q=status:open&status=closed&page=3",
        "q=created:9999-12-31+due:0001-01-01..0001-01-01",
        "q=" + "%22" * 500,
        "q=" + "tag:x+" * 100,
        "page=0",
        "page=-3",
        "page=abc",
        "page=99999999999999",
        "page=%D9%A3",
        "sort=drop",
        "view=../../etc",
    ],
)
def test_nonsense_in_the_url_is_no_error(agnes: User, query: str) -> None:
    answer = signed_in(agnes).get("/?" + query, follow=True)
    assert answer.status_code == 200


def test_filters_that_say_nothing_are_named(agnes: User, rita: User) -> None:
    for user in (agnes, rita):
        page = text_of(signed_in(user).get("/?q=status:banana+due:<script>+vpn"))
        assert "Searched as words: status:banana , due:<script>" in page
        assert "Searched as words" not in text_of(signed_in(user).get("/?q=status:open+http://x"))


def test_the_words_to_search_for_are_told(agnes: User, rita: User) -> None:
    for user, told, kept in ((agnes, "assignee:me", ""), (rita, "status:open,new", "assignee:me")):
        page = text_of(signed_in(user).get("/"))
        assert "What you can look for" in page
        assert told in page
        assert not kept or kept not in page


def test_htmx_gets_the_rows_alone(agnes: User) -> None:
    TicketFactory(subject="Paper jam")
    fragment = signed_in(agnes).get("/", headers={"HX-Request": "true"}).content.decode()
    assert "Paper jam" in fragment
    assert "<html" not in fragment


def test_text_of_strangers_is_text(agnes: User) -> None:
    TicketFactory(subject="<script>alert(1)</script>", tags=["<b>bold</b>"], requester__full_name='"><img src=x>')
    page = signed_in(agnes).get("/").content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "<img" not in page


def test_counts_stand_beside_the_views(agnes: User, rita: User) -> None:
    ticket = TicketFactory(requester=rita)
    TicketFactory(requester=rita)
    actions.change(ticket, by=acting(agnes), assignee=agnes)
    page = text_of(signed_in(agnes).get("/"))
    assert "Inbox 2 Mine 1 Unassigned 1 Waiting 0 Resolved 0 All tickets 2" in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=smokes",
        "tag=vpn&view=all",
        "page=2",
        "q=tag:vpn+assignee:me+created:>2026-01-01+%22smokes since%22+printer",
    ],
)
def test_the_list_costs_four_queries_however_long(agnes: User, query: str) -> None:
    browser = signed_in(agnes)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/?" + query).status_code in (200, 302)
        return len(queries)

    TicketFactory(tags=["vpn"], assignee=agnes)
    few = cost()
    for _ in range(60):
        TicketFactory(tags=["vpn", "net"], assignee=agnes)
    assert cost() <= 4
    if "page" not in query:
        assert cost() == few
