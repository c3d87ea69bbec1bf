"""Several servers on one Redis and one database count the requests of a caller together, to the very last one."""

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import NamedTuple

import pytest
import requests

from tests import servers
from tests.config.running import SECRET_KEY, healthy, served, soon
from tests.live.run import PATIENCE, Access
from tests.live.server import example_server

AT_ONCE = 8


class Program(NamedTuple):
    """Somebody who asks for something cheap."""

    name: str
    limit: int
    path: str
    headers: dict[str, str]


class Answer(NamedTuple):
    node: int
    status: int
    headers: "requests.structures.CaseInsensitiveDict[str]"

    @property
    def window(self) -> str:
        return self.headers["X-RateLimit-Reset"]


class Nodes:
    """Sends requests to all servers in turn, eight at a time."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses
        self.kept = local()

    def ask(self, program: Program) -> list[Answer]:
        """The answers, from the first to the one batch in which some are refused."""
        answers: list[Answer] = []
        turns = itertools.cycle(range(len(self.addresses)))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while not any(answer.status == 429 for answer in answers) and len(answers) <= 3 * program.limit:
                batch = [(program, next(turns)) for _ in range(5 * AT_ONCE)]
                answers += pool.map(lambda asked: self._one(*asked), batch)
        return answers

    def _one(self, program: Program, node: int) -> Answer:
        if not hasattr(self.kept, "session"):
            self.kept.session = requests.Session()
        response = self.kept.session.get(self.addresses[node] + program.path, headers=program.headers, timeout=PATIENCE)
        return Answer(node, response.status_code, response.headers)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Nodes, Access]]:
    """Two servers of one installation."""
    with servers.redis() as url:
        shared = {"REDIS_URL": url, "SECRET_KEY": SECRET_KEY}
        with example_server(tmp_path, **shared) as access, served(tmp_path, **shared) as (_, port):
            assert soon(lambda: healthy(port), 100)
            yield Nodes([access.base, f"http://127.0.0.1:{port}"]), access


def programs(access: Access) -> list[Program]:
    login = {"email": access.agent, "password": access.password}
    token = requests.post(f"{access.base}/api/v1/auth/login", json=login, timeout=PATIENCE).json()["token"]
    bearers = {
        name: {"Authorization": f"Bearer {getattr(access, name)}"} for name in ("toptickets", "toptickets_read_only")
    }
    return [
        Program("platform", 100, "/api/v1/users?per_page=1", {"Authorization": f"Bearer {token}"}),
        Program("toptickets, admin", 2000, "/v1/test", bearers["toptickets"]),
        Program("toptickets, read-only", 200, "/v1/test", bearers["toptickets_read_only"]),
        Program("taas, primary", 100, f"/ticketing/v1/tags?key={access.taas}", {}),
        Program("taas, secondary", 100, f"/ticketing/v1/tags?key={access.taas_secondary}", {}),
        Program("support", 300, "/v1/support/priorities", {"X-API-Key": access.support}),
    ]


@pytest.mark.timeout(300)
def test_exactly_as_many_as_the_limit_are_let_in(nodes: tuple[Nodes, Access]) -> None:
    sender, access = nodes
    for program in programs(access):
        answers = sender.ask(program)
        refused = [answer for answer in answers if answer.status == 429]
        assert refused, program.name
        accepted = [answer for answer in answers if answer.status == 200]
        assert len(accepted) + len(refused) == len(answers), program.name
        if not program.name.startswith("taas"):  # its minute slides; the others' may have turned meanwhile
            accepted = [answer for answer in accepted if answer.window == refused[0].window]
        left = sorted(int(answer.headers["X-RateLimit-Remaining"]) for answer in accepted)
        assert left == list(range(program.limit)), program.name
        assert Counter(answer.node for answer in accepted).keys() == {0, 1}, program.name
        for answer in refused:
            said = {name: int(answer.headers[f"X-RateLimit-{name}"]) for name in ("Limit", "Remaining")}
            assert said == {"Limit": program.limit, "Remaining": 0}
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
