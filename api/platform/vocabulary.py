"""Platform's words: statuses are the canonical ones, written literally; the highest priority is `critical`."""

from api.words import StatusWords, Words
from tickets.native import PRIORITIES
from tickets.words import Priority, Status

STATUS = StatusWords(shown={status: status.value for status in Status}, reopens=False)
PRIORITY = Words(shown=PRIORITIES, heard={"urgent": Priority.URGENT})

STATUSES = list(STATUS.shown.values())
PRIORITY_WORDS = list(PRIORITY.shown.values())

# Names of fields in refusals, where the domain's are others.
NAMES = {"subject": "title", "assignee": "assigned_to", "requester": "requester_id", "custom": "custom_fields"}
