"""The one table at the end: what was measured beside what is promised, met or not."""

from datetime import UTC, datetime
from os import cpu_count

from tests.bench.depth import MOST as MOST_DEEP
from tests.bench.depth import Depths
from tests.bench.files import AT_ONCE, Moved
from tests.bench.files import MOST as MOST_OF_FILES
from tests.bench.growth import MOST, Growth
from tests.bench.hooks import HANGING, Delivered
from tests.bench.idle import Idle
from tests.bench.ratios import CONNECTIONS, Measured
from tests.bench.sites import PROCESSES, THREADS

LEAST = {"SQLite": 150, "PostgreSQL": 400}  # webhooks a second of one worker


def ratios(found: list[Measured], tickets: int) -> str:
    """Requests a second, times and queries of both sides, and the share against its budget."""
    lines = [
        f"{tickets:,} tickets, {CONNECTIONS} connections, {PROCESSES} processes x {THREADS} threads, "
        f"{cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"{'':28}{'requests/s':>16}{'p50 ms':>14}{'p95 ms':>14}{'share of bare':>22}{'':>6}{'queries':>10}",
        f"{'':28}{'ours':>8}{'bare':>8}{'ours':>7}{'bare':>7}{'ours':>7}{'bare':>7}"
        f"{'(rounds)':>16}{'budget':>8}{'':>4}{'(most)':>10}",
    ]
    for one in found:
        low, high = one.spread
        lines.append(
            f"{one.case.title:28}{one.ours.per_second:8.0f}{one.bare.per_second:8.0f}"
            f"{one.ours.p50:7.1f}{one.bare.p50:7.1f}{one.ours.p95:7.1f}{one.bare.p95:7.1f}"
            f"{one.ratio:6.0%}{f'({low:.0%}-{high:.0%})':>10}{one.case.budget:8.0%}"
            f"{_verdict(one.ratio >= one.case.budget):>9}{one.queries:>3} ({one.case.queries})"
        )
    busiest = max((side.busy for one in found for side in (one.ours, one.bare)), default=0.0)
    lines += ["", f"Making the load took {busiest:.0%} of one core at most."]
    return "\n".join(lines)


def growth(found: list[Growth], small: int, large: int) -> str:
    """Medians on both sizes."""
    lines = [
        "",
        f"One connection, p50 in ms{'':5}{small:>12,}{large:>12,}{'factor':>9}{'most':>7}",
        *(
            f"{one.name:30}{one.small:12.2f}{one.large:12.2f}{one.factor:9.2f}{MOST:7.1f}"
            f"{_verdict(one.factor <= MOST):>9}"
            for one in found
        ),
    ]
    return "\n".join(lines)


def depth(measured: Depths) -> str:
    """Medians on the first page and far behind it."""
    title, far = f"{measured.door}: {measured.tickets:,}, p50 in ms", f"after {measured.passed:,}"
    lines = [
        "",
        f"{title:38}{'first page':>12}{far:>14}{'factor':>9}{'most':>7}",
        *(
            f"by {one.order:35}{one.first:12.2f}{one.deep:14.2f}{one.factor:9.2f}{MOST_DEEP:7.1f}"
            f"{_verdict(one.factor <= MOST_DEEP):>9}"
            for one in measured.found
        ),
    ]
    return "\n".join(lines)


def idle(found: Idle) -> str:
    """`make run` at rest."""
    return "\n".join(
        [
            f"First start, new database with demo data: {found.first_start:.1f} s",
            f"Warm start: {found.warm_start:.1f} s (at most 10){_verdict(found.warm_start <= 10):>9}",
            f"Memory of web and worker: {found.memory:.0f} MB (under 300){_verdict(found.memory < 300):>9}",
            f"Processor at rest: {found.busy:.1%} of a core (under 1 %){_verdict(found.busy < 0.01):>9}",
        ]
    )


def hooks(found: list[Delivered]) -> str:
    """Webhooks of one worker, by engine."""
    lines = [
        "",
        f"{'Webhooks':12}{'events/s':>10}{'least':>7}{'commit to receiver, ms: p50':>36}{'most':>6}{'p95':>14}"
        f"{f'beside {HANGING} hanging':>20}{'most':>7}",
    ]
    for one in found:
        least, late = LEAST[one.engine], one.p95 + 1
        lines.append(
            f"{one.engine:12}{one.per_second:10.0f}{least:7}{_verdict(one.per_second >= least):>9}"
            f"{one.median * 1000:27.0f}{300:6}{_verdict(one.median < 0.3):>9}{one.p95 * 1000:5.0f}"
            f"{one.p95_beside_hanging * 1000:20.0f}{late * 1000:7.0f}{_verdict(one.p95_beside_hanging < late):>9}"
        )
    return "\n".join(lines)


def files(found: list[Moved]) -> str:
    """Files of 30 MB, by store."""
    lines = ["", f"{'30 MB each':36}{'seconds':>9}{'MB/s':>7}{'MB above idle':>15}{'a request':>11}{'idle MB':>9}"]
    for one in found:
        many = AT_ONCE if one.what.startswith(str(AT_ONCE)) else 1
        promised = one.what == "one multipart upload"
        lines.append(
            f"{one.store:12}{one.what:24}{one.seconds:9.2f}{30 * many / one.seconds:7.0f}{one.above:15.0f}"
            f"{one.above / many:11.1f}{one.idle:9.0f}"
            + (f"  (under {MOST_OF_FILES}){_verdict(one.above < MOST_OF_FILES):>9}" if promised else "")
        )
    return "\n".join(lines)


def _verdict(met: bool) -> str:
    return "met" if met else "NOT MET"
