"""PUT /tickets/{ticketId}/status (contract taas §3.4, §7)."""

from typing import Any

import orjson
import pytest

from accounts.models import Team, User
from api.taas.vocabulary import PRIORITY, STATUS, STATUSES
from tests.api.taas.caller import ADA, Taas
from tests.factories import TicketFactory
from tickets.models import Comment, Ticket, TicketEvent
from tickets.words import Priority, Status

EXAMPLE = {"status": "Resolved", "resolution": "fixed", "comment": "Reader swapped.", "user": ADA}

# What each word makes of each status: the echo rule and the reopen rule.
MOVES = {
    "Open": {"new": "new", "open": "open", "resolved": "reopened", "closed": "reopened"},
    "Started": {"in_progress": "in_progress", "pending": "pending"},
    "In Progress": {"in_progress": "in_progress", "pending": "pending"},
}
DEFAULTS = {"Open": "open", "Reopened": "reopened", "Started": "in_progress", "In Progress": "in_progress",
            "Resolved": "resolved", "Closed": "closed"}  # fmt: skip


@pytest.fixture
def ticket(desk: Team, rita: User) -> Ticket:
    made: Ticket = TicketFactory(requester=rita, team=desk, status="open")
    return made


def test_every_status_and_priority_has_a_word() -> None:
    assert set(STATUS.shown) == set(Status)
    assert set(PRIORITY.shown) == set(Priority)
    assert set(STATUS.shown.values()) == set(STATUSES)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_example_of_the_contract(method: str, taas: Taas, ticket: Ticket) -> None:
    answer = taas.send(method, f"/tickets/{ticket.uuid}/status", orjson.dumps(EXAMPLE), timezone=0)
    assert answer.status == 200
    item = answer.item
    assert (item["status"], item["resolution"], item["lastResolutionComment"]) == (
        "Resolved", "fixed", "Reader swapped.",
    )  # fmt: skip
    assert item["firstResolutionOn"] == item["lastResolutionOn"] == item["lastUpdatedOn"]
    assert item["firstResponseOn"] is not None
    assert item["lastUpdatedBy"] == ADA
    (event,) = TicketEvent.objects.filter(ticket=ticket).exclude(kind="created")
    assert event.comment is not None
    assert event.comment.content == "Reader swapped."


@pytest.mark.parametrize("word", [*DEFAULTS, " closed", "OPEN", "in progress"])
@pytest.mark.parametrize("now", [status.value for status in Status])
@pytest.mark.parametrize("comment", [None, "Said so."])
def test_what_each_word_makes_of_each_status(
    word: str, now: str, comment: str | None, taas: Taas, desk: Team, rita: User
) -> None:
    ticket = TicketFactory(requester=rita, team=desk, status=now)
    spelled = next(known for known in DEFAULTS if known.lower() == word.strip().lower())
    wanted = MOVES.get(spelled, {}).get(now, DEFAULTS[spelled])
    answer = taas.put(f"/tickets/{ticket.uuid}/status", {"status": word, "user": ADA, "comment": comment})
    assert answer.item["status"] == STATUS.show(Status(wanted))
    ticket.refresh_from_db()
    assert ticket.status == wanted
    assert Comment.objects.filter(ticket=ticket).count() == (comment is not None)
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1 + (comment is not None or wanted != now)


def test_sending_what_is_shown_still_records_resolution_and_comment(taas: Taas, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.uuid}/status"
    taas.put(path, {"status": "Resolved", "user": ADA})
    item = taas.put(path, {**EXAMPLE, "resolution": "cannotResolve", "comment": "No spare."}).item
    assert (item["resolution"], item["lastResolutionComment"]) == ("cannotResolve", "No spare.")


def test_a_resolution_is_kept_only_with_resolved_and_closed(taas: Taas, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.uuid}/status"
    item = taas.put(path, {**EXAMPLE, "status": "Started"}).item
    assert (item["resolution"], item["lastResolutionComment"]) == (None, None)
    assert taas.put(path, {**EXAMPLE, "status": "Closed"}).item["resolution"] == "fixed"
    item = taas.put(path, {"status": "Reopened", "comment": "Again.", "user": ADA}).item
    assert (item["resolution"], item["lastResolutionComment"]) == (None, "Reader swapped.")


@pytest.mark.parametrize("resolution", ["fixed", "cannotResolve", "cancelled"])
def test_the_three_resolutions(resolution: str, taas: Taas, ticket: Ticket) -> None:
    body = {**EXAMPLE, "resolution": resolution}
    assert taas.put(f"/tickets/{ticket.uuid}/status", body).item["resolution"] == resolution


@pytest.mark.parametrize(
    "change",
    [
        {"status": "Waiting"},
        {"status": None},
        {"status": 5},
        {"resolution": "done"},
        {"resolution": "done", "status": "Started"},
        {"comment": 5},
        {"comment": "a\x00"},
        {"comment": "x" * 100_001},
        {"user": None},
        {"user": "Ada"},
    ],
)
def test_a_refused_status_changes_nothing(change: dict[str, Any], taas: Taas, ticket: Ticket) -> None:
    before = Ticket.objects.values().get(pk=ticket.pk)
    assert taas.put(f"/tickets/{ticket.uuid}/status", {**EXAMPLE, **change}).status == 400
    assert taas.put(f"/tickets/{ticket.uuid}/status", {}).status == 400
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert not Comment.objects.exists()
    assert not User.objects.filter(email=ADA["email"]).exists()
