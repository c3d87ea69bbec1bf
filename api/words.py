"""Each contract's words for statuses and priorities. The rules on them are written here, once for all four."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tickets.rules import DONE
from tickets.words import Status

C = TypeVar("C")  # the canonical value


@dataclass(frozen=True)
class Words(Generic[C]):
    """`shown` has a word for every canonical value; `heard` adds words that are understood but never sent."""

    shown: Mapping[C, str]
    heard: Mapping[str, C] = field(default_factory=dict)

    def show(self, value: C) -> str:
        return self.shown[value]

    def read(self, word: str, now: C | None = None) -> C:
        """The value of a word. Sending back the word that is shown keeps the value (echo). Raises KeyError."""
        if now is not None and self.shown[now] == word:
            return now
        if word in self.heard:
            return self.heard[word]
        return next(value for value in self.selects(word))

    def selects(self, word: str) -> list[C]:
        """The values that a filter by this word means: all that show it. Raises KeyError for an unknown word."""
        found = [value for value, shown in self.shown.items() if shown == word]
        if not found and word in self.heard:
            return [self.heard[word]]
        if not found:
            raise KeyError(word)
        return found


@dataclass(frozen=True)
class StatusWords(Words[Status]):
    """Words for statuses, with the reopen rule: `open` on a finished ticket reopens it."""

    reopens: bool = True

    def read(self, word: str, now: Status | None = None) -> Status:
        value = super().read(word, now)
        if self.reopens and value == Status.OPEN and now in DONE:
            return Status.REOPENED
        return value
