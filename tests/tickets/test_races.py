"""People who act at the same moment: one wins, the others are told, and nothing is half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from accounts.errors import Gone, Invalid, Stale
from accounts.models import User
from attachments.models import Attachment
from tests.attachments.sent import attached, in_store
from tests.factories import TicketFactory, acting
from tickets import actions, tally
from tickets.filters import Filters
from tickets.models import Comment, Tag, Ticket, TicketEvent
from tickets.words import Status

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each work returned or raised, all started together."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return work()
        except (Gone, Stale, Invalid) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_who_saw_the_same_version_one_is_told(agnes: User, ada: User) -> None:
    ticket = TicketFactory()
    saves = [
        lambda user=user: actions.change(ticket, by=acting(user), expected=1, subject=f"By {user}")
        for user in (agnes, ada)
    ]
    outcomes = at_once(*saves)
    assert {type(outcome) for outcome in outcomes} == {Ticket, Stale}
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Ticket))
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.version) == (winner.subject, 2)


def test_every_change_to_different_fields_survives(agnes: User) -> None:
    ticket = TicketFactory(custom={})
    at_once(*(lambda n=n: actions.change(ticket, by=acting(agnes), custom={f"k{n}": n}) for n in range(8)))
    ticket.refresh_from_db()
    assert ticket.custom == {f"k{n}": n for n in range(8)}
    assert ticket.version == 9
    assert TicketEvent.objects.filter(ticket=ticket, kind="changed").count() == 8


def test_replies_all_arrive_and_the_status_moves_once(agnes: User) -> None:
    ticket = TicketFactory()
    at_once(*(lambda n=n: actions.reply(ticket, by=acting(agnes), content=f"{n}") for n in range(8)))
    assert Comment.objects.filter(ticket=ticket).count() == 8
    moved = [event for event in TicketEvent.objects.filter(ticket=ticket) if event.changes]
    assert len(moved) == 1


def test_nobody_replies_to_what_is_deleted(agnes: User) -> None:
    for _ in range(5):
        ticket = TicketFactory()
        replied, _deleted = at_once(
            lambda ticket=ticket: actions.reply(ticket, by=acting(agnes), content="late"),
            lambda ticket=ticket: actions.delete_ticket(ticket, by=acting(agnes)),
        )
        last = TicketEvent.objects.filter(ticket=ticket).latest("id")
        assert last.kind == "deleted"
        assert isinstance(replied, Gone) == (not Comment.objects.filter(ticket=ticket).exists())


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("store", ["files"], indirect=True)
def test_nobody_uploads_past_their_quota_on_two_tickets_at_once(agnes: User, settings: Settings) -> None:
    settings.ATTACHMENT_USER_QUOTA = 150
    first, second = TicketFactory(), TicketFactory()

    def upload(ticket: Ticket) -> Any:
        return attached(ticket, "a.txt", b"x" * 100, by=acting(agnes))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            upload(first)
            other = pool.submit(at_once, lambda: upload(second))
            wait([other], timeout=0.3)  # as far as it gets while the first is not committed
        (outcome,) = other.result()
    assert isinstance(outcome, Invalid)
    assert Attachment.objects.count() == len(in_store()) == 1


def test_one_new_tag_for_many(agnes: User) -> None:
    tickets = [TicketFactory() for _ in range(6)]
    at_once(*(lambda t=t: actions.change(t, by=acting(agnes), tags=["fresh", "other"]) for t in tickets))
    assert sorted(Tag.objects.values_list("text", flat=True)) == ["fresh", "other"]


def test_totals_stay_exact_while_folding(agnes: User) -> None:
    tickets = [TicketFactory() for _ in range(6)]
    closing = [lambda t=t: actions.change(t, by=acting(agnes), status=Status.CLOSED) for t in tickets[:4]]
    at_once(*closing, tally.fold, tally.fold)
    closed = Filters(statuses=frozenset({Status.CLOSED}))
    assert (tally.total(acting(agnes), Filters()), tally.total(acting(agnes), closed)) == (6, 4)
