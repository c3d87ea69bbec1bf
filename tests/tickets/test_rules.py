"""The tables of tickets.rules, whole."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tickets.rules import DONE, STAMPS, stamps
from tickets.words import Status

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
NOW = EARLIER + timedelta(days=1)


def ticket_in(status: Status) -> SimpleNamespace:
    """A ticket that entered `status` earlier, and was resolved once before if it is done."""
    held = STAMPS[status]
    return SimpleNamespace(
        status=status,
        resolved_at=EARLIER if "resolved_at" in held else None,
        closed_at=EARLIER if "closed_at" in held else None,
        first_resolved_at=EARLIER if status in DONE else None,
        last_resolved_at=EARLIER if status in DONE else None,
    )


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_stamps_hold_exactly_what_the_status_says(before: Status, after: Status) -> None:
    found = stamps(ticket_in(before), after, NOW)
    for stamp in ("resolved_at", "closed_at"):
        kept = stamp in STAMPS[before] and stamp in STAMPS[after]
        assert found[stamp] == (EARLIER if kept else NOW if stamp in STAMPS[after] else None)


@pytest.mark.parametrize("after", [Status.RESOLVED, Status.CLOSED])
def test_the_first_resolution_stays_and_the_last_moves(after: Status) -> None:
    reopened = ticket_in(Status.OPEN)
    reopened.first_resolved_at = reopened.last_resolved_at = EARLIER
    assert stamps(reopened, after, NOW)["first_resolved_at"] == EARLIER
    assert stamps(reopened, after, NOW)["last_resolved_at"] == NOW
    assert "last_resolved_at" not in stamps(ticket_in(Status.RESOLVED), after, NOW)


def test_every_status_has_its_row() -> None:
    assert set(STAMPS) == set(Status)
