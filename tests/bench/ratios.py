"""Measures the cases in short rounds, ours and bare in turn, so that a noisy neighbour disturbs both alike."""

from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import Any

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.cases import Case, Request, Sample
from tests.bench.load import Job, Result, WrongAnswer, run

CONNECTIONS = 8
ROUND = 2.0  # seconds
OURS, BARE = "/api/v1", "/bare"


@dataclass(slots=True)
class Side:
    """All rounds of one side."""

    rounds: list[Result] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return sum(len(one.latencies) for one in self.rounds) / sum(one.seconds for one in self.rounds)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return median(latency for one in self.rounds for latency in one.latencies) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return quantiles([latency for one in self.rounds for latency in one.latencies], n=20)[-1] * 1000

    @property
    def busy(self) -> float:
        """The share of a core that the load took."""
        return sum(one.busy for one in self.rounds) / len(self.rounds)


@dataclass(slots=True)
class Measured:
    case: Case
    ours: Side
    bare: Side
    queries: int

    @property
    def ratio(self) -> float:
        return self.ours.per_second / self.bare.per_second

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a single round."""
        pairs = zip(self.ours.rounds, self.bare.rounds, strict=True)
        each = [(len(a.latencies) / a.seconds) / (len(b.latencies) / b.seconds) for a, b in pairs]
        return min(each), max(each)


def measure(case: Case, sample: Sample, ports: tuple[int, int], seconds: float) -> Measured:
    """Some seconds of one case on each side. Raises WrongAnswer."""
    compare(case, sample, ports)
    sides = (Side(), Side())
    raw = (sample.raw(case.requests, OURS), sample.raw(case.requests, BARE))
    for turn in range(max(2, round(seconds / ROUND)) + 1):
        order = (0, 1) if turn % 2 else (1, 0)
        for which in order:
            result = run(Job(ports[which], raw[which], case.status, CONNECTIONS, ROUND if turn else ROUND / 2))
            if turn:  # the first warms up
                sides[which].rounds.append(result)
    return Measured(case, *sides, queries=queries(case, sample))


def compare(case: Case, sample: Sample, ports: tuple[int, int]) -> None:
    """Both sides answer the first requests alike. Raises WrongAnswer."""
    for request in case.requests[:5]:
        ours = _answer(ports[0], OURS, request, sample.tokens[0])
        bare = _answer(ports[1], BARE, request, sample.tokens[0])
        if not case.same(ours, bare):
            raise WrongAnswer(f"{request.method} {request.path}: {ours!r} is not what the bare view shows: {bare!r}")


def queries(case: Case, sample: Sample) -> int:
    """The most queries that one of some requests takes, without transaction commands."""
    client = Client(headers={"Authorization": f"Bearer {sample.tokens[0]}", "Host": "localhost"})
    counts = []
    for request in case.requests[:10]:
        with CaptureQueriesContext(connection) as captured:
            client.generic(request.method, OURS + request.path, request.body, "application/json")
        counts.append(sum(not _is_transaction(query["sql"]) for query in captured.captured_queries))
    return max(counts)


def _is_transaction(statement: str) -> bool:
    return statement.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"))


def _answer(port: int, base: str, request: Request, token: str) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request(request.method, base + request.path, request.body or None, headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status not in (200, 201):
        raise WrongAnswer(f"{request.method} {base}{request.path} answers {response.status}: {body[:300]!r}")
    return orjson.loads(body)["data"]
