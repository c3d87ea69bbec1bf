"""`Idempotency-Key`: what is sent twice is done once and answered twice (contract platform §12)."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Session, User
from accounts.sealing import unseal
from api.models import Answer
from api.platform.document import build
from api.tasks import prune_answers
from tests.api.platform.caller import Platform
from tests.api.platform.repeated import TICKET, is_repeated, keyed, told
from tests.attachments.sent import in_store
from tests.factories import PASSWORD, EndpointFactory, TicketFactory
from tickets.models import Comment, Ticket, TicketEvent
from webhooks.models import Delivery, Endpoint, Message, Recovery

POSTS = {
    path: operation for path, methods in build()["paths"].items() for method, operation in methods.items()
    if method == "post" and not path.startswith("/auth/")
}  # fmt: skip


def test_the_same_again_is_answered_alike_and_done_once(rita: User) -> None:
    first = keyed(rita).post("/tickets", TICKET)
    ticket = Ticket.objects.get()
    assert (first.status, is_repeated(first)) == (201, False)
    for path in ("/tickets", "/tickets/"):
        again = keyed(rita).post(path, TICKET)  # signed in anew
        assert (again.status, again.body, is_repeated(again)) == (201, first.body, True)
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert list(Ticket.objects.all()) == [ticket]
    assert (TicketEvent.objects.count(), Message.objects.filter(event="ticket.created").count()) == (1, 1)


def test_it_is_answered_as_then_not_as_now(rita: User, agnes: User) -> None:
    first = keyed(rita).post("/tickets", TICKET)
    Platform(agnes).patch(f"/tickets/{first.data['id']}", {"title": "Door 5", "priority": "low"})
    again = keyed(rita).post("/tickets", TICKET)
    assert (again.body, is_repeated(again)) == (first.body, True)
    stale = Platform(rita, **{"If-Match": again.headers["ETag"]})
    assert stale.patch(f"/tickets/{first.data['id']}", {"title": "Door 4!"}).status == 412


def test_without_a_key_everything_is_done_and_nothing_is_asked(rita: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        answers = [Platform(rita).post("/tickets", TICKET) for _ in range(2)]
    assert [is_repeated(answer) for answer in answers] == [False, False]
    assert Ticket.objects.count() == 2
    assert not [query for query in queries if "api_answer" in query["sql"]]


def test_another_body_needs_another_key(rita: User) -> None:
    keyed(rita).post("/tickets", TICKET)
    for body in ({**TICKET, "title": "Door 5"}, dict(reversed(TICKET.items())), {}):
        assert told(keyed(rita).post("/tickets", body)) == (422, "idempotency_mismatch")
    assert Ticket.objects.count() == 1
    assert keyed(rita, "second").post("/tickets", {**TICKET, "title": "Door 5"}).status == 201


def test_a_key_belongs_to_one_person_and_one_route(rita: User, agnes: User) -> None:
    ticket = TicketFactory(requester=rita)
    for user in (rita, agnes):
        assert not is_repeated(keyed(user).post("/tickets", TICKET))
        for name in (ticket.uuid, ticket.pk):
            assert not is_repeated(keyed(user).post(f"/tickets/{name}/comments", {"content": "Hello?"}))
    assert (Ticket.objects.count(), Comment.objects.count()) == (3, 4)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("first", "first"),
        ('"first"', "first"),
        (" first\t", "first"),
        ('" first"', " first"),
        ("a b,c", "a b,c"),
        ('say "hello"', 'say "hello"'),
        ("~", "~"),
        ("\\", "\\"),
        ("k" * 255, "k" * 255),
        (f'"{"k" * 255}"', "k" * 255),
    ],
)
def test_quoted_or_bare(sent: str, meant: str, rita: User) -> None:
    assert keyed(rita, sent).post("/tickets", TICKET).status == 201
    again = keyed(rita, f'"{meant}"' if '"' not in meant else meant).post("/tickets", TICKET)
    assert is_repeated(again)


@pytest.mark.parametrize(
    "key",
    ["", " ", '"', '""', '"open', '"a","b"', '"a"b"', "k" * 256, f'"{"k" * 256}"', "ä", "a\x7f", "a\x00", "a\tb",
     '"a\x80"', "\xa0"],
)  # fmt: skip
def test_what_is_no_key_is_refused(key: str, rita: User) -> None:
    answer = keyed(rita, key).post("/tickets", TICKET)
    assert (told(answer), answer.fields) == ((400, "invalid_input"), {"Idempotency-Key"})
    assert not Ticket.objects.exists()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"", 400), (b'{"title": "Door 4"}', 422), (orjson.dumps({**TICKET, "status": "closed"}), 403)],
)
def test_a_refusal_is_given_again(content: bytes, status: int, rita: User) -> None:
    first, again = (keyed(rita).send("POST", "/tickets", content) for _ in range(2))
    assert (first.status, is_repeated(first)) == (status, False)
    assert (again.status, again.body, is_repeated(again)) == (status, first.body, True)
    assert told(keyed(rita).post("/tickets", TICKET)) == (422, "idempotency_mismatch")


def test_a_refusal_of_the_verb_is_given_again_and_nothing_is_left(agnes: User, ada: User) -> None:
    endpoint = EndpointFactory(is_active=False)
    for repeated in (False, True):
        answer = keyed(ada).post(f"/webhooks/{endpoint.uuid}/test", {})
        assert (told(answer), is_repeated(answer)) == ((409, "conflict"), repeated)
    ticket = TicketFactory()
    file = {"filename": "a.txt", "content": "!", "mime_type": "text/plain"}
    for _ in range(2):
        answer = keyed(agnes).post(f"/tickets/{ticket.uuid}/comments", {"content": "x", "attachments": [file]})
        assert told(answer) == (422, "validation_error")
    assert not Comment.objects.exists()
    assert not Message.objects.filter(event="webhook.test").exists()


def test_what_may_go_better_next_time_is_tried_again(agnes: User, settings: Settings, tmp_path: Path) -> None:
    ticket, there = TicketFactory(), settings.STORAGES
    (tmp_path / "no folder").touch()
    options = {**there["default"]["OPTIONS"], "location": str(tmp_path / "no folder")}
    settings.STORAGES = {**there, "default": {**there["default"], "OPTIONS": options}}
    file = {"filename": "a.txt", "content": "aGVsbG8=", "mime_type": "text/plain"}
    body = {"content": "See the file.", "attachments": [file]}
    assert keyed(agnes).post(f"/tickets/{ticket.uuid}/comments", body).status == 503
    assert not Answer.objects.exists()
    settings.STORAGES = there
    answers = [keyed(agnes).post(f"/tickets/{ticket.uuid}/comments", body) for _ in range(2)]
    assert [(answer.status, is_repeated(answer)) for answer in answers] == [(201, False), (201, True)]
    assert Comment.objects.count() == 1


@pytest.mark.usefixtures("_standing_clock")
def test_repeating_counts_against_the_limit_and_being_over_it_is_not_kept(rita: User, settings: Settings) -> None:
    settings.RATELIMIT_SCALE = 0.03
    answers = [keyed(rita).post("/tickets", TICKET) for _ in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    over = keyed(rita, "second").post("/tickets", TICKET)
    settings.RATELIMIT_SCALE = 1
    after = keyed(rita, "second").post("/tickets", TICKET)
    assert (over.status, after.status, is_repeated(after)) == (429, 201, False)


def test_after_a_day_a_key_is_new(rita: User) -> None:
    keyed(rita).post("/tickets", TICKET)
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert prune_answers() == 0
        assert is_repeated(keyed(rita).post("/tickets", TICKET))
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert not is_repeated(keyed(rita).post("/tickets", {**TICKET, "title": "Door 5"}))
        assert (prune_answers(), Answer.objects.count()) == (0, 1)
    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        assert (prune_answers(), Answer.objects.count()) == (1, 0)
    assert Ticket.objects.count() == 2


def test_files_are_stored_once_and_their_links_signed_anew(rita: User, agnes: User) -> None:
    ticket, before = TicketFactory(requester=rita), in_store()
    file = {"filename": "log.txt", "content": base64.b64encode(b"hello").decode(), "mime_type": "text/plain"}
    body = {"content": "See the log.", "attachments": [file]}
    first = keyed(rita).post(f"/tickets/{ticket.uuid}/comments", body)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        again = keyed(rita).post(f"/tickets/{ticket.uuid}/comments", body)
        old, new = (answer.data["attachments"][0].pop("url") for answer in (first, again))
        assert (again.body, is_repeated(again)) == (first.body, True)
        statuses = [Client().get(f"{urlsplit(url).path}?{urlsplit(url).query}").status_code for url in (old, new)]
    assert (statuses[0], statuses[1] in (200, 302)) == (404, True)
    assert new.startswith(configured.BASE_URL)
    assert len(in_store() - before) == 1


def test_a_large_body_waits_on_disk(rita: User) -> None:
    file = {
        "filename": "big.txt",
        "content": base64.b64encode(b"hello " * 1_200_000).decode(),
        "mime_type": "text/plain",
    }
    answers = [keyed(rita).post("/tickets", {**TICKET, "attachments": [file]}) for _ in range(2)]
    assert [(answer.status, is_repeated(answer)) for answer in answers] == [(201, False), (201, True)]
    (shown,) = Platform(rita).get(f"/tickets/{answers[0].data['id']}").data["attachments"]
    assert shown["size"] == len(b"hello " * 1_200_000)


def test_while_there_is_no_room_for_a_large_body_programs_are_told_to_come_back(
    rita: User, settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "no disk")
    large = {**TICKET, "unknown": "x" * (9 << 20)}
    answer = keyed(rita).post("/tickets", large)
    assert (told(answer), answer.headers["Retry-After"]) == ((503, "service_unavailable"), "60")
    assert not Answer.objects.exists()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    assert keyed(rita).post("/tickets", large).status == 201
    assert not list(tmp_path.iterdir())


def test_a_body_that_cannot_be_read_uses_no_key(rita: User, settings: Settings) -> None:
    settings.MAX_JSON_BODY = 1000
    assert keyed(rita).send("POST", "/tickets", b" " * 1001).status == 413
    assert keyed(rita, **{"Transfer-Encoding": "chunked"}).send("POST", "/tickets", b"").status == 411
    assert not Answer.objects.exists()


def test_what_is_kept_is_sealed(ada: User) -> None:
    platform, values = keyed(ada), {"url": "https://example.com/hooks", "description": "Wallboard"}
    made = platform.post("/webhooks", values)
    again = platform.post("/webhooks", values)
    assert (again.body, again.data["secret"]) == (made.body, unseal(Endpoint.objects.get().secret))
    rotated, twice = (platform.post(f"/webhooks/{made.data['id']}/rotate", {}).data["secret"] for _ in range(2))
    assert rotated == twice != made.data["secret"]
    assert unseal(Endpoint.objects.get().secret) == rotated
    kept = str(list(Answer.objects.values()))
    for readable in (made.data["secret"], rotated, "whsec", "Wallboard", "first", "/webhooks"):
        assert readable not in kept


def test_every_post_of_webhooks_is_done_once(ada: User) -> None:
    endpoint, platform = EndpointFactory(), keyed(ada)
    TicketFactory()
    delivery = endpoint.deliveries.get(message__event="ticket.created")
    path = f"/webhooks/{endpoint.uuid}"
    for address, body in (
        (f"{path}/test", {}),
        (f"{path}/recover", {"since": "2026-03-01T08:00:00Z"}),
        (f"{path}/deliveries/{delivery.uuid}/resend", {}),
    ):
        first, again = (platform.post(address, body) for _ in range(2))
        assert (first.status, is_repeated(first)) == (202, False)
        assert (again.status, again.body, is_repeated(again)) == (202, first.body, True)
    assert Recovery.objects.count() == 1
    assert Delivery.objects.filter(message__event="webhook.test").count() == 1


def test_signing_in_takes_no_key(agnes: User) -> None:
    for key in ("first", ""):
        platform = Platform(**{"Idempotency-Key": key})
        answers = [platform.post("/auth/login", {"email": agnes.email, "password": PASSWORD}) for _ in range(2)]
        assert [(answer.status, is_repeated(answer)) for answer in answers] == [(200, False)] * 2
    assert (Session.objects.count(), Answer.objects.count()) == (4, 0)


def test_other_methods_take_none_either(rita: User) -> None:
    ticket = TicketFactory(requester=rita)
    for title in ("Door 5", "Door 6"):
        assert keyed(rita, "").patch(f"/tickets/{ticket.uuid}", {"title": title}).data["title"] == title
    assert not Answer.objects.exists()


@pytest.mark.parametrize("path", POSTS)
def test_the_document_says_so_of_every_post(path: str) -> None:
    says: dict[str, Any] = POSTS[path]
    assert "Idempotency-Key" in {one["name"] for one in says["parameters"] if one["in"] == "header"}
    assert {"400", "401", "403", "409", "411", "413", "422"} <= set(says["responses"])
    (done,) = (answer for status, answer in says["responses"].items() if status < "300")
    assert "Idempotent-Replayed" in done["headers"]
    assert "idempotency_mismatch" in says["responses"]["422"]["description"]
