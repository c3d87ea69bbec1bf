"""The store does not answer, or is full: every door says so in its voice, and nothing is half saved or lost."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from accounts.errors import StoreAway
from accounts.models import Team, User
from attachments.actions import stored
from attachments.models import Attachment
from attachments.uploads import Upload
from tests.api.toptickets.caller import TopTickets
from tests.attachments.hostile import TAKEN, Hostile
from tests.attachments.sent import attached, body, fetch, in_store
from tests.attachments.test_hostile import through_platform, through_taas, through_toptickets
from tests.factories import TeamFactory, TicketFactory, acting
from tests.pages import signed_in, text_of
from tests.servers import free_port
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db
FILE = Hostile("a file", "a.txt", "text/plain", b"some words", TAKEN, TAKEN)
Away = Callable[[], None]


@pytest.fixture
def ticket(rita: User) -> Ticket:
    desk: Team = TeamFactory()
    return TicketFactory(requester=rita, team=desk)


@pytest.fixture
def back(store: str, settings: Settings) -> Callable[[], None]:
    """Brings back the store that `away` took."""
    there = settings.STORAGES

    def brought() -> None:
        settings.STORAGES = there

    return brought


@pytest.fixture
def away(store: str, back: Away, settings: Settings, tmp_path: Path) -> Away:
    """Takes the store away: nobody listens at its address, or its folder is none."""
    default = settings.STORAGES["default"]
    (tmp_path / "no folder").touch()
    elsewhere = {
        "files": {"location": str(tmp_path / "no folder")},
        "s3": {"endpoint_url": f"http://127.0.0.1:{free_port()}"},
    }

    def taken() -> None:
        options = {**default["OPTIONS"], **elsewhere[store]}
        settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}

    return taken


@pytest.mark.parametrize("door", [through_platform, through_toptickets, through_taas])
def test_contracts_answer_503(
    door: Callable[[Hostile, Ticket, User], int], away: Away, back: Away, ticket: Ticket, agnes: User
) -> None:
    away()
    assert door(FILE, ticket, agnes) == 503
    assert not Comment.objects.exists()
    back()
    assert not in_store()
    assert not Attachment.everything.exists()
    assert door(FILE, ticket, agnes) in (200, 201)


def test_they_say_when_to_come_back(away: Away, ticket: Ticket, agnes: User) -> None:
    away()
    answer = TopTickets(agnes).upload(f"/tickets/{ticket.uuid}/attachments", "a.txt", b"x", "text/plain")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "Nothing was saved" in answer.detail


@pytest.mark.parametrize("address", ["/tickets/{}/reply/", "/tickets/new/"])
def test_forms_come_back_with_all_that_was_typed(address: str, away: Away, ticket: Ticket, rita: User) -> None:
    away()
    words = {"body": "all my words", "subject": "It broke", "description": "all my words", "priority": "medium"}
    sent = {**words, "files": SimpleUploadedFile("a.txt", b"x", "text/plain")}
    answer = signed_in(rita).post(address.format(ticket.pk), sent)
    assert answer.status_code == 422
    assert "Nothing was saved" in text_of(answer)
    assert "all my words" in text_of(answer)
    assert (Comment.objects.count(), Ticket.objects.count()) == (0, 1)


@pytest.mark.parametrize("variant", ["", "preview", "thumbnail"])
def test_links_say_so_and_work_again(
    variant: str, away: Away, back: Away, ticket: Ticket, agnes: User, png: bytes
) -> None:
    file = attached(ticket, "a.png", png, "image/png", by=acting(agnes))
    away()
    answer = fetch(file, variant)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Nothing is lost" in text_of(answer)
    back()
    assert fetch(file, variant).status_code == 200
    assert body(fetch(file)) == png


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As if the disk were full behind `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("store", ["files"], indirect=True)
def test_half_a_file_is_removed_again(store: str) -> None:
    first, second = (Upload(name, size * b"x") for name, size in [("a.txt", 10), ("b.txt", 2_000_000)])
    with files_of_at_most(1_000_000), pytest.raises(StoreAway), stored([first, second]):
        pass
    assert not in_store()


def test_a_refusal_stays_one_when_the_store_goes_in_between(away: Away, back: Away, store: str) -> None:
    def refused() -> None:
        with stored([Upload("a.txt", b"x")]):
            away()
            raise LookupError

    with pytest.raises(LookupError):
        refused()
    back()
    assert len(in_store()) == 1  # pruned when it is old enough
