"""One run of the examples against one server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.live.comparing import Kind, compare

PATIENCE = 60  # seconds for one answer
NOTHING = Kind("no body", lambda value: value is None)


@dataclass(frozen=True)
class Access:
    """A server with the demo data, and keys issued there. The toptickets keys are owned by `admin`."""

    base: str
    toptickets: str
    toptickets_read_only: str
    taas: str
    taas_secondary: str
    support: str
    admin: str = "admin@example.com"
    agent: str = "agent@example.com"
    customer: str = "customer@example.com"
    password: str = "polydesk-demo"

    @property
    def keys(self) -> list[str]:
        """What is never printed."""
        keys = self.toptickets, self.toptickets_read_only, self.taas, self.taas_secondary, self.support
        return [key for key in keys if key]


@dataclass(frozen=True)
class Verdict:
    """What came of one example."""

    request: str
    status: int
    fields: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        said = "ok" if not self.problems else "WRONG: " + "; ".join(self.problems)
        return f"{self.request:<70} {self.status}  {self.fields:>4} fields  {said}"


@dataclass
class Run:
    """Sends examples, compares and remembers. `report` hears each verdict at once."""

    access: Access
    report: Callable[[Verdict], None] = lambda verdict: None
    verdicts: list[Verdict] = field(default_factory=list)

    def through(self, examples: Callable[["Run"], None]) -> None:
        """All examples of a contract, up to one whose answer leaves nothing to go on with."""
        try:
            examples(self)
        except (LookupError, TypeError, StopIteration) as error:
            self.note("  what comes after", 0, 1, [f"cannot be tried: {error!r}"])

    def send(
        self,
        method: str,
        path: str,
        *,
        status: int,
        expect: Any = NOTHING,
        said: dict[str, Any] | None = None,
        **request: Any,
    ) -> Any:
        """The parsed body of an answer that must be as `expect`, with headers as in `said`; `request` as requests'."""
        response = requests.request(method, self.access.base + path, timeout=PATIENCE, **request)
        self.judge(method, path, response, status=status, expect=expect, said=said)
        return _body(response)

    def judge(
        self,
        method: str,
        path: str,
        response: requests.Response,
        *,
        status: int,
        expect: Any = NOTHING,
        said: dict[str, Any] | None = None,
    ) -> None:
        """Compare an answer that an example got by itself."""
        wanted = {"body": expect, **{f"header {name}": value for name, value in (said or {}).items()}}
        got = {"body": _body(response), **{f"header {name}": response.headers.get(name) for name in said or ()}}
        comparison = compare(wanted, got)
        problems = [problem.removeprefix(".body") for problem in comparison.problems]
        if response.status_code != status:
            problems.insert(0, f"status {response.status_code} instead of {status}: {response.text[:200]}")
        self.note(f"{method} {path}", response.status_code, comparison.fields, problems)

    def hold(self, what: str, actual: Any, expected: Any) -> None:
        """Something that an example says beyond the shape of one answer."""
        comparison = compare(expected, actual)
        self.note(what, 0, comparison.fields, comparison.problems)

    def note(self, request: str, status: int, fields: int, problems: list[str]) -> None:
        for key in self.access.keys:
            request = request.replace(key, "…")
        verdict = Verdict(request, status, fields, tuple(problems))
        self.verdicts.append(verdict)
        self.report(verdict)


def _body(response: requests.Response) -> Any:
    if not response.content:
        return None
    kind = response.headers.get("Content-Type", "")
    return response.json() if kind.startswith("application/json") else response.content
