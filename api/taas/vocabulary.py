"""Taas' words: capitalised statuses and priorities, and what it calls our fields."""

from api.words import StatusWords, Words
from tickets import keyset
from tickets.words import Priority, Status

STATUS = StatusWords(
    shown={
        Status.NEW: "Open",
        Status.OPEN: "Open",
        Status.IN_PROGRESS: "Started",
        Status.PENDING: "Started",
        Status.REOPENED: "Reopened",
        Status.RESOLVED: "Resolved",
        Status.CLOSED: "Closed",
    },
    heard={"Open": Status.OPEN, "Started": Status.IN_PROGRESS},
)
PRIORITY = Words(
    shown={
        Priority.LOW: "Low",
        Priority.MEDIUM: "Medium",
        Priority.HIGH: "Important",
        Priority.URGENT: "Urgent",
    }
)
STATUSES = ["Open", "Reopened", "Started", "Resolved", "Closed"]  # in the order that lists sort them by
RESOLVED = ["Resolved", "Closed"]
PRIORITIES = list(PRIORITY.shown.values())

# Any case is understood, and so are these.
STATUS_SPELLINGS = {word.lower(): word for word in STATUSES} | {"in progress": "Started"}
PRIORITY_SPELLINGS = {word.lower(): word for word in PRIORITIES} | {"high": "Important"}

# Names of fields in refusals and activities, where the domain's are others.
NAMES = {
    "subject": "title",
    "html": "description_HTML",
    "requester": "requestor",
    "due_at": "expectedDate",
    "custom": "customFields",
    "content": "comment",
    "full_name": "name",
}

# What `orderBy` may name.
SORTS = {
    "status": keyset.SORTS["stage"],
    "ticketId": keyset.SORTS["number"],
    "title": keyset.SORTS["subject"],
    "requestorName": keyset.SORTS["requester_name"],
    "requestorEmail": keyset.SORTS["requester_email"],
    "assigneeName": keyset.SORTS["assignee_name"],
    "assigneeEmail": keyset.SORTS["assignee_email"],
    "expectedDate": keyset.SORTS["due"],
    "priority": keyset.SORTS["priority"],
    "createdDateTime": keyset.SORTS["created"],
    "lastInteraction": keyset.SORTS["updated"],
    "createdOn": keyset.SORTS["created"],
    "lastUpdatedOn": keyset.SORTS["updated"],
}
