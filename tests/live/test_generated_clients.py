"""A client that openapi-python-client generates from each document does the day's work on the product as served."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest
import requests

from tests.live.run import Access
from tests.live.server import example_server

GENERATOR = Path(sys.executable).with_name("openapi-python-client")
BASES = {"platform": "/api/v1", "toptickets": "/v1", "taas": "/ticketing/v1", "support": "/v1/support"}
KIM = {"id": "0536-kim", "name": "Kim Roe", "email": "kim.roe@acme.test"}
BEN = {"id": "7084-ben", "name": "Ben Poe", "email": "ben.poe@acme.test"}


class Generated:
    """The package made from one contract's document, below `base`."""

    def __init__(self, contract: str, site: str, folder: Path) -> None:
        self.base, self.package = site + BASES[contract], f"generated_{contract}"
        document, manners = folder / f"{contract}.json", folder / "manners.json"
        document.write_bytes(requests.get(f"{self.base}/openapi.json", timeout=30).content)
        manners.write_bytes(orjson.dumps({"post_hooks": []}))  # its code needs no formatting
        done = subprocess.run(
            [GENERATOR, "generate", "--path", document, "--output-path", folder / self.package, "--meta", "none",
             "--config", manners, "--fail-on-warning"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def client(self, token: str = "", **options: Any) -> Any:
        """Signed with a token; without one as `options` say. An answer that is not documented raises."""
        module = import_module(f"{self.package}.client")
        options |= {"base_url": self.base, "raise_on_unexpected_status": True}
        return module.AuthenticatedClient(token=token, **options) if token else module.Client(**options)

    def call(self, operation: str, client: Any, *path: Any, body: Any = None, **query: Any) -> Any:
        """`tickets.create_ticket` with a body of the generated class; the parsed answer."""
        module: ModuleType = import_module(f"{self.package}.api.{operation}")
        if body is not None:
            kind: Any = module.sync.__annotations__["body"]
            query["body"] = kind.from_dict(body)
        return module.sync(*path, client=client, **query)


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        example_server(Path(folder), RATELIMIT_ENABLE="0") as served,
    ):
        yield served


@pytest.fixture
def generate(access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Generated]]:
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda contract: Generated(contract, access.base, tmp_path)
    for name in [name for name in sys.modules if name.startswith("generated_")]:
        del sys.modules[name]


def test_platform(access: Access, generate: Callable[[str], Generated]) -> None:
    made = generate("platform")
    credentials = {"email": access.agent, "password": access.password}
    signed_in = made.call("signing_in.login", made.client(), body=credentials)
    renewed = made.call("signing_in.refresh", made.client(), body={"refresh_token": signed_in.refresh_token})
    client = made.client(renewed.token)
    ticket = made.call("tickets.create_ticket", client, body={"title": "Badge reader", "description": "Dead."}).data
    assert (ticket.title, ticket.status.value, ticket.created_by.id) == ("Badge reader", "open", signed_in.user.id)
    listed = made.call("tickets.list_tickets", client, per_page=5).data
    assert (len(listed), listed[0].id) == (5, ticket.id)
    changed = made.call("tickets.change_ticket", client, str(ticket.id), body={"status": "in_progress"}).data
    assert (changed.status.value, changed.number) == ("in_progress", ticket.number)
    comment = made.call("comments.add_comment", client, str(ticket.id), body={"content": "On my way."}).data
    whole = made.call("tickets.get_ticket", client, str(ticket.id)).data
    assert [(one.id, one.content) for one in whole.comments] == [(comment.id, "On my way.")]
    refused = made.call("tickets.change_ticket", client, "0", body={})
    assert refused.error.code == "not_found"
    assert made.call("signing_in.logout", client) is None
    assert made.call("tickets.list_tickets", client).error.code == "unauthorized"


def test_toptickets(access: Access, generate: Callable[[str], Generated]) -> None:
    made = generate("toptickets")
    client = made.client(access.toptickets)
    assert made.call("key.test_key", client).success
    body = {"subject": "Badge reader", "customer_email": "toptickets-kim@acme.test", "customer_name": "Kim Roe"}
    ticket = made.call("tickets.create_ticket", client, body=body)
    assert (ticket.subject, ticket.status.value, ticket.category) == ("Badge reader", "new", None)
    found = made.call("tickets.list_tickets", client, customer_id=ticket.customer_id)
    assert [one.id for one in found] == [ticket.id]
    changed = made.call("tickets.change_ticket", client, ticket.id, body={"priority": "urgent"})
    assert changed.priority.value == "urgent"
    comment = made.call("comments.create_comment", client, ticket.id, body={"content": "On my way."})
    assert [one.id for one in made.call("comments.list_comments", client, ticket.id)] == [comment.id]
    refused = made.call("tickets.create_ticket", client, body={**body, "subject": "x" * 501})
    assert {tuple(problem.loc) for problem in refused.detail} == {("body", "subject")}


def test_taas(access: Access, generate: Callable[[str], Generated]) -> None:
    made = generate("taas")
    client = made.client(httpx_args={"params": {"key": access.taas}})
    body = {"ticket": {"title": "Badge reader", "requestor": KIM}, "user": BEN}
    ticket = made.call("tickets.create_ticket", client, body=body).item
    assert (ticket.title, ticket.status.value, ticket.requestor.id) == ("Badge reader", "Open", KIM["id"])
    listed = made.call("tickets.list_tickets", client, limit=2)
    assert (len(listed.items), listed.items[0].id, bool(listed.continuation_token)) == (2, ticket.id, True)
    body = {"updates": {"priority": "Important"}, "user": BEN}
    changed = made.call("tickets.change_ticket", client, str(ticket.id), body=body).item
    assert (changed.priority.value, changed.last_updated_by.name) == ("Important", "Ben Poe")
    body = {"comment": "On my way.", "user": BEN}
    comment = made.call("activities.add_comment", client, str(ticket.id), body=body).item
    activities = made.call("activities.list_activities", client, str(ticket.id)).items
    assert [(one.id, one.comment) for one in activities if one.comment] == [(comment.activity_id, "On my way.")]
    refused = made.call("tickets.get_ticket", client, "0")
    assert (refused.error, refused.status_code) == (True, 404)


def test_support(access: Access, generate: Callable[[str], Generated]) -> None:
    made = generate("support")
    client = made.client(headers={"X-API-Key": access.support})
    ticket = made.call("tickets.create_ticket", client, body={"subject": "Badge reader", "description": "Dead."})
    assert (ticket.subject, ticket.status.value, ticket.assignee_id) == ("Badge reader", "open", None)
    listed = made.call("tickets.list_tickets", client, status="open")
    assert listed[-1].id == ticket.id
    changed = made.call("tickets.update_ticket", client, ticket.id, body={"status": "closed"})
    assert changed.status.value == "closed"
    assert made.call("tickets.get_ticket", client, ticket.id).comments == []
    refused = made.call("tickets.update_ticket", client, ticket.id, body={"subject": ""})
    assert "subject" in refused.errors.additional_properties
