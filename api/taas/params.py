"""Query parameters of contract taas: blanks around names and values do not count, an empty value is none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest

from accounts.checks import is_storable
from accounts.errors import Problem
from api.errors import BadInput
from api.taas import moments


class Params:
    """Each reader raises BadInput with the parameter's name."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        given = {name.strip(): (request.GET.get(name) or "").strip() for name in request.GET}
        return cls({name: value for name, value in given.items() if value})

    def text(self, name: str) -> str:
        """Text that a database can be asked for; empty when there is none."""
        value = self.given.get(name, "")
        if not is_storable(value):
            raise refusal(name, "This holds characters that cannot be searched.")
        return value

    def parts(self, name: str) -> list[str]:
        """A comma list."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def words(self, name: str, spellings: Mapping[str, str]) -> list[str]:
        """A comma list of known words, as they are spelled; `spellings` are in lower case."""
        try:
            return [spellings[word.lower()] for word in self.parts(name)]
        except KeyError:
            raise refusal(name, f"This must be one of: {', '.join(dict.fromkeys(spellings.values()))}") from None

    def word(self, name: str, spellings: Mapping[str, str], default: str) -> str:
        """One known word."""
        found = self.words(name, spellings)
        if len(found) > 1:
            raise refusal(name, "This must be one word.")
        return found[0] if found else default

    def flag(self, name: str) -> bool | None:
        """true or false; None when nothing is said."""
        said = self.word(name, {"true": "true", "false": "false"}, "")
        return said == "true" if said else None

    def number(self, name: str, default: int, *, least: int) -> int:
        """An integer from `least` on."""
        value = self.given.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value) >= least):
            raise refusal(name, f"This must be an integer from {least} on.")
        return int(value)

    def hours(self) -> int:
        """`timezone`: how many hours the end user is ahead of UTC."""
        value = self.given.get("timezone", "0")
        try:
            hours = int(value) if value.isascii() and len(value) <= 3 else None
        except ValueError:
            hours = None
        if hours is None or not moments.EARLIEST_HOUR <= hours <= moments.LATEST_HOUR:
            raise refusal("timezone", f"This must be an integer from {moments.EARLIEST_HOUR} to {moments.LATEST_HOUR}.")
        return hours

    def moment(self, name: str, read: Callable[[str, int], datetime] = moments.read) -> datetime | None:
        """A date or time at the caller's `timezone`."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return read(value, self.hours())
        except ValueError:
            raise refusal(name, "This must be a date (YYYY-MM-DD) or an ISO 8601 time.") from None


def refusal(field: str, message: str, code: str = "invalid") -> BadInput:
    """One thing wrong, to be raised."""
    return BadInput(Problem(field, message, code))


def first(given: Any, *names: str) -> str:
    """The first of these headers or parameters that says something, without blanks around it."""
    return next((value.strip() for name in names if (value := given.get(name) or "").strip()), "")
