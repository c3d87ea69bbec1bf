"""Receivers that are up to no good, and the product as it is served."""

import socket
from datetime import datetime
from pathlib import Path
from statistics import quantiles

from tests.bench.idle import pss
from tests.config.running import soon
from tests.faults.engines import sqlite
from tests.faults.site import Site
from tests.webhooks.receiver import Behaviour, Received, Receiver, answer, flood, hang

HANGING = 40
CHANGES = 40
MEGABYTES = 40.0  # that a worker may grow by, whatever it is sent


def endless_archive(connection: socket.socket, request: Received) -> None:
    """A megabyte that unpacks to a gigabyte."""
    head = b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 1048576\r\n\r\n"
    connection.sendall(head + b"\x1f\x8b\x08\x00" + b"\0" * 1048572)


def test_what_receivers_answer_does_not_fill_the_memory(tmp_path: Path) -> None:
    inside = Receiver()
    manners: dict[str, Behaviour] = {
        "/flood": flood(),
        "/bomb": endless_archive,
        "/fine": answer(),
        "/away": answer(302, Location=inside.url),
    }

    def behave(connection: socket.socket, request: Received) -> None:
        manners[request.path.removeprefix("/hook")](connection, request)

    with Receiver(behave) as receiver, inside, sqlite(tmp_path) as engine:
        urls = [receiver.url + path for path in manners]
        with Site(engine, tmp_path, *urls, events=("ticket.created",)) as site:
            site.open_ticket("The first")
            receiver.wait_for(len(urls))
            [worker] = site.pids("worker")
            before = pss(worker)
            for number in range(20):
                site.open_ticket(f"Number {number}")
            told = ("SELECT COUNT(*) FROM webhooks_delivery WHERE state = 'delivered'", [(63,)])
            assert soon(lambda: engine.ask(told[0]) == told[1], 60)
            assert pss(worker) < before + MEGABYTES
            said = "SELECT DISTINCT error FROM webhooks_attempt WHERE error <> ''"
            assert engine.ask(said) == [("Answered 302; redirects are not followed.",)]
            assert inside.connections == 0


def test_many_that_hang_do_not_hold_up_another(tmp_path: Path) -> None:
    with Receiver() as receiver, Receiver() as sick, sqlite(tmp_path) as engine:
        urls = [receiver.url, *(f"{sick.url}/{number}" for number in range(HANGING))]
        with Site(engine, tmp_path, *urls, events=("ticket.created",), WEBHOOK_TIMEOUT="15") as site:
            undisturbed = _p95(site, receiver)
            sick.behave = hang()
            disturbed = _p95(site, receiver)
            print(f"p95 {undisturbed:.3f} s alone, {disturbed:.3f} s beside {HANGING} that hang")
            assert disturbed < undisturbed + 1


def _p95(site: Site, receiver: Receiver) -> float:
    """Of the seconds from a change to its arrival."""
    before = len(receiver.received)
    for number in range(CHANGES):
        site.open_ticket(f"Number {number}")
    requests = receiver.wait_for(before + CHANGES, 60)[before:]
    return quantiles(map(_age, requests), n=20)[-1]


def _age(request: Received) -> float:
    return request.at - datetime.fromisoformat(request.event["timestamp"]).timestamp()
