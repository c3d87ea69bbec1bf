"""The clock of the machine is set while deliveries wait."""

import time
from pathlib import Path

from tests.config.running import soon
from tests.faults.engines import sqlite
from tests.faults.site import Site
from tests.webhooks.receiver import Receiver, answer

HOUR = 3600


def test_a_clock_that_is_set_forward_and_back_delays_nothing(tmp_path: Path) -> None:
    clock = tmp_path / "clock"

    def set_clock(seconds: int) -> None:
        fresh = clock.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.rename(clock)

    set_clock(0)
    changes = {
        "CLOCK_OFFSET_FILE": str(clock),
        "PYTHONPATH": str(Path(__file__).parent / "clock"),
        "WEBHOOK_RETRY_SCHEDULE": ",".join(["3s"] * 20),
    }
    with (
        sqlite(tmp_path) as engine,
        Receiver(answer(500)) as receiver,
        Site(engine, tmp_path, receiver.url, events=("ticket.created",), **changes) as site,
    ):
        site.open_ticket("On time")
        receiver.wait_for(1)
        set_clock(HOUR)
        assert soon(lambda: int(receiver.received[-1].headers["webhook-timestamp"]) > time.time() + HOUR - 60)
        site.open_ticket("An hour ahead")
        assert soon(lambda: len(set(receiver.ids)) == 2)
        set_clock(0)
        tried = len(receiver.received)
        receiver.behave = answer()
        receiver.wait_for(tried + 2)
        assert soon(lambda: engine.ask("SELECT DISTINCT state FROM webhooks_delivery") == [("delivered",)])
