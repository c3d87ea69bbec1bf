"""A program that talks to contract platform: signs in once, and checks every answer against the document."""

from typing import Any

from accounts.models import User
from api.platform.document import build
from api.platform.tokens import issue
from tests.api import calling
from tests.api.validating import Validator

BASE = "/api/v1"


class Answer(calling.Answer):
    """With what the contract puts into it."""

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


class Platform(calling.Caller[Answer]):
    """`Platform(user).get("/tickets", status="open")`; without a user nobody is signed in."""

    base = BASE
    answer = Answer
    validator = Validator(build())

    def __init__(self, user: User | None = None, **headers: str) -> None:
        super().__init__(**headers)
        if user is not None:
            self.headers["Authorization"] = f"Bearer {issue(user)[0]}"
