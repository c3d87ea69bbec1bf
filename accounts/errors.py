"""What can go wrong, named after what went wrong. Each door decides the status code and the words around it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field. `field` is canonical (`subject`, `attachments[0].content`)."""

    field: str
    message: str
    code: str = "invalid"


class Refused(Exception):
    """The change was refused and nothing was saved. `str()` is a sentence a person can read."""

    code = "refused"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Invalid(Refused):
    """The request data is invalid."""

    code = "invalid"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class NotYours(Refused):
    """You may not do this."""

    code = "forbidden"


class Gone(Refused):
    """There is no such thing, or not for you."""

    code = "not_found"


class Stale(Refused):
    """Somebody else changed it in the meantime."""

    code = "stale"


class Clash(Refused):
    """It exists already."""

    code = "conflict"


class EmailTaken(Clash):
    """Somebody with this e-mail address exists already."""


class StoreAway(Refused):
    """Files cannot be stored or fetched right now. Nothing was saved; try again in a minute."""

    code = "store_away"
    retry_after = 60  # seconds


class TooManyTries(Refused):
    """Too many tries; wait a minute."""

    code = "too_many_tries"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries. Try again in {retry_after} seconds.")
        self.retry_after = retry_after
