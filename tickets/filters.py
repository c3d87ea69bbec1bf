"""What a list may be narrowed by. Doors translate their query names into this; `matching()` applies it."""

from dataclasses import dataclass
from uuid import UUID

from tickets.words import Priority, Status

# A row by number or by uuid; None stands for "none at all" (unassigned, no team).
Reference = int | UUID | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means any. All that is given must hold; within one set any member suffices."""

    statuses: frozenset[Status] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    assignees: frozenset[Reference] = frozenset()
    requesters: frozenset[Reference] = frozenset()
    teams: frozenset[Reference] = frozenset()
    categories: frozenset[Reference] = frozenset()
    tags: frozenset[str] = frozenset()
    words: str = ""
    also_people: bool = False  # words may also be the requester's or the ticket number

    @property
    def is_tallied(self) -> bool:
        """Whether the tally knows the total: only status, priority, assignee and team are narrowed."""
        return not (self.requesters or self.categories or self.tags or self.words.strip())
