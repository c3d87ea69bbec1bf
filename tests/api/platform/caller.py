"""A program that talks to contract platform: signs in once, and checks every answer against the document."""

from typing import Any

import orjson
from django.test import Client

from accounts.models import User
from api.platform.document import build
from api.platform.tokens import issue
from tests.api.validating import Validator

BASE = "/api/v1"
VALIDATOR = Validator(build())


class Answer:
    """Status, headers and parsed body."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.body: Any = orjson.loads(response.content) if response.content else None

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def fields(self) -> set[str]:
        """The fields that a refusal names."""
        return {detail["field"] for detail in self.body["error"]["details"]}

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


class Platform:
    """`Platform(user).get("/tickets", status="open")`; without a user nobody is signed in."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self.client = Client()
        self.headers = dict(headers)
        if user is not None:
            self.headers["Authorization"] = f"Bearer {issue(user)[0]}"

    def get(self, path: str, **query: Any) -> Answer:
        return self._checked("GET", path, self.client.get(BASE + path, query, headers=self.headers))

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, orjson.dumps(body))

    def patch(self, path: str, body: Any) -> Answer:
        return self.send("PATCH", path, orjson.dumps(body))

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
