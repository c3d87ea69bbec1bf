"""Installations in folders of their own, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.engines import ENGINES, Engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Runs a test on SQLite, and on a PostgreSQL and a Redis that are its own to break."""
    with ENGINES[request.param](tmp_path) as running:
        yield running
