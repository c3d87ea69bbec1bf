"""A program that talks to contract support with a key, and checks every answer against the document."""

from typing import Any

import orjson
from django.test import Client

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team, User
from api.support.document import build
from tests.api.validating import Validator

BASE = "/v1/support"
VALIDATOR = Validator(build())


class Answer:
    """Status, headers and parsed body; streamed ones are read to their end."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.streamed: bool = response.streaming
        content = response.getvalue()
        self.body: Any = orjson.loads(content) if content else None

    @property
    def ids(self) -> list[int]:
        """The ids of a list."""
        return [item["id"] for item in self.body]

    @property
    def fields(self) -> set[str]:
        """The fields that a refusal names."""
        return set(self.body["errors"])

    @property
    def said(self) -> tuple[int, str, str]:
        """A refusal."""
        return self.status, self.body["error"], self.body["message"]


INVALID = (400, "Bad Request", "The input is not valid.")
NO_KEY = (401, "Unauthorized", "Missing or invalid API key.")
NO_TICKET = (404, "Not Found", "No ticket has this id.")


def key_for(owner: User | None = None, team: Team | None = None) -> str:
    """The text of a new key."""
    return issue_key(by=Actor.system(), contract="support", owner=owner, team=team)[1]


class Support:
    """`Support.of(agnes).get("/tickets", status="open")`; without a key nobody is known."""

    def __init__(self, key: str | None = None, **headers: str) -> None:
        self.client = Client()
        self.headers = headers | ({"X-API-Key": key} if key is not None else {})

    @classmethod
    def of(cls, owner: User | None = None, team: Team | None = None) -> "Support":
        """With a new key."""
        return cls(key_for(owner, team))

    def get(self, path: str, **query: Any) -> Answer:
        return self._checked("GET", path, self.client.get(BASE + path, query, headers=self.headers))

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, orjson.dumps(body))

    def put(self, path: str, body: Any) -> Answer:
        return self.send("PUT", path, orjson.dumps(body))

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path, b"")

    def send(self, method: str, path: str, content: bytes, content_type: str = "application/json") -> Answer:
        """Any bytes, as a hostile client would."""
        response = self.client.generic(method, BASE + path, content, content_type, headers=self.headers)
        return self._checked(method, path, response)

    def _checked(self, method: str, path: str, response: Any) -> Answer:
        answer = Answer(response)
        assert answer.status < 500, answer.body
        VALIDATOR.check(method, path.partition("?")[0], answer.status, answer.body)
        return answer
