"""Nobody learns by a repeated request what they may not know any more (contract platform §12)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import actions as people
from accounts import sealing
from accounts.models import Session, User
from tests.api.platform.caller import Answer
from tests.api.platform.repeated import TICKET, is_repeated, keyed, told
from tests.factories import EndpointFactory, TicketFactory, acting, admin
from tickets import actions
from tickets.models import Comment, Ticket
from webhooks import actions as webhooks
from webhooks.models import Endpoint

HOOK = {"url": "https://example.com/hooks"}


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


def test_an_ended_session_is_refused_as_ever(rita: User, ada: User) -> None:
    platform = keyed(rita)
    assert platform.post("/tickets", TICKET).status == 201
    Session.objects.filter(user=rita).update(revoked_at=timezone.now())
    assert told(platform.post("/tickets", TICKET)) == (401, "unauthorized")
    again = keyed(rita)
    assert is_repeated(again.post("/tickets", TICKET))
    people.change_user(rita, by=acting(ada), is_active=False)
    assert told(again.post("/tickets", TICKET)) == (401, "unauthorized")


def test_a_ticket_that_is_gone_is_gone(rita: User, agnes: User) -> None:
    keyed(rita).post("/tickets", TICKET)
    actions.delete_ticket(Ticket.objects.get(), by=acting(agnes))
    assert told(keyed(rita).post("/tickets", TICKET)) == (404, "not_found")
    assert Ticket.everything.count() == 1


def test_a_ticket_that_is_somebody_elses_now_is_not_shown(rita: User, sam: User, agnes: User) -> None:
    keyed(rita).post("/tickets", TICKET)
    actions.change(Ticket.objects.get(), by=acting(agnes), requester=sam)
    assert told(keyed(rita).post("/tickets", TICKET)) == (404, "not_found")


def test_staff_who_are_customers_now_see_what_customers_see(ticket: Ticket, agnes: User, ada: User) -> None:
    own: Ticket = TicketFactory(requester=agnes)

    def sent() -> list[Answer]:
        note = {"content": "He always says so.", "is_internal": True}
        return [
            keyed(agnes).post("/tickets", {**TICKET, "requester_id": str(ticket.requester.uuid)}),
            keyed(agnes).post(f"/tickets/{ticket.uuid}/comments", {"content": "On my way."}),
            keyed(agnes).post(f"/tickets/{own.uuid}/comments", note),
            keyed(agnes).post(f"/tickets/{own.uuid}/comments", {"content": "Thanks."}),
        ]

    assert {answer.status for answer in sent()[:3]} == {201}
    people.change_user(agnes, by=acting(ada), role="customer")
    assert [answer.status for answer in sent()] == [404, 404, 404, 422]


@pytest.mark.parametrize("fate", ["deleted", "internal"])
def test_a_comment_that_was_taken_from_sight_is_not_shown(fate: str, ticket: Ticket, rita: User, agnes: User) -> None:
    body, path = {"content": "My password is 1234."}, f"/tickets/{ticket.uuid}/comments"
    keyed(rita).post(path, body)
    if fate == "deleted":
        actions.delete_comment(Comment.objects.get(), by=acting(agnes))
    else:
        actions.change_comment(Comment.objects.get(), by=acting(agnes), internal=True)
    assert told(keyed(rita).post(path, body)) == (404, "not_found")
    assert Comment.everything.count() == 1


def test_who_may_only_look_now_is_told_so(agnes: User, ada: User) -> None:
    keyed(agnes).post("/tickets", TICKET)
    people.change_user(agnes, by=acting(ada), read_only=True)
    assert told(keyed(agnes).post("/tickets", TICKET)) == (403, "forbidden")
    people.change_user(agnes, by=acting(ada), read_only=False)
    assert is_repeated(keyed(agnes).post("/tickets", TICKET))


def test_secrets_are_for_administrators_and_end_with_their_webhook(ada: User) -> None:
    boss = admin("Boss")
    made = keyed(boss).post("/webhooks", HOOK)
    path = f"/webhooks/{made.data['id']}/rotate"
    assert keyed(boss).post(path, {}).status == 200
    people.change_user(boss, by=acting(ada), role="agent")
    for address, body in (("/webhooks", HOOK), (path, {})):
        assert told(keyed(boss).post(address, body)) == (403, "forbidden")
    people.change_user(boss, by=acting(ada), role="admin")
    assert is_repeated(keyed(boss).post("/webhooks", HOOK))
    webhooks.delete_endpoint(Endpoint.objects.get(), by=acting(ada))
    for address, body in (("/webhooks", HOOK), (path, {})):
        assert told(keyed(boss).post(address, body)) == (404, "not_found")


def test_nobody_elses_key_opens_anything(ada: User) -> None:
    boss = admin("Boss")
    made = keyed(boss).post("/webhooks", HOOK)
    other = keyed(ada).post("/webhooks", HOOK)
    assert (other.status, is_repeated(other)) == (201, False)
    assert other.data["secret"] != made.data["secret"]


def test_what_cannot_be_unsealed_is_not_done_again(ada: User, settings: Settings) -> None:
    endpoint, before = EndpointFactory(), keyed(ada)
    path = f"/webhooks/{endpoint.uuid}/test"
    assert before.post(path, {}).status == 202
    try:
        settings.SECRET_KEY = "another key for tests only, fifty characters or more"
        sealing._box.cache_clear()
        answer = before.post(path, {})
        assert (told(answer), is_repeated(answer)) == ((409, "conflict"), False)
    finally:
        sealing._box.cache_clear()
    assert endpoint.deliveries.count() == 1


def test_a_refusal_shows_nothing_and_needs_no_rights(ticket: Ticket, rita: User, agnes: User) -> None:
    path = f"/tickets/{ticket.uuid}/comments"
    first = keyed(rita).post(path, {"content": ""})
    actions.delete_ticket(ticket, by=acting(agnes))
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        again = keyed(rita).post(path, {"content": ""})
    assert (again.status, again.body, is_repeated(again)) == (422, first.body, True)
