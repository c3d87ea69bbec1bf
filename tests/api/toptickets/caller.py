"""A program that talks to contract toptickets with a key, and checks every answer against the document."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import ApiKey, User
from api.toptickets.document import build
from tests.api.validating import Validator

BASE = "/v1"
VALIDATOR = Validator(build())
NOBODY = "00000000-0000-4000-8000-000000000000"


class Answer:
    """Status, headers and parsed body."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.body: Any = orjson.loads(response.content) if response.content else None

    @property
    def detail(self) -> Any:
        return self.body["detail"]

    @property
    def problems(self) -> dict[tuple[str | int, ...], tuple[str, str]]:
        """What is wrong: where -> (type, message)."""
        return {tuple(item["loc"]): (item["type"], item["msg"]) for item in self.detail}


def key_for(
    owner: User,
    kind: str = "",
    *,
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
    allowed: Iterable[str] = (),
) -> tuple[ApiKey, str]:
    """A key of the owner's kind unless `kind` says otherwise."""
    return issue_key(
        by=Actor.system(),
        contract="toptickets",
        kind=kind or ("admin" if owner.is_admin else "agent"),
        owner=owner,
        name="nightly sync",
        scopes=scopes,
        expires_at=expires_at,
        allowed_addresses=allowed,
    )


class TopTickets:
    """`TopTickets(user).get("/tickets", status="open")` with a new key of theirs; without a user with no key."""

    def __init__(self, user: User | None = None, kind: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = dict(headers)
        if user is not None:
            self.key, text = key_for(user, kind)
            self.headers["Authorization"] = f"Bearer {text}"

    def get(self, path: str, **query: Any) -> Answer:
        return self._checked("GET", path, self.client.get(BASE + path, query, headers=self.headers))

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, orjson.dumps(body))

    def patch(self, path: str, body: Any) -> Answer:
        return self.send("PATCH", path, orjson.dumps(body))

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path, b"")

    def upload(self, path: str, name: str, content: bytes, content_type: str = "", part: str = "file") -> Answer:
        file = SimpleUploadedFile(name, content, content_type or "application/octet-stream")
        response = self.client.post(BASE + path, {part: file}, headers=self.headers)
        return self._checked("POST", path, response)

    def send(self, method: str, path: str, content: bytes, content_type: str = "application/json") -> Answer:
        """Any bytes, as a hostile client would."""
        response = self.client.generic(method, BASE + path, content, content_type, headers=self.headers)
        return self._checked(method, path, response)

    def _checked(self, method: str, path: str, response: Any) -> Answer:
        answer = Answer(response)
        assert answer.status < 500, answer.body
        VALIDATOR.check(method, path.partition("?")[0], answer.status, answer.body)
        return answer
