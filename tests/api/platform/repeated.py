"""What tests of repeated requests share: programs that put a key on what they send."""

from accounts.models import User
from tests.api.platform.caller import Answer, Platform

TICKET = {"title": "Door 4", "description": "It is stuck.", "tags": ["door"], "custom_fields": {"floor": 4}}


def keyed(user: User, key: str = "first", **headers: str) -> Platform:
    """A program of somebody who sends everything under this key; each has a session of its own."""
    return Platform(user, **{"Idempotency-Key": key, **headers})


def is_repeated(answer: Answer) -> bool:
    """Whether it was given before."""
    return answer.headers.get("Idempotent-Replayed") == "true"


def told(answer: Answer) -> tuple[int, str]:
    """How a request was refused."""
    return answer.status, answer.code
