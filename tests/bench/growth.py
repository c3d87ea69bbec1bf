"""How times grow with the number of tickets: one connection, the same requests on a small and a large database."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench import cases
from tests.bench.cases import Request, Sample
from tests.bench.load import Job, run
from tests.bench.ratios import OURS

MOST = 1.5  # times slower on the large one
DEEP_OFFSET = 50_000
PER_PAGE = 20


def _counts(sample: Sample) -> list[Request]:
    """One row, so that nearly all of it is the total: one that the tally knows, one that must be counted."""
    ways = ["status=closed", "status=open&priority=high", f"created_by={sample.agents[0].uuid}"]
    return [Request("GET", f"/tickets?{way}&per_page=1") for way in ways]


def _rare_words(sample: Sample) -> list[Request]:
    return [Request("GET", f"/tickets?q={word}") for word in sample.words]


def _deep(sample: Sample) -> list[Request]:
    """Offset 50,000, or the last page where there are fewer tickets."""
    page = min(DEEP_OFFSET, sample.total - PER_PAGE) // PER_PAGE + 1
    return [Request("GET", f"/tickets?page={page}")]


OPERATIONS: dict[str, Callable[[Sample], list[Request]]] = {
    "list": cases.lists,
    "counts": _counts,
    "ticket": cases.tickets,
    "search, one rare word": _rare_words,
    "search, common words": cases.searches,
    "offset 50,000": _deep,
}


@dataclass(frozen=True, slots=True)
class Growth:
    """Medians in milliseconds."""

    name: str
    small: float
    large: float

    @property
    def factor(self) -> float:
        return self.large / self.small


def measure(samples: tuple[Sample, Sample], ports: tuple[int, int], seconds: float) -> list[Growth]:
    """Each operation for some seconds on each side, in three turns."""
    found = []
    for name, requests in OPERATIONS.items():
        latencies: tuple[list[float], list[float]] = ([], [])
        for _ in range(3):
            for side, sample in enumerate(samples):
                raw = sample.raw(requests(sample), OURS)
                latencies[side].extend(run(Job(ports[side], raw, 200, 1, seconds / 3)).latencies)
        found.append(Growth(name, *(median(side) * 1000 for side in latencies)))
    return found
