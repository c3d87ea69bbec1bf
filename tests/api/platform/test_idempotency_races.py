"""The same request at the same moment, slow requests, and requests whose worker died: done once, or not at all."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from accounts.errors import Clash
from accounts.models import Door, User
from accounts.sealing import unseal
from api import once
from tests.api.platform.caller import Answer as Told
from tests.api.platform.repeated import TICKET, is_repeated, keyed, told
from tests.attachments.sent import in_store
from tests.factories import EndpointFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Comment, Ticket, TicketEvent
from webhooks.models import Endpoint, Message

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, AT_ONCE = 5, 4
FILE = {"filename": "log.txt", "content": "aGVsbG8=", "mime_type": "text/plain"}


def at_once(sends: list[Callable[[], Told]]) -> list[Told]:
    """What each was answered, all sent together."""
    barrier = Barrier(len(sends))

    def run(send: Callable[[], Told]) -> Told:
        try:
            barrier.wait()
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


def begun(user: User, body: str = "body") -> Any:
    return once.begin(by=acting(user, Door.PLATFORM), route="/api/v1/tickets", key="first", body=body)


def opening(user: User) -> once.Deed:
    def deed() -> HttpResponse:
        actions.open_ticket(by=acting(user), subject="Door 4")
        return HttpResponse(b"{}", status=201)

    return deed


@pytest.mark.parametrize("body", [{"content": "Hello?"}, {"content": "See the log.", "attachments": [FILE]}])
def test_of_many_at_once_one_is_done_and_all_are_told_the_same(body: dict[str, Any], rita: User) -> None:
    ticket, stored = TicketFactory(requester=rita), in_store()
    outcomes: Counter[int] = Counter()
    for number in range(ROUNDS):
        platform = keyed(rita, f"round {number}")
        send = [lambda platform=platform: platform.post(f"/tickets/{ticket.uuid}/comments", body)] * AT_ONCE
        answers = at_once(send)
        assert Counter(answer.status for answer in answers) <= Counter({201: AT_ONCE, 409: AT_ONCE - 1})
        outcomes.update(answer.status for answer in answers)
        done = [answer for answer in answers if answer.status == 201]
        assert [is_repeated(answer) for answer in done].count(False) == 1
        assert len({answer.data["id"] for answer in done}) == 1
        assert is_repeated(platform.post(f"/tickets/{ticket.uuid}/comments", body))
    assert outcomes[201] >= ROUNDS
    assert Comment.objects.count() == TicketEvent.objects.filter(kind="commented").count() == ROUNDS
    assert Message.objects.filter(event="comment.created").count() == ROUNDS
    assert len(in_store() - stored) == (ROUNDS if "attachments" in body else 0)


def test_of_two_bodies_at_once_one_is_taken(rita: User) -> None:
    for number in range(ROUNDS):
        platform = keyed(rita, f"round {number}")
        bodies = [{**TICKET, "title": f"Door {door}"} for door in (4, 5)]
        answers = at_once([lambda body=body, platform=platform: platform.post("/tickets", body) for body in bodies])
        assert sorted(answer.status for answer in answers) == [201, 422]
        assert Ticket.objects.count() == number + 1


def test_of_two_secrets_at_once_there_is_one(ada: User) -> None:
    endpoint, platform = EndpointFactory(), keyed(ada)
    answers = at_once([lambda: platform.post(f"/webhooks/{endpoint.uuid}/rotate", {})] * 2)
    secrets = {answer.data["secret"] for answer in answers if answer.status == 200}
    assert len(secrets) == 1
    assert unseal(Endpoint.objects.get().secret) in secrets


def test_while_the_first_is_at_work_the_second_is_told(rita: User) -> None:
    content = orjson.dumps(TICKET)
    first = begun(rita, sha256(content).hexdigest())
    assert told(keyed(rita).send("POST", "/tickets", content)) == (409, "conflict")
    assert told(keyed(rita).post("/tickets", {})) == (422, "idempotency_mismatch")
    assert not Ticket.objects.exists()
    first.give_up()
    assert keyed(rita).send("POST", "/tickets", content).status == 201


def test_who_died_at_work_left_nothing_and_the_next_one_takes_over(rita: User) -> None:
    begun(rita)
    with time_machine.travel(timezone.now() + timedelta(seconds=59)), pytest.raises(Clash):
        begun(rita)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        second = begun(rita)
        with pytest.raises(Clash):  # its lease is a new one
            begun(rita)
        second.carry_out(opening(rita))
    assert begun(rita) == once.Kept(201, "", "{}")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("second_is_through", [True, False])
def test_who_was_only_slow_is_undone(second_is_through: bool, rita: User) -> None:
    slow = begun(rita)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        second = begun(rita)
        if second_is_through:
            second.carry_out(opening(rita))
        with pytest.raises(Clash):
            slow.carry_out(opening(rita))
        slow.refuse(HttpResponse(b"{}", status=422))
        slow.give_up()
        if not second_is_through:
            second.carry_out(opening(rita))
    assert begun(rita) == once.Kept(201, "", "{}")
    assert (Ticket.objects.count(), TicketEvent.objects.count()) == (1, 1)
    assert Message.objects.filter(event="ticket.created").count() == 1


def test_who_is_slow_but_alone_is_through(rita: User) -> None:
    slow = begun(rita)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        slow.carry_out(opening(rita))
    assert isinstance(begun(rita), once.Kept)


def test_a_change_and_its_answer_are_one(rita: User) -> None:
    """The connection breaks after the change, before the answer: there is neither."""
    attempt = begun(rita)

    def broken() -> HttpResponse:
        opening(rita)()
        connection.close()
        return HttpResponse(b"{}", status=201)

    with pytest.raises(Exception, match=r"atomic|closed"):
        attempt.carry_out(broken)
    connection.close()
    assert not Ticket.objects.exists()
    assert not TicketEvent.objects.exists()
    attempt.give_up()
    assert isinstance(begun(rita), once.Attempt)


def test_a_refusal_that_is_too_large_is_not_kept(rita: User) -> None:
    begun(rita).refuse(HttpResponse(b"x" * (once.LARGEST_REFUSAL + 1), status=422))
    assert isinstance(begun(rita), once.Attempt)


def test_of_many_who_take_over_one_does(rita: User) -> None:
    begun(rita)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        barrier = Barrier(AT_ONCE)

        def take_over() -> bool:
            try:
                barrier.wait()
                return isinstance(begun(rita), once.Attempt)
            except Clash:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            taken = [future.result() for future in [pool.submit(take_over) for _ in range(AT_ONCE)]]
    assert sorted(taken) == [False] * (AT_ONCE - 1) + [True]
