"""Depth makes no difference to lists that are walked: the first page and one far behind it, in each order of contract
taas by token, and of contract platform by cursor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import product
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.db.models import Count

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team, User
from api.platform.tokens import issue
from tests.bench.load import Job, WrongAnswer, run
from tickets.models import Ticket

MOST = 1.5  # times slower far behind
SIZE = 20  # rows of a page
ORDERS = (
    *("createdDateTime", "lastInteraction", "ticketId", "priority", "status", "title", "expectedDate"),
    *("requestorName", "requestorEmail", "assigneeName", "assigneeEmail"),
)


class Pair(NamedTuple):
    """The requests for the first page of an order and for one far behind it; how their answers begin."""

    order: str
    first: bytes
    deep: bytes
    opening: bytes


@dataclass(frozen=True, slots=True)
class Depth:
    """Medians in milliseconds."""

    order: str
    first: float
    deep: float

    @property
    def factor(self) -> float:
        return self.deep / self.first


@dataclass(frozen=True, slots=True)
class Depths:
    """`passed` rows of `tickets` lie before the deep pages."""

    door: str
    tickets: int
    passed: int
    found: list[Depth]


def measure(port: int, seconds: float) -> list[Depths]:
    """Each order for some seconds on each page, in three turns."""
    desk = Team.objects.annotate(size=Count("tickets")).order_by("-size")[0]
    far, farther = 10_000, min(2_499 * SIZE, Ticket.objects.count() - SIZE)  # the latter: up to page 2,500
    key = issue_key(by=Actor.system(), contract="taas", kind="primary", team=desk)[1]
    token = issue(User.objects.staff().order_by("id")[0])[0]
    by_token = [_timed(port, pair, seconds) for pair in _of_taas(port, key, far)]
    by_cursor = [_timed(port, pair, seconds) for pair in _of_platform(port, token, farther)]
    return [
        Depths("taas, largest desk", desk.size, far, by_token),
        Depths("platform", Ticket.objects.count(), farther, by_cursor),
    ]


def _timed(port: int, pair: Pair, seconds: float) -> Depth:
    latencies: tuple[list[float], list[float]] = ([], [])
    for _ in range(3):
        for place, request in enumerate((pair.first, pair.deep)):
            job = Job(port, [request], 200, 1, seconds / 3, opening=pair.opening)
            latencies[place].extend(run(job).latencies)
    return Depth(pair.order, *(median(side) * 1000 for side in latencies))


def _of_taas(port: int, key: str, passed: int) -> Iterator[Pair]:
    path, at_once = "/ticketing/v1/tickets", 1_000
    for order in ORDERS:
        token = ""
        for _ in range(passed // at_once):
            query = {"key": key, "limit": at_once, "orderBy": order, "select": "id"}
            answer = _fetched(port, path, query, {"continuationToken": token} if token else {})
            token = answer.get("continuationToken") or _too_few(order)
        first = _raw(path, {"key": key, "limit": SIZE, "orderBy": order})
        deep = _raw(path, {"key": key, "limit": SIZE}, f"continuationToken: {token}")
        yield Pair(order, first, deep, b'{"items":[{')


def _of_platform(port: int, token: str, passed: int) -> Iterator[Pair]:
    path, at_once = "/api/v1/tickets", 100
    for sort, order in product(("created_at", "updated_at", "priority"), ("desc", "asc")):
        query: dict[str, Any] = {"sort": sort, "order": order}
        cursor, left = "", passed
        while left:
            size = min(left, at_once)
            asked = {**query, "cursor": cursor, "per_page": size}
            answer = _fetched(port, path, asked, {"Authorization": f"Bearer {token}"})
            cursor, left = answer["pagination"]["next_cursor"] or _too_few(sort), left - size
        bearer = f"Authorization: Bearer {token}"
        first, deep = (_raw(path, {**query, "cursor": place, "per_page": SIZE}, bearer) for place in ("", cursor))
        yield Pair(f"{sort} {order}", first, deep, b'{"data":[{')


def _fetched(port: int, path: str, query: dict[str, Any], headers: dict[str, str]) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"{path}?{urlencode(query)}", headers=headers)
    answer = orjson.loads(connection.getresponse().read())
    connection.close()
    return answer


def _too_few(order: str) -> str:
    raise WrongAnswer(f"too few tickets by {order}")


def _raw(path: str, query: dict[str, Any], *headers: str) -> bytes:
    lines = [f"GET {path}?{urlencode(query)} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join([*lines, "", ""]).encode()
