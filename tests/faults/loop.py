"""The kill loop: people make changes, processes die, and every change that was accepted must have arrived.

What is opened or said and not answered is sent again under its `Idempotency-Key`, and must have been done once.
A change counts once its request was answered 2xx. A message counts as arrived once the receiver has answered it 200.
"""

import json
import random
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.faults.engines import Engine
from tests.faults.site import Site
from tests.webhooks.receiver import Received, Receiver, answer, reset

WRITERS = 4
PAUSE = 0.05  # seconds that a writer rests between two changes
AT_WORK, COMING_BACK = 10, 20.0  # messages that arrive between two kills, and the most seconds to wait for them
SETTLING = 60.0  # seconds for what is left to arrive in the end


@dataclass
class Verdict:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    changes: int = 0  # acknowledged
    messages: int = 0  # committed
    received: int = 0
    duplicates: int = 0
    again: int = 0  # requests that were carried out, not answered, sent again, and answered as if nothing had been
    twice: set[str] = field(default_factory=set)  # of what is sent again, what was done more than once
    lost: set[str] = field(default_factory=set)  # committed messages and acknowledged changes that never arrived
    invented: set[str] = field(default_factory=set)  # arrived, and were never committed
    differing: set[str] = field(default_factory=set)  # came twice with other bytes
    gaps: dict[str, list[int]] = field(default_factory=dict)  # sequences of tickets that are not 1, 2, 3 …

    @property
    def holds(self) -> bool:
        return not (self.twice or self.lost or self.invented or self.differing or self.gaps)

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"kills {self.kills.total()} ({kills}), changes {self.changes}, answered again {self.again}, done twice "
            f"{len(self.twice)}, messages {self.messages}, received {self.received}, duplicates "
            f"{self.duplicates}, lost {len(self.lost)}, invented {len(self.invented)}, "
            f"duplicates that differ {len(self.differing)}, tickets with gaps {len(self.gaps)}"
        )


class Inbox:
    """A receiver with moods: mostly it takes what comes, sometimes it fails before or after it did."""

    def __init__(self) -> None:
        self.receiver = Receiver(self._behave)
        self.accepted: set[str] = set()
        self.ambush: Callable[[], None] | None = None  # called once, with a request in hand
        self._fine, self._ill = answer(), answer(500)

    def _behave(self, connection: socket.socket, request: Received) -> None:
        ambush, self.ambush = self.ambush, None
        if ambush is not None:
            ambush()
        mood = random.random()
        if mood < 0.03:
            self._ill(connection, request)
        elif mood < 0.05:
            reset(connection, request)
        else:
            self.accepted.add(request.id.replace("-", ""))
            if mood < 0.06:  # it took it, and the answer is lost
                reset(connection, request)
            else:
                self._fine(connection, request)


class Writer:
    """Somebody who opens tickets, edits them and replies. `made` are the changes that were acknowledged."""

    def __init__(self, site: Site, name: str) -> None:
        self.made: set[tuple[str, str]] = set()
        self._site = site
        self._name = name
        self._tickets: list[str] = []
        self._unanswered: dict[str, tuple[str, str, dict[str, str]]] = {}

    def work(self, done: threading.Event) -> None:
        number = 0
        while not done.wait(PAUSE):
            number += 1
            with suppress(OSError, HTTPException, ValueError):  # not acknowledged
                self._change(f"{self._name} {number}")

    def _change(self, mark: str) -> None:
        choice = random.random()
        if self._unanswered and choice < 0.3:  # 409 for a while where whoever was at work on it was killed
            self._send(random.choice(list(self._unanswered)))
            return
        if not self._tickets or choice < 0.5:
            self._once("ticket.created", mark, "/tickets", {"title": mark, "description": "It broke."})
            return
        path = f"/tickets/{random.choice(self._tickets)}"
        if choice < 0.7:
            self._site.post(path, {"title": mark}, "PATCH")
            self.made.add(("ticket.updated", mark))
        else:
            self._once("comment.created", mark, f"{path}/comments", {"content": mark})

    def _once(self, event: str, mark: str, path: str, body: dict[str, str]) -> None:
        self._unanswered[mark] = event, path, body
        self._send(mark)

    def _send(self, mark: str) -> None:
        event, path, body = self._unanswered[mark]
        shown = self._site.post(path, body, **{"Idempotency-Key": mark})["data"]
        del self._unanswered[mark]
        self.made.add((event, mark))
        if event == "ticket.created":
            self._tickets.append(shown["id"])


def run(engine: Engine, folder: Path, seconds: float, say: Callable[[str], None] = lambda line: None) -> Verdict:
    """Serves, changes and kills for so long; then lets everything settle and looks."""
    inbox, done, kills = Inbox(), threading.Event(), Counter[str]()
    with inbox.receiver as receiver, Site(engine, folder, receiver.url) as site:
        writers = [Writer(site, f"Writer {number}") for number in range(WRITERS)]
        threads = [threading.Thread(target=writer.work, args=(done,)) for writer in writers]
        for thread in threads:
            thread.start()
        try:
            _kill_for(seconds, site, inbox, kills, say)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        _settle(site, inbox)
        verdict = _judged(kills, {change for writer in writers for change in writer.made}, inbox, engine.committed())
        verdict.again = site.answered_again
        return verdict


def _kill_for(seconds: float, site: Site, inbox: Inbox, kills: Counter[str], say: Callable[[str], None]) -> None:
    ways = {
        "worker": lambda: site.kill("worker"),
        "worker while sending": lambda: setattr(inbox, "ambush", lambda: site.kill("worker")),
        "web": lambda: site.kill("web"),
        "product": lambda: site.kill("product"),
        **site.engine.breaks,
    }
    ends, rest = time.monotonic() + seconds, threading.Event()
    bag: list[str] = []
    while time.monotonic() < ends:
        bag = bag or random.sample(list(ways), len(ways))
        name = bag.pop()
        ways[name]()
        kills[name] += 1
        say(f"{name} killed; {len(inbox.accepted)} messages arrived so far")
        enough, latest = len(inbox.accepted) + AT_WORK, time.monotonic() + COMING_BACK
        while len(inbox.accepted) < enough and time.monotonic() < latest:
            site.start_again()
            rest.wait(0.1)
        rest.wait(random.random())
    inbox.ambush = None


def _settle(site: Site, inbox: Inbox) -> None:
    """Until everything that was committed has arrived, or it is clear that it will not."""
    ends, rest = time.monotonic() + SETTLING, threading.Event()
    while time.monotonic() < ends:
        site.start_again()
        with suppress(Exception):  # the database may still be coming back
            if site.engine.committed() <= inbox.accepted:
                return
        rest.wait(0.3)


def _judged(kills: Counter[str], changes: set[tuple[str, str]], inbox: Inbox, committed: set[str]) -> Verdict:
    verdict = Verdict(kills, len(changes), len(committed))
    bodies: defaultdict[str, set[bytes]] = defaultdict(set)
    for request in list(inbox.receiver.received):
        bodies[request.id.replace("-", "")].add(request.body)
        verdict.received += 1
    verdict.duplicates = verdict.received - len(bodies)
    verdict.differing = {message for message, versions in bodies.items() if len(versions) > 1}
    verdict.invented = bodies.keys() - committed
    events = [json.loads(next(iter(bodies[message]))) for message in inbox.accepted]
    arrived = Counter(mark for event in events for mark in _marks(event))
    verdict.lost = (committed - inbox.accepted) | {" ".join(change) for change in changes - arrived.keys()}
    verdict.twice = {
        " ".join(change) for change, times in arrived.items() if times > 1 and change[0] != "ticket.updated"
    }
    sequences: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        if event["sequence"] is not None:
            sequences[event["data"]["ticket"]["id"]].append(event["sequence"])
    verdict.gaps = {
        ticket: sorted(found) for ticket, found in sequences.items() if sorted(found) != list(range(1, len(found) + 1))
    }
    return verdict


def _marks(event: dict[str, Any]) -> list[tuple[str, str]]:
    """What a change left in its message, as its writer noted it."""
    data = event["data"]
    if event["event"] == "comment.created":
        return [("comment.created", data["comment"]["content"])]
    return [(event["event"], data["ticket"]["title"])] if "ticket" in data else []
