"""The words of the product: statuses, priorities, kinds of field. Contracts translate from and into these."""

from django.db import models


class Status(models.TextChoices):
    NEW = "new"
    OPEN = "open"
    IN_PROGRESS = "in_progress", "In progress"
    PENDING = "pending"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CLOSED = "closed"


# How far a ticket is, where lists are sorted by status. What is only another word for the same stage sorts as one.
STAGES = {
    Status.NEW: 0,
    Status.OPEN: 0,
    Status.REOPENED: 1,
    Status.IN_PROGRESS: 2,
    Status.PENDING: 2,
    Status.RESOLVED: 3,
    Status.CLOSED: 4,
}


class Priority(models.IntegerChoices):
    """Stored by weight, so that sorting is plain."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4

    @property
    def word(self) -> str:
        """`low`, `medium`, `high`, `urgent`."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Priority":
        """The priority of a canonical word. Raises KeyError."""
        return cls[word.upper()]


class FieldKind(models.TextChoices):
    """What a custom field holds (contract taas §4.5)."""

    TEXT = "text"
    TEXTAREA = "textarea", "Text area"
    DATE = "date"
    TOGGLE = "toggle"
    LIST = "list"
    PEOPLE = "people"


class Kind(models.TextChoices):
    """What happened to a ticket."""

    CREATED = "created"
    CHANGED = "changed"
    COMMENTED = "commented"
    COMMENT_CHANGED = "comment_changed", "Comment changed"
    COMMENT_DELETED = "comment_deleted", "Comment deleted"
    ATTACHED = "attached"
    DETACHED = "detached"
    DELETED = "deleted"


class Resolution(models.TextChoices):
    """How a ticket ended (contract taas §3.4)."""

    FIXED = "fixed"
    CANNOT_RESOLVE = "cannotResolve", "Cannot resolve"
    CANCELLED = "cancelled"
