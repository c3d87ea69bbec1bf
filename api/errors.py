"""Refusals of the doors themselves; those of the domain stand in `accounts.errors`."""

from accounts.errors import Problem, Refused


class BadInput(Refused):
    """The body or the query cannot be read as the contract says. Each problem carries the reader's code."""

    code = "bad_input"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("The request data is invalid")
        self.problems = problems


class Unauthorized(Refused):
    """Authentication is required."""

    code = "unauthorized"


class UnknownRoute(Refused):
    """There is nothing at this address."""

    code = "unknown_route"


class LengthRequired(Refused):
    """The length of the body must be announced."""

    code = "length_required"


class BodyTooLarge(Refused):
    """The body is larger than the server takes."""

    code = "too_large"


class KeyReused(Refused):
    """This Idempotency-Key came with another body before. A new request needs a new key."""

    code = "key_reused"


class TooManyRequests(Refused):
    """Too many requests."""

    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after} seconds.")
        self.retry_after = retry_after
