"""A ticket and a person may only take so much room; a refusal leaves nothing behind."""

import pytest
from pytest_django.fixtures import Settings

from accounts.errors import Invalid
from accounts.models import User
from attachments.actions import remove
from attachments.models import Attachment
from tests.attachments.sent import attached, in_store
from tests.factories import TicketFactory, acting
from tickets.models import Ticket, TicketEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


@pytest.mark.parametrize(
    ("setting", "most", "said"),
    [
        ("ATTACHMENT_TICKET_FILES", 1, "at most 1 files"),
        ("ATTACHMENT_TICKET_QUOTA", 150, "files of this ticket"),
        ("ATTACHMENT_USER_QUOTA", 150, "Your files"),
    ],
)
def test_what_is_above_is_refused(
    setting: str, most: int, said: str, ticket: Ticket, rita: User, settings: Settings
) -> None:
    setattr(settings, setting, most)
    first = attached(ticket, "a.txt", b"x" * 100, by=acting(rita))
    with pytest.raises(Invalid, match=said):
        attached(ticket, "b.txt", b"x" * 100, by=acting(rita))
    assert in_store() == {first.stored_as}
    assert Attachment.everything.get() == first
    assert TicketEvent.objects.filter(kind="attached").count() == 1
    remove(first)  # makes room
    attached(ticket, "b.txt", b"x" * 100, by=acting(rita))


def test_a_person_counts_over_all_tickets_and_a_ticket_over_all_people(
    ticket: Ticket, rita: User, agnes: User, settings: Settings
) -> None:
    settings.ATTACHMENT_USER_QUOTA, settings.ATTACHMENT_TICKET_QUOTA = 150, 250
    other = TicketFactory(requester=rita)
    attached(ticket, "a.txt", b"x" * 100, by=acting(rita))
    with pytest.raises(Invalid, match="Your files"):
        attached(other, "b.txt", b"x" * 100, by=acting(rita))
    attached(ticket, "c.txt", b"x" * 100, by=acting(agnes))
    with pytest.raises(Invalid, match="of this ticket"):
        attached(ticket, "d.txt", b"x" * 100, by=acting(agnes))
