"""A program that talks to contract toptickets with a key, and checks every answer against the document."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import ApiKey, User
from api.toptickets.document import build
from tests.api import calling
from tests.api.validating import Validator

BASE = "/v1"
NOBODY = "00000000-0000-4000-8000-000000000000"


class Answer(calling.Answer):
    """With what the contract puts into it."""

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


class TopTickets(calling.Caller[Answer]):
    """`TopTickets(user).get("/tickets", status="open")` with a new key of theirs; without a user with no key."""

    base = BASE
    answer = Answer
    validator = Validator(build())

    def __init__(self, user: User | None = None, kind: str = "", **headers: str) -> None:
        super().__init__(**headers)
        if user is not None:
            self.key, text = key_for(user, kind)
            self.headers["Authorization"] = f"Bearer {text}"

    def upload(self, path: str, name: str, content: bytes, content_type: str = "", part: str = "file") -> Answer:
        file = SimpleUploadedFile(name, content, content_type or "application/octet-stream")
        response = self.client.post(self.base + path, {part: file}, headers=self.headers)
        return self.checked("POST", path, response)
