"""Every worked example of the contracts, against the product as it is served."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import CONTRACTS
from tests.live.run import Access, Run
from tests.live.server import example_server


@pytest.fixture
def access() -> Iterator[Access]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, example_server(Path(folder)) as served:
        yield served


@pytest.mark.timeout(300)  # a server, its demo data and a few hundred requests
def test_every_example_is_answered_as_its_contract_says(access: Access) -> None:
    run = Run(access)
    for examples in CONTRACTS.values():
        run.through(examples)
    assert [str(verdict) for verdict in run.verdicts if verdict.problems] == []
    assert sum(verdict.fields for verdict in run.verdicts) > 10_000
