"""A desk, and programs that hold its keys."""

import pytest

from accounts.models import Team
from tests.api.taas.caller import Taas
from tests.factories import TeamFactory


@pytest.fixture
def desk(db: None) -> Team:
    """Facilities: the instance."""
    team: Team = TeamFactory(name="Facilities")
    return team


@pytest.fixture
def taas(desk: Team) -> Taas:
    """A program with the desk's primary key."""
    return Taas(desk)
