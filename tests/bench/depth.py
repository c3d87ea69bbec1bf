"""Depth makes no difference to contract taas: the first page and one far behind it, by token, in each order."""

from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import Count

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team
from tests.bench.load import Job, WrongAnswer, run

MOST = 1.5  # times slower far behind
PASSED = 10_000  # rows
AT_ONCE = 1_000  # rows of a page on the way there
ORDERS = (
    *("createdDateTime", "lastInteraction", "ticketId", "priority", "status", "title", "expectedDate"),
    *("requestorName", "requestorEmail", "assigneeName", "assigneeEmail"),
)
_PATH = "/ticketing/v1/tickets"


@dataclass(frozen=True, slots=True)
class Depth:
    """Medians in milliseconds."""

    order: str
    first: float
    deep: float

    @property
    def factor(self) -> float:
        return self.deep / self.first


def measure(port: int, seconds: float) -> tuple[int, list[Depth]]:
    """How many tickets the largest desk has, and each order for some seconds on each page, in three turns."""
    desk = Team.objects.annotate(size=Count("tickets")).order_by("-size")[0]
    key = issue_key(by=Actor.system(), contract="taas", kind="primary", team=desk)[1]
    found = []
    for order in ORDERS:
        requests = (_first(key, order), _deep(port, key, order))
        latencies: tuple[list[float], list[float]] = ([], [])
        for _ in range(3):
            for place, request in enumerate(requests):
                job = Job(port, [request], 200, 1, seconds / 3, opening=b'{"items":[{')
                latencies[place].extend(run(job).latencies)
        found.append(Depth(order, *(median(side) * 1000 for side in latencies)))
    return desk.size, found


def _first(key: str, order: str) -> bytes:
    return _raw(key, {"limit": 20, "orderBy": order})


def _deep(port: int, key: str, order: str) -> bytes:
    """The page of 20 behind PASSED rows."""
    token = ""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(PASSED // AT_ONCE):
        query = urlencode({"key": key, "limit": AT_ONCE, "orderBy": order, "select": "id"})
        connection.request("GET", f"{_PATH}?{query}", headers={"continuationToken": token} if token else {})
        response = connection.getresponse()
        token = orjson.loads(response.read()).get("continuationToken", "")
        if not token:
            raise WrongAnswer(f"no {PASSED} tickets by {order}: {response.status}")
    connection.close()
    return _raw(key, {"limit": 20}, f"continuationToken: {token}")


def _raw(key: str, query: dict[str, Any], *headers: str) -> bytes:
    lines = [f"GET {_PATH}?{urlencode({'key': key, **query})} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join([*lines, "", ""]).encode()
