"""What the programs that talk to the contracts share: sending, and holding every answer against the document."""

from typing import Any, ClassVar, Generic, TypeVar

import orjson
from django.test import Client

from tests.api.validating import Validator


class Answer:
    """Status, headers and parsed body; streamed ones are read to their end."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.streamed: bool = response.streaming
        content = response.getvalue()
        self.body: Any = orjson.loads(content) if content else None


A = TypeVar("A", bound=Answer)


class Caller(Generic[A]):
    """A contract says where it is, what its answers are and how its credential travels."""

    base: ClassVar[str]
    answer: ClassVar[type[Answer]]
    validator: ClassVar[Validator]

    def __init__(self, **headers: str) -> None:
        self.client = Client()
        self.headers = headers

    def get(self, path: str, **query: Any) -> A:
        return self.checked("GET", path, self.client.get(self.base + path, query, headers=self.headers))

    def post(self, path: str, body: Any) -> A:
        return self.send("POST", path, orjson.dumps(body))

    def put(self, path: str, body: Any) -> A:
        return self.send("PUT", path, orjson.dumps(body))

    def patch(self, path: str, body: Any) -> A:
        return self.send("PATCH", path, orjson.dumps(body))

    def delete(self, path: str) -> A:
        return self.send("DELETE", path, b"")

    def send(self, method: str, path: str, content: bytes, content_type: str = "application/json") -> A:
        """Any bytes, as a hostile client would."""
        response = self.client.generic(method, self.base + path, content, content_type, headers=self.headers)
        return self.checked(method, path, response)

    def checked(self, method: str, path: str, response: Any) -> A:
        """The answer, which is never our fault and always as documented."""
        answer = self.answer(response)
        assert answer.status < 500 or answer.status == 503, answer.body  # 503: what we need is away
        self.validator.check(method, path.partition("?")[0], answer.status, answer.body)
        return answer  # type: ignore[return-value]
