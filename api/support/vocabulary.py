"""Support's words: seven statuses are shown as three and all understood; priorities are the canonical names."""

from api.words import StatusWords, Words
from tickets.words import Priority, Status

STATUS = StatusWords(
    shown={
        Status.NEW: "open",
        Status.OPEN: "open",
        Status.IN_PROGRESS: "in_progress",
        Status.PENDING: "in_progress",
        Status.REOPENED: "open",
        Status.RESOLVED: "closed",
        Status.CLOSED: "closed",
    },
    heard={status.value: status for status in Status},
)
PRIORITY = Words(shown={priority: priority.word for priority in Priority})

STATUSES = list(dict.fromkeys(STATUS.shown.values()))
SILENT_STATUSES = [status.value for status in Status if status.value not in STATUSES]
PRIORITY_WORDS = list(PRIORITY.shown.values())

# Names of fields in refusals, where the domain's are others.
NAMES = {"category": "category_id", "assignee": "assignee_id"}
