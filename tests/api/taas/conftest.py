"""A desk, and programs that hold its keys."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Team, User
from tests.api.taas.caller import Taas
from tests.factories import TeamFactory, TicketFactory
from tickets.models import Ticket


@pytest.fixture
def desk(db: None) -> Team:
    """Facilities: the instance."""
    team: Team = TeamFactory(name="Facilities")
    return team


@pytest.fixture
def taas(desk: Team) -> Taas:
    """A program with the desk's primary key."""
    return Taas(desk)


@pytest.fixture
def five(desk: Team, agnes: User, rita: User, sam: User) -> list[Ticket]:
    """Tickets a to e, one a day, no two alike."""
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    made = [
        ("a", "open", 1, rita, agnes),
        ("b", "reopened", 4, sam, None),
        ("c", "pending", 2, rita, None),
        ("d", "resolved", 3, sam, agnes),
        ("e", "closed", 2, rita, None),
    ]
    return [
        TicketFactory(
            team=desk, subject=subject, status=status, priority=priority, requester=requester, assignee=assignee,
            created_at=first + timedelta(days=day),
            due_at=first + timedelta(days=10 - day) if day < 3 else None,
        )
        for day, (subject, status, priority, requester, assignee) in enumerate(made)
    ]  # fmt: skip
