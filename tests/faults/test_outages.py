"""The database and the broker go away for a while: changes are told all the same, by the same worker."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.config.running import soon
from tests.faults.engines import Cluster, Redis, on_servers
from tests.faults.site import Site
from tests.webhooks.receiver import Receiver

QUICK = 5.0  # seconds for a request that cannot tell the broker; on an idle machine a fraction of one


def accepted(site: Site, title: str) -> bool:
    with suppress(OSError):
        return bool(site.open_ticket(title))
    return False


def last_job(site: Site) -> int:
    """The last period in which a job began that is due every ten seconds."""
    found = site.engine.ask("SELECT number FROM config_tick WHERE name = 'webhooks.recover'")
    return int(found[0][0]) if found else 0


def test_the_worker_outlives_its_database_and_its_broker(tmp_path: Path) -> None:
    with (
        Cluster() as cluster,
        Redis() as redis,
        Receiver() as receiver,
        Site(on_servers(cluster, redis), tmp_path, receiver.url, events=("ticket.created",)) as site,
    ):
        assert soon(lambda: bool(site.pids("worker")))
        worker = site.pids("worker")
        site.open_ticket("Before")
        receiver.wait_for(1)

        redis.stop()
        started = time.monotonic()
        site.open_ticket("Without a broker")
        assert time.monotonic() - started < QUICK
        receiver.wait_for(2)
        redis.start()
        site.open_ticket("With a broker again")
        receiver.wait_for(3)

        cluster.stop()
        threading.Event().wait(3)
        cluster.start()
        before = last_job(site)
        assert soon(lambda: accepted(site, "With a database again"))
        receiver.wait_for(4)
        assert soon(lambda: last_job(site) > before)
        assert site.pids("worker") == worker
        titles = [request.event["data"]["ticket"]["title"] for request in receiver.received]
        assert titles == ["Before", "Without a broker", "With a broker again", "With a database again"]
