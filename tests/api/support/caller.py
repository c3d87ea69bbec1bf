"""A program that talks to contract support with a key, and checks every answer against the document."""

from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team, User
from api.support.document import build
from tests.api import calling
from tests.api.validating import Validator

BASE = "/v1/support"


class Answer(calling.Answer):
    """With what the contract puts into it."""

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


class Support(calling.Caller[Answer]):
    """`Support.of(agnes).get("/tickets", status="open")`; without a key nobody is known."""

    base = BASE
    answer = Answer
    validator = Validator(build())

    def __init__(self, key: str | None = None, **headers: str) -> None:
        super().__init__(**headers, **({"X-API-Key": key} if key is not None else {}))

    @classmethod
    def of(cls, owner: User | None = None, team: Team | None = None) -> "Support":
        """With a new key."""
        return cls(key_for(owner, team))
