"""Reading the query of a list: pages and filters, all problems at once (§4)."""

import re
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest

from accounts.checks import is_storable
from accounts.errors import Problem
from api.toptickets import wording
from api.toptickets.base import BadQuery
from api.toptickets.fields import flag_of

PAGE, LARGEST_PAGE = 100, 500
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,100}\s*")
_LAST_OFFSET = 2**62  # what every database can count to


class Page(NamedTuple):
    """`limit` rows from `offset` on."""

    offset: int
    limit: int

    def cut(self) -> slice:
        return slice(self.offset, self.offset + self.limit)


class Query:
    """What is read wrong is noted; `finish()` raises BadQuery."""

    def __init__(self, request: HttpRequest) -> None:
        self.given = request.GET
        self.problems: list[Problem] = []

    def page(self) -> Page:
        """`offset` (elsewhere called `skip`; `offset` wins) and `limit`."""
        skipped = self._number("skip", 0, least=0)
        offset = self._number("offset", skipped, least=0)
        return Page(min(offset, _LAST_OFFSET), self._number("limit", PAGE, least=1, most=LARGEST_PAGE))

    def text(self, name: str) -> str:
        value = self.given.get(name, "")
        if not is_storable(value):
            self.problems.append(wording.problem(name, wording.CHARACTERS))
            return ""
        return value

    def words(self, name: str, known: list[str]) -> list[str]:
        """Words of an enumeration, as a comma list or with the parameter repeated."""
        if name not in self.given:
            return []
        found = [word.strip() for value in self.given.getlist(name) for word in value.split(",")]
        if any(word not in known for word in found):
            self.problems.append(wording.problem(name, wording.ENUM, permitted=wording.permitted(known)))
            return []
        return found

    def id(self, name: str) -> UUID | None:
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return UUID(value)
        except ValueError:
            self.problems.append(wording.problem(name, wording.UUID))
            return None

    def flag(self, name: str) -> bool | None:
        value = self.given.get(name)
        if value is None:
            return None
        found = flag_of(value)
        if found is None:
            self.problems.append(wording.problem(name, wording.BOOL))
        return found

    def finish(self) -> None:
        if self.problems:
            raise BadQuery(*self.problems)

    def _number(self, name: str, default: int, *, least: int, most: int | None = None) -> int:
        value = self.given.get(name)
        if value is None:
            return default
        if not _INTEGER.fullmatch(value):
            self.problems.append(wording.problem(name, wording.INTEGER))
            return default
        number = int(value)
        if number < least:
            self.problems.append(wording.problem(name, wording.TOO_LOW, limit=least))
        elif most is not None and number > most:
            self.problems.append(wording.problem(name, wording.TOO_HIGH, limit=most))
        else:
            return number
        return default
