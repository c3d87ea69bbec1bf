"""Invitations: whoever got an account without a password is written to once, whatever is down in between."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts import actions, invitations
from accounts.models import User
from tests.factories import acting


@pytest.fixture
def poe(ada: User) -> User:
    """Added, and the hint to the worker is lost: in a test, nothing is ever committed."""
    return actions.add_user(by=acting(ada), email="poe@acme.test", full_name="Poe", role="agent", invited=True)


def later() -> None:
    """Five minutes go by for those who wait."""
    User.objects.exclude(invitation_due_at=None).update(invitation_due_at=timezone.now() - timedelta(seconds=1))


def test_the_worker_finds_by_itself_whom_to_write_to(poe: User) -> None:
    assert invitations.send_due() == 1
    assert [letter.to for letter in mail.outbox] == [[poe.email]]
    later()
    assert invitations.send_due() == 0


def test_nobody_else_is_written_to(agnes: User, ada: User) -> None:
    actions.add_user(by=acting(ada), email="kim@acme.test", full_name="Kim")
    assert invitations.send_due() == 0


def test_a_mail_that_could_not_go_goes_later(poe: User, settings: Any, mail_server_away: str) -> None:
    assert invitations.send_due() == 0
    settings.EMAIL_BACKEND = mail_server_away
    assert invitations.send_due() == 0  # not at once
    later()
    assert invitations.send_due() == 1


def test_a_server_that_is_away_is_asked_once_a_round(
    poe: User, ada: User, settings: Any, mail_server_away: str
) -> None:
    """It may take long to find out, and the worker has more to do."""
    actions.add_user(by=acting(ada), email="kim@acme.test", full_name="Kim", invited=True)
    assert invitations.send_due() == 0
    settings.EMAIL_BACKEND = mail_server_away
    assert invitations.send_due() == 1
    assert [letter.to for letter in mail.outbox] == [["kim@acme.test"]]


def test_who_left_is_not_written_to_until_they_are_back(poe: User, ada: User) -> None:
    actions.change_user(poe, by=acting(ada), is_active=False)
    assert invitations.send_due() == 0
    actions.change_user(poe, by=acting(ada), is_active=True)
    assert invitations.send_due() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_writes(ada: User) -> None:
    actions.add_user(by=acting(ada), email="poe@acme.test", full_name="Poe", role="agent", invited=True)
    start, sent = Barrier(2), []

    def work() -> None:
        start.wait(20)
        sent.append(invitations.send_due())
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == [0, 1]
    assert len(mail.outbox) == 1
