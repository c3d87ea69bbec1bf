"""Webhooks end to end: how many a second one worker delivers, how soon, and what slow receivers do to others.

`measure(...)` runs this module in a process of its own for each engine: there it is the web process that makes changes
and the receiver that hears of them; the worker is the product's, as the supervisor keeps it.
"""

import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port

BACKLOG = 4_000
CHANGES, PAUSE = 40, 0.35  # for latency; the worker rests in between
HANGING = 30  # endpoints that never answer


@dataclass(frozen=True, slots=True)
class Delivered:
    """Events a second; latencies from commit to receiver in seconds, at rest and beside HANGING endpoints."""

    engine: str
    per_second: float
    median: float
    p95: float
    p95_beside_hanging: float


def measure(folder: Path) -> list[Delivered]:
    """On both engines: SQLite with the folder broker, then the PostgreSQL and Redis of this run."""
    small = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return [_in_a_process("SQLite", small, folder), _in_a_process("PostgreSQL", dict(os.environ), folder)]


def _in_a_process(engine: str, environment: dict[str, str], folder: Path) -> Delivered:
    environment |= {
        "DATA_DIR": str(folder / engine),
        "PORT": str(free_port()),
        "WEBHOOK_ALLOWED_CIDRS": "127.0.0.0/8",
        "LOG_LEVEL": "error",
        "BENCH_ENGINE": engine,
    }
    command = [sys.executable, "-c", "from tests.bench import hooks; hooks.main()"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: Delivered = pickle.loads(done.stdout)  # noqa: S301 - written by ourselves
    return found


def main() -> None:
    """The process of one engine: writes a pickled Delivered."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.webhooks.receiver import Receiver

    call_command("migrate", verbosity=0)
    with Receiver() as receiver, _worker():
        endpoint = _endpoint(receiver.url)
        per_second = _drain(receiver, endpoint)
        rested = _latencies(receiver)
        with Receiver(_hang) as slow:
            for _ in range(HANGING):
                _endpoint(slow.url)
            beside = _latencies(receiver)
    found = Delivered(os.environ["BENCH_ENGINE"], per_second, statistics.median(rested), _p95(rested), _p95(beside))
    sys.stdout.buffer.write(pickle.dumps(found))


@contextmanager
def _worker() -> Iterator[None]:
    """The worker alone, as the supervisor starts it."""
    from config.supervisor import COMMANDS

    worker = subprocess.Popen(COMMANDS["worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


def _endpoint(url: str) -> int:
    from tests.factories import EndpointFactory

    return EndpointFactory(url=url, events=["ticket.updated"]).pk


def _drain(receiver: object, endpoint: int) -> float:
    """Deliveries a second of a backlog, from the first that arrives to the last."""
    from django.db import transaction
    from django.utils import timezone

    from tests.webhooks.receiver import Receiver
    from webhooks import outbox
    from webhooks.models import Delivery, Message

    assert isinstance(receiver, Receiver)
    body = b'{"event":"ticket.updated","data":"' + b"x" * 1200 + b'"}'
    with transaction.atomic():
        messages = [Message(event="ticket.updated", body=body) for _ in range(BACKLOG)]
        Message.objects.bulk_create(messages, batch_size=1000)
        now = timezone.now()
        outbox.queue(Delivery(endpoint_id=endpoint, message=message, due_at=now) for message in messages)
    received = receiver.wait_for(BACKLOG, 120)
    return (BACKLOG - 1) / (received[-1].at - received[0].at)


def _latencies(receiver: object) -> list[float]:
    """Seconds from each commit to its arrival, the worker at rest before each."""
    from accounts.actor import Actor
    from tests.factories import TicketFactory
    from tests.webhooks.receiver import Receiver
    from tickets import actions

    assert isinstance(receiver, Receiver)
    ticket, latencies = TicketFactory(), []
    for number in range(CHANGES):
        time.sleep(PAUSE if number else 3)
        before = len(receiver.received)
        actions.change(ticket, by=Actor.system(), subject=f"Change {number}")
        committed = time.time()
        latencies.append(receiver.wait_for(before + 1)[-1].at - committed)
    return latencies


def _hang(connection: object, request: object) -> None:
    time.sleep(120)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
