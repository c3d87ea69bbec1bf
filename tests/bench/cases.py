"""What is measured: the five operations of the budget, with varied requests that both sides get alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Count

from accounts.models import User
from api.platform.tokens import issue
from tickets import search
from tickets.filters import Filters
from tickets.models import Ticket

VARIETY = 200  # different requests of a case
RARE = 0.001  # of all tickets: two words that are searched for match at most this share


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is what follows `/api/v1` or `/bare`."""

    method: str
    path: str
    body: bytes = b""

    def raw(self, base: str, token: str) -> bytes:
        """The request as it goes over the wire."""
        lines = [
            f"{self.method} {base}{self.path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
            *([f"Content-Length: {len(self.body)}", "Content-Type: application/json"] if self.body else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Case:
    """One operation; `budget` is the least share of the bare view's requests a second, `queries` the most allowed.

    `same` takes the `data` of both sides' answers to one request and says whether they show the same.
    """

    name: str
    title: str
    budget: float
    queries: int
    status: int
    requests: list[Request]
    same: Callable[[Any, Any], bool]


class Sample:
    """Whom and what the requests are about, drawn from the database in use."""

    def __init__(self) -> None:
        self.rng = Random(7)
        self.agents = list(User.objects.staff().filter(role="agent").order_by("id"))
        self.tokens = [issue(agent)[0] for agent in self.agents]
        self.total = Ticket.objects.count()
        talked = Ticket.objects.annotate(said=Count("comments")).filter(said__gte=2)
        self.tickets: list[tuple[int, UUID]] = list(talked.order_by("uuid").values_list("id", "uuid")[:VARIETY])
        self.pairs = list(islice(self._rare(2), 60))
        self.words = list(islice(self._rare(1), 60))

    def raw(self, requests: list[Request], base: str) -> list[bytes]:
        """As bytes, by one agent after the other."""
        return [request.raw(base, token) for request, token in zip(requests, cycle(self.tokens), strict=False)]

    def _rare(self, number: int) -> Iterator[str]:
        """So many words of one ticket that occur together in few others."""
        numbers = list(Ticket.objects.values_list("id", flat=True).order_by("uuid")[:20_000])
        while True:
            text = Ticket.objects.values_list("description", flat=True).get(pk=self.rng.choice(numbers))
            long_enough = sorted({word for word in search.words(text) if len(word) >= 4})
            if len(long_enough) < number:
                continue
            wanted = " ".join(self.rng.sample(long_enough, number))
            matches = Ticket.objects.all().matching(Filters(words=wanted))[: int(self.total * RARE) + 1]
            if 1 <= matches.count() <= self.total * RARE:
                yield wanted


def lists(sample: Sample) -> list[Request]:
    """Filtered in four ways, sorted in three, a few pages deep."""
    ways = [
        "status=closed",
        "status=in_progress&sort=updated_at",
        "priority=high&sort=priority",
        *(f"assigned_to={agent.uuid}&sort=created_at" for agent in sample.agents[:2]),
    ]
    return [Request("GET", f"/tickets?{way}&page={page}") for page in range(1, 6) for way in ways]


def tickets(sample: Sample) -> list[Request]:
    return [Request("GET", f"/tickets/{uuid}") for _, uuid in sample.tickets]


def searches(sample: Sample) -> list[Request]:
    """Two words that are rare together; each by itself may be common."""
    return [Request("GET", f"/tickets?q={pair.replace(' ', '+')}") for pair in sample.pairs]


def comments(sample: Sample) -> list[Request]:
    text = "Thank you for the photo, that helps. I have ordered the part; it comes on Thursday before noon."
    bodies = (orjson.dumps({"content": f"{text} (#{number})"}) for number, _ in sample.tickets)
    return [
        Request("POST", f"/tickets/{number}/comments", body)
        for (number, _), body in zip(sample.tickets, bodies, strict=True)
    ]


def creations(sample: Sample) -> list[Request]:
    text = "Since the update of this morning the export stops at 0 %. I tried it twice, with both browsers."
    return [
        Request(
            "POST",
            "/tickets",
            orjson.dumps(
                {
                    "title": f"Export {place} stays at 0 %",
                    "description": f"{text}\n\nRita, room {place}",
                    "tags": ["hardware", "laptop"] if place % 2 else ["vpn", "network"],
                    "custom_fields": {"asset-tag": f"LT-{place:04}"},
                }
            ),
        )
        for place in range(VARIETY)
    ]


def _same_rows(ours: Any, bare: Any) -> bool:
    return [row["id"] for row in ours] == [row["uuid"] for row in bare] and len(ours) > 0


def _same_ticket(ours: Any, bare: Any) -> bool:
    said = [row["id"] for row in ours["comments"]] == [row["uuid"] for row in bare["comments"]]
    return said and ours["id"] == bare["uuid"] and len(ours["comments"]) > 1


def _same_text(ours: Any, bare: Any) -> bool:
    return bool(ours["content"] == bare["content"])


def _same_new(ours: Any, bare: Any) -> bool:
    return ours["title"] == bare["title"] and ours["tags"] == bare["tags"] and len(ours["custom_fields"]) == 1


def cases(sample: Sample) -> list[Case]:
    """All five, reading before writing. Budgets are those that docs/benchmarks.md states."""
    return [
        Case("list", "list of 20, filtered, sorted", 0.60, 4, 200, lists(sample), _same_rows),
        Case("ticket", "ticket with comments", 0.50, 8, 200, tickets(sample), _same_ticket),
        Case("search", "search, two words", 0.60, 4, 200, searches(sample), _same_rows),
        Case("comment", "comment", 0.30, 14, 201, comments(sample), _same_text),
        Case("create", "create, two tags, one field", 0.25, 14, 201, creations(sample), _same_new),
    ]
