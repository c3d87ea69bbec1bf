"""Whatever dies, what was accepted is told. A longer loop: ``make faults``."""

from pathlib import Path

from tests.faults.engines import Engine
from tests.faults.loop import run

SECONDS = 8


def test_every_accepted_change_arrives_whatever_is_killed(engine: Engine, tmp_path: Path) -> None:
    verdict = run(engine, tmp_path, SECONDS)
    assert verdict.holds, verdict
    assert verdict.kills
    assert verdict.changes
