"""Comments (contract toptickets §5.2)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions as people
from accounts.actor import Actor
from accounts.models import User
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TicketFactory, acting
from tickets import actions
from tickets.models import Comment, Ticket, TicketEvent


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


def test_the_contracts_example(ticket: Ticket, agnes: User) -> None:
    body = {"content": "Corrected invoice attached.", "is_internal": False}
    answer = TopTickets(agnes).post(f"/tickets/{ticket.uuid}/comments", body)
    comment = Comment.objects.get()
    assert answer.status == 201
    assert answer.body == {
        "id": str(comment.uuid), "ticket_id": str(ticket.uuid), "author_type": "AGENT",
        "author_user_id": str(agnes.uuid), "author_customer_id": None, **body,
        "created_at": answer.body["created_at"], "updated_at": answer.body["created_at"],
    }  # fmt: skip
    api = TopTickets(agnes)
    assert api.get(f"/tickets/{ticket.uuid}/comments/{comment.uuid}").body == answer.body
    assert api.get(f"/tickets/{ticket.uuid}/comments").body == [answer.body]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_response_at is not None) == ("open", True)


def test_a_key_posts_for_a_customer(agnes: User, rita: User) -> None:
    ticket = TicketFactory(requester=rita, status="pending")
    body = {"content": "It works now", "author_customer_id": str(rita.uuid)}
    answer = TopTickets(agnes).post(f"/tickets/{ticket.uuid}/comments", body)
    assert (answer.body["author_type"], answer.body["author_customer_id"]) == ("CUSTOMER", str(rita.uuid))
    assert answer.body["author_user_id"] is None
    ticket.refresh_from_db()
    assert ticket.status == "open"  # the requester replied


def test_comments_come_oldest_first_with_their_authors(ticket: Ticket, agnes: User, rita: User) -> None:
    actions.reply(ticket, by=acting(rita), content="1")
    actions.reply(ticket, by=acting(agnes), content="2", internal=True)
    actions.reply(ticket, by=Actor.system(), content="3")
    api = TopTickets(agnes)
    shown = api.get(f"/tickets/{ticket.uuid}/comments").body
    assert [(one["content"], one["author_type"], one["is_internal"]) for one in shown] == [
        ("1", "CUSTOMER", False), ("2", "AGENT", True), ("3", "SYSTEM", False),
    ]  # fmt: skip
    assert (shown[2]["author_user_id"], shown[2]["author_customer_id"]) == (None, None)
    pages = api.get(f"/tickets/{ticket.uuid}/comments", offset=1, limit=1).body
    assert [one["content"] for one in pages] == ["2"]
    assert api.get(f"/tickets/{ticket.uuid}/comments", limit=0).status == 422


def test_text_and_visibility_change(ticket: Ticket, agnes: User) -> None:
    comment = actions.reply(ticket, by=acting(agnes), content="old", html="<b>old</b>")
    api, path = TopTickets(agnes), f"/tickets/{ticket.uuid}/comments/{comment.uuid}"
    changed = api.patch(path, {"content": "new"})
    assert (changed.body["content"], changed.body["is_internal"]) == ("new", False)
    assert api.patch(path, {"is_internal": "yes"}).body["is_internal"] is True
    assert api.patch(path, {}).body["content"] == "new"
    comment.refresh_from_db()
    assert comment.html == ""
    noted = [event.changes for event in TicketEvent.objects.filter(kind="comment_changed").order_by("id")]
    assert noted == [
        [{"field": "content", "previous": "old", "current": "new"}],
        [{"field": "is_internal", "previous": False, "current": True}],
    ]


def test_comments_of_the_system_cannot_be_changed(ticket: Ticket, ada: User) -> None:
    comment = actions.reply(ticket, by=Actor.system(), content="Escalated")
    answer = TopTickets(ada).patch(f"/tickets/{ticket.uuid}/comments/{comment.uuid}", {"content": "x"})
    assert answer.status == 403
    assert isinstance(answer.detail, str)
    comment.refresh_from_db()
    assert comment.content == "Escalated"


def test_a_deleted_comment_is_gone_and_noted_once(ticket: Ticket, agnes: User) -> None:
    comment = actions.reply(ticket, by=acting(agnes), content="x")
    api, path = TopTickets(agnes), f"/tickets/{ticket.uuid}/comments/{comment.uuid}"
    assert api.delete(path).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        answer = api.send(method, path, b'{"content": "y"}')
        assert (answer.status, answer.body) == (404, {"detail": "Comment not found"})
    assert api.get(f"/tickets/{ticket.uuid}/comments").body == []
    assert TicketEvent.objects.filter(kind="comment_deleted").count() == 1


def test_a_comment_of_another_ticket_is_not_found(ticket: Ticket, agnes: User) -> None:
    comment = actions.reply(ticket, by=acting(agnes), content="x")
    other = TicketFactory()
    answer = TopTickets(agnes).get(f"/tickets/{other.uuid}/comments/{comment.uuid}")
    assert (answer.status, answer.body) == (404, {"detail": "Comment not found"})


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({}, "content", "value_error.missing"),
        ({"content": None}, "content", "type_error.none.not_allowed"),
        ({"content": ""}, "content", "value_error.any_str.min_length"),
        ({"content": " \n"}, "content", "value_error.any_str.min_length"),
        ({"content": "x" * 100_001}, "content", "value_error.any_str.max_length"),
        ({"content": ["x"]}, "content", "type_error.str"),
        ({"content": "x", "is_internal": "perhaps"}, "is_internal", "type_error.bool"),
        ({"content": "x", "is_internal": None}, "is_internal", "type_error.none.not_allowed"),
        ({"content": "x", "is_internal": 2}, "is_internal", "type_error.bool"),
        ({"content": "x", "author_customer_id": "x"}, "author_customer_id", "type_error.uuid"),
        ({"content": "x", "author_customer_id": NOBODY}, "author_customer_id", "value_error"),
    ],
)
def test_a_refused_comment_leaves_nothing(
    body: dict[str, Any], place: str, kind: str, ticket: Ticket, agnes: User
) -> None:
    answer = TopTickets(agnes).post(f"/tickets/{ticket.uuid}/comments", body)
    assert answer.status == 422
    assert {place: found[0] for place, found in answer.problems.items()} == {("body", place): kind}
    assert not Comment.objects.exists()


def test_an_agent_is_no_customer_to_post_for(ticket: Ticket, ada: User, agnes: User) -> None:
    body = {"content": "x", "author_customer_id": str(agnes.uuid)}
    answer = TopTickets(ada).post(f"/tickets/{ticket.uuid}/comments", body)
    assert answer.problems == {("body", "author_customer_id"): ("value_error", "customer not found")}


def test_both_ids_of_the_path_are_checked(agnes: User) -> None:
    answer = TopTickets(agnes).get("/tickets/x/comments/y")
    assert set(answer.problems) == {("path", "ticket_id"), ("path", "comment_id")}


def test_authorship_outlives_the_author(ticket: Ticket, ada: User, agnes: User) -> None:
    actions.reply(ticket, by=acting(agnes), content="x")
    people.delete_user(agnes, by=acting(ada))
    assert TopTickets(ada).get(f"/tickets/{ticket.uuid}/comments").body[0]["author_user_id"] == str(agnes.uuid)


def test_a_list_costs_three_queries_whatever_it_holds(ticket: Ticket, ada: User, rita: User) -> None:
    api = TopTickets(ada)
    api.get("/tickets")
    counts = []
    for more in (1, 10):
        for number in range(more):
            actions.reply(ticket, by=acting(ada if number % 2 else rita), content="x")
        with CaptureQueriesContext(connection) as queries:
            api.get(f"/tickets/{ticket.uuid}/comments")
        counts.append(len(queries))
    assert counts == [3, 3]
