"""A program that talks to contract taas with a desk's key, and checks every answer against the document."""

from typing import Any
from urllib.parse import urlencode

import orjson

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team
from api.taas.document import build
from tests.api import calling
from tests.api.validating import Validator

BASE = "/ticketing/v1"
KIM = {"id": "05360000-aaaa", "name": "Kim Roe", "email": "kim@acme.test"}
ADA = {"id": "70840000-bbbb", "name": "Ada Poe", "email": "ada@acme.test"}


class Answer(calling.Answer):
    """With what the contract puts into it."""

    @property
    def item(self) -> Any:
        return self.body["item"]

    @property
    def items(self) -> list[Any]:
        found: list[Any] = self.body["items"]
        return found

    @property
    def titles(self) -> str:
        """All of them in a row."""
        return "".join(item["title"] for item in self.items)

    @property
    def message(self) -> str:
        return str(self.body["message"])

    @property
    def token(self) -> str | None:
        found: str | None = self.body.get("continuationToken")
        return found


class Taas(calling.Caller[Answer]):
    """`Taas(team).get("/tickets", status="Open")`; without a team no key is sent."""

    base = BASE
    answer = Answer
    validator = Validator(build())

    def __init__(self, team: Team | None = None, *, kind: str = "primary", key: str = "") -> None:
        super().__init__()
        self.key = issue_key(by=Actor.system(), contract="taas", kind=kind, team=team)[1] if team else key

    def get(self, path: str, *, token: str | None = None, **query: Any) -> Answer:
        headers = {"continuationToken": token} if token else {}
        response = self.client.get(self._address(path, query), headers=headers)
        return self.checked("GET", path, response)

    def post(self, path: str, body: Any, **query: Any) -> Answer:
        return self.send("POST", path, orjson.dumps(body), **query)

    def put(self, path: str, body: Any, **query: Any) -> Answer:
        return self.send("PUT", path, orjson.dumps(body), **query)

    def send(self, method: str, path: str, content: bytes, kind: str = "application/json", **query: Any) -> Answer:
        """Any bytes, as a hostile client would."""
        return self.checked(method, path, self.client.generic(method, self._address(path, query), content, kind))

    def upload(self, path: str, parts: dict[str, Any], **query: Any) -> Answer:
        """A multipart body."""
        return self.checked("POST", path, self.client.post(self._address(path, query), parts))

    def open(self, *, user: Any = ADA, query: Any = None, **ticket: Any) -> Any:
        """A new ticket's item."""
        body = {"ticket": {"title": "Badge reader dead", "requestor": KIM, **ticket}, "user": user}
        answer = self.post("/tickets", body, **(query or {}))
        assert answer.status == 201, answer.body
        return answer.item

    def _address(self, path: str, query: dict[str, Any]) -> str:
        asked = urlencode({**({"key": self.key} if self.key else {}), **query})
        return f"{BASE}{path}{'&' if '?' in path else '?'}{asked}"

    def checked(self, method: str, path: str, response: Any) -> Answer:
        answer = super().checked(method, path, response)
        if answer.status >= 400 and method != "HEAD":
            assert answer.body["error"] is True
            assert answer.body["statusCode"] == answer.status
            assert answer.message
        return answer
