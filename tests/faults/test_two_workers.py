"""Two workers on one installation share what there is to send, and send nothing twice."""

import socket
import threading
from pathlib import Path

from tests.config.running import soon
from tests.faults.engines import Engine
from tests.faults.site import Site
from tests.webhooks.receiver import Received, Receiver, answer

ENDPOINTS = 4
AT_WORK = "SELECT DISTINCT claimed_by FROM webhooks_delivery WHERE state = 'pending' AND claimed_by IS NOT NULL"


def test_two_workers_send_each_message_once(engine: Engine, tmp_path: Path) -> None:
    quick = answer()

    def unhurried(connection: socket.socket, request: Received) -> None:
        threading.Event().wait(0.05)
        quick(connection, request)

    with Receiver(unhurried) as receiver:
        urls = [f"{receiver.url}/{number}" for number in range(ENDPOINTS)]
        with Site(engine, tmp_path, *urls, events=("ticket.created",)) as site:
            site.add_worker()
            at_work: set[str] = set()

            def both_work() -> bool:
                opened.extend(site.open_ticket("Again") for _ in range(3))
                at_work.update(str(worker) for (worker,) in engine.ask(AT_WORK))
                return len(at_work) == 2

            opened: list[str] = []
            assert soon(both_work, 60)
            assert soon(lambda: engine.ask("SELECT DISTINCT state FROM webhooks_delivery") == [("delivered",)])
            sent = [(request.path, request.id) for request in receiver.received]
            assert len(sent) == len(set(sent)) == ENDPOINTS * len(opened)
