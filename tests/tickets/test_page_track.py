"""The tracking page: what its link opens, and what it never shows."""

from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from tests.factories import TicketFactory, acting
from tests.pages import text_of
from tickets import actions

pytestmark = pytest.mark.django_db


def test_whoever_holds_the_link_reads_the_public_part(client: Client, rita: User, agnes: User) -> None:
    ticket = TicketFactory(requester=rita, subject="Paper jam", assignee=agnes, tags=["difficult"])
    actions.reply(ticket, by=acting(agnes), content="Open tray two.")
    actions.reply(ticket, by=acting(agnes), content="He is rude.", internal=True)
    answer = client.get(f"/track/{ticket.tracking_token}/")
    page = text_of(answer)
    assert "Paper jam" in page
    assert "Open tray two." in page
    for secret in ("He is rude", "difficult", rita.full_name, rita.email, agnes.full_name, agnes.email):
        assert secret not in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "<form" not in answer.content.decode()


def test_other_links_open_nothing(client: Client, agnes: User) -> None:
    ticket = TicketFactory()
    actions.delete_ticket(ticket, by=acting(agnes))
    for token in (uuid4(), ticket.tracking_token, ticket.uuid, "1"):
        assert client.get(f"/track/{token}/").status_code == 404


def test_it_is_read_only(client: Client) -> None:
    assert client.post(f"/track/{TicketFactory().tracking_token}/").status_code == 405


@pytest.mark.usefixtures("_standing_clock")
def test_trying_many_links_is_braked(client: Client, settings: LazySettings) -> None:
    settings.RATELIMIT_ENABLE = True
    for _ in range(60):
        assert client.get(f"/track/{uuid4()}/").status_code == 404
    answer = client.get(f"/track/{TicketFactory().tracking_token}/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "noindex" in answer["X-Robots-Tag"]
