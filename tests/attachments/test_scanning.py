"""With a virus scanner (a real clamd): what it finds is listed and never served; what it has not seen waits for it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from api.platform.tokens import issue
from attachments import scanning, tasks
from attachments.models import Attachment
from tests.attachments.clamd import EICAR, dripping, scanner
from tests.attachments.sent import attached, body, fetch
from tests.factories import TicketFactory, acting
from tests.pages import signed_in, text_of
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
NOBODY_THERE = "tcp://127.0.0.1:1"


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    with scanner() as url:
        yield url


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


def test_a_clean_file_is_served(clamd: str, settings: Settings, ticket: Ticket, rita: User) -> None:
    settings.CLAMD_URL = clamd
    file = attached(ticket, "a.bin", b"x" * 31_457_280, by=acting(rita))
    assert file.held == ""
    assert fetch(file, Range="bytes=0-9").status_code == 206


@pytest.mark.parametrize("content", [EICAR, b"x" * 70_000 + EICAR], ids=["alone", "inside"])
def test_what_is_found_is_listed_and_never_served(
    content: bytes, clamd: str, settings: Settings, ticket: Ticket, rita: User, ada: User
) -> None:
    settings.CLAMD_URL = clamd
    file = attached(ticket, "invoice.txt", content, "text/plain", by=acting(rita))
    assert file.held.startswith("Eicar-Test")
    for variant in ("", "preview"):
        answer = fetch(file, variant)
        assert answer.status_code == 403
        assert EICAR not in body(answer)
    page = signed_in(rita).get(f"/tickets/{ticket.pk}/")
    assert "invoice.txt" in text_of(page)
    assert "kept back" in text_of(page)
    assert f"/files/{file.uuid}" not in page.content.decode()
    token = {"Authorization": f"Bearer {issue(ada)[0]}"}
    listed = Client().get(f"/api/v1/tickets/{ticket.uuid}", headers=token).json()["data"]["attachments"]
    assert [one["filename"] for one in listed] == ["invoice.txt"]
    assert "Eicar-Test" in text_of(signed_in(ada).get(f"/admin/attachments/attachment/{file.pk}/change/"))
    settings.CLAMD_URL = ""  # what was found is not forgotten
    assert fetch(file).status_code == 403


@pytest.mark.parametrize(("content", "status"), [(b"harmless", 200), (EICAR, 403)])
def test_what_could_not_be_shown_waits(
    content: bytes, status: int, clamd: str, settings: Settings, ticket: Ticket, rita: User
) -> None:
    settings.CLAMD_URL = NOBODY_THERE
    file = attached(ticket, "a.txt", content, "text/plain", by=acting(rita))
    answer = fetch(file)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "being checked" in text_of(signed_in(rita).get(f"/tickets/{ticket.pk}/"))
    assert tasks.check_waiting() == 0
    settings.CLAMD_URL = clamd
    assert tasks.check_waiting() == 1
    assert fetch(file).status_code == status
    assert tasks.check_waiting() == 0


def test_a_scanner_that_never_finishes_is_not_waited_for(settings: Settings) -> None:
    settings.CLAMD_TIMEOUT = 0.2
    with dripping(b"stream: OK\0", every=0.05) as settings.CLAMD_URL:
        assert scanning.verdict([b"x"]) == scanning.WAITING


def test_a_file_the_scanner_cannot_judge_is_not_served(
    settings: Settings, ticket: Ticket, rita: User, tmp_path: object
) -> None:
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody"
    file = attached(ticket, "a.txt", b"x", by=acting(rita))
    assert fetch(file).status_code == 503
    settings.CLAMD_URL = ""  # the operator gave the scanner up: what only waited is served
    assert fetch(file).status_code == 200
    assert tasks.check_waiting() == 0


def test_without_a_scanner_nothing_is_asked(ticket: Ticket, rita: User) -> None:
    file = attached(ticket, "a.txt", EICAR, "text/plain", by=acting(rita))
    assert fetch(file).status_code == 200
    assert Attachment.objects.get().held == ""
