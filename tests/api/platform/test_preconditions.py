"""`ETag` of a ticket, and `If-Match` on PATCH and DELETE: nobody undoes what they have not seen (platform §12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.platform.caller import Answer, Platform
from tests.factories import TicketFactory, acting
from tickets import actions
from tickets.models import Ticket, TicketEvent


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, subject="Door 4 is stuck", status="open")


def tag_of(ticket: Ticket, user: User) -> str:
    return str(Platform(user).get(f"/tickets/{ticket.uuid}").headers["ETag"])


def matching(tag: str, user: User) -> Platform:
    """A program that acts only on what it saw."""
    return Platform(user, **{"If-Match": tag})


def test_every_answer_that_shows_a_ticket_says_its_state(rita: User, agnes: User) -> None:
    opened = Platform(rita).post("/tickets", {"title": "Door", "description": "Stuck."})
    ticket = Ticket.objects.get()
    assert opened.headers["ETag"] == f'"1-{ticket.events.get().pk}"' == tag_of(ticket, agnes) == tag_of(ticket, rita)
    changed = Platform(agnes).patch(f"/tickets/{ticket.pk}", {"priority": "high"})
    assert changed.headers["ETag"] == f'"2-{ticket.events.last().pk}"' == tag_of(ticket, agnes)
    unchanged = Platform(agnes).patch(f"/tickets/{ticket.pk}", {"priority": "high"})
    assert unchanged.headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize(
    "act",
    [
        lambda ticket, by: actions.change(ticket, by=by, subject="Door 5 is stuck"),
        lambda ticket, by: actions.reply(ticket, by=by, content="On my way."),
        lambda ticket, by: actions.change_comment(ticket.comments.get(), by=by, content="Tomorrow."),
        lambda ticket, by: actions.delete_comment(ticket.comments.get(), by=by),
    ],
    ids=["a field", "a comment", "a comment's text", "a comment taken back"],
)
def test_whatever_happens_gives_it_another_tag(act: Callable[..., object], ticket: Ticket, agnes: User) -> None:
    actions.reply(ticket, by=acting(agnes), content="We look at it.")
    before = tag_of(ticket, agnes)
    act(ticket, acting(agnes))
    assert tag_of(ticket, agnes) != before


def test_of_two_who_saw_the_same_the_second_is_told(ticket: Ticket, agnes: User, ada: User) -> None:
    seen = tag_of(ticket, agnes)
    first = matching(seen, agnes).patch(f"/tickets/{ticket.uuid}", {"title": "Door 4: spare part ordered"})
    assert (first.status, first.headers["ETag"] == seen) == (200, False)
    for refused in (
        matching(seen, ada).patch(f"/tickets/{ticket.uuid}", {"title": "Door 4 works", "status": "closed"}),
        matching(seen, ada).delete(f"/tickets/{ticket.uuid}"),
    ):
        assert (refused.status, refused.code) == (412, "precondition_failed")
    assert Platform(ada).get(f"/tickets/{ticket.uuid}").data["title"] == "Door 4: spare part ordered"
    assert TicketEvent.objects.filter(ticket=ticket).count() == 2
    assert matching(first.headers["ETag"], ada).delete(f"/tickets/{ticket.uuid}").status == 204


def test_without_the_header_the_last_one_wins(ticket: Ticket, agnes: User, ada: User) -> None:
    for user in (agnes, ada):
        assert Platform(user).patch(f"/tickets/{ticket.uuid}", {"title": f"As {user} has it"}).status == 200
    assert Platform(ada).delete(f"/tickets/{ticket.uuid}").status == 204


def test_a_comment_that_came_in_since_does_not_stand_in_the_way(ticket: Ticket, agnes: User, rita: User) -> None:
    seen = tag_of(ticket, agnes)
    Platform(rita).post(f"/tickets/{ticket.uuid}/comments", {"content": "It is door 5, too."})
    assert matching(seen, agnes).patch(f"/tickets/{ticket.uuid}", {"priority": "high"}).status == 200


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{}", 200),
        ("W/{}", 200),
        ('"9-9", {}', 200),
        ('"1-1,2-2" , W/"x",{}', 200),
        ("  {}\t", 200),
        ("*", 200),
        (" * ", 200),
        ("junk, {}", 200),
        ('"2-1"', 412),
        ('"0-0"', 412),
        ('"1"', 412),
        ('"-1"', 412),
        ('"1-"', 412),
        ('"01x-1"', 412),
        ('"٢-1"', 412),
        ('"99999999999999999999999-1"', 412),
        ('"' + "9" * 5000 + '-1"', 412),
        ('""', 412),
        ('"686897696a7c876b7e"', 412),
        ('W/"*"', 412),
        ("", 400),
        (" ", 400),
        (",", 400),
        ("**", 400),
        ("1-1", 400),
        ("w/", 400),
        ("'1-1'", 400),
        ('"1-1', 400),
        ("\xff\xfe", 400),
    ],
)
def test_every_form_of_the_header(form: str, status: int, ticket: Ticket, agnes: User) -> None:
    platform, before = matching(form.format(tag_of(ticket, agnes)), agnes), Ticket.objects.values().get()
    answers = [platform.patch(f"/tickets/{ticket.uuid}", {"title": "Door 4 is stuck again"})]
    if status != 200:
        answers.append(platform.delete(f"/tickets/{ticket.uuid}"))
    for answer in answers:
        assert answer.status == status
    if status == 400:
        assert answer.fields == {"If-Match"}
    assert (Ticket.objects.values().get() == before) == (status != 200)


def test_what_is_not_there_is_not_there_whatever_its_state(ticket: Ticket, sam: User, agnes: User) -> None:
    for tag in ('"1-1"', "*"):
        stranger = matching(tag, sam)
        assert stranger.patch(f"/tickets/{ticket.uuid}", {"title": "Mine"}).status == 404
        assert stranger.delete(f"/tickets/{ticket.uuid}").status == 404
    actions.delete_ticket(ticket, by=acting(agnes))
    assert matching("*", agnes).patch(f"/tickets/{ticket.uuid}", {"title": "Again"}).status == 404


def test_the_state_costs_no_query(ticket: Ticket, agnes: User) -> None:
    platform = Platform(agnes)

    def counted(ask: Callable[[], Answer]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ask().status == 200
        return len([query for query in queries if "tickets_ticketevent" in query["sql"]])

    assert counted(lambda: platform.get(f"/tickets/{ticket.uuid}")) == 1  # the ticket's own
    assert counted(lambda: platform.get("/tickets")) == 0
    assert counted(lambda: platform.patch(f"/tickets/{ticket.uuid}", {"title": "New"})) == 1  # writing history


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_wins(ticket: Ticket, agnes: User, ada: User) -> None:
    seen, barrier = tag_of(ticket, agnes), Barrier(2)

    def save(user: User) -> int:
        try:
            platform = matching(seen, user)
            barrier.wait()
            return platform.patch(f"/tickets/{ticket.uuid}", {"title": f"By {user}"}).status
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, (agnes, ada))) == [200, 412]
    assert Ticket.objects.get().version == 2
