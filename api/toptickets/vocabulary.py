"""The words of contract toptickets (§8): statuses, priorities, roles, and its sentences for what the domain refuses."""

from accounts.models import CustomerTier, EmployeeType, Region, Role
from api.words import StatusWords, Words
from tickets.words import Priority, Status

STATUS = StatusWords(
    shown={
        Status.NEW: "new",
        Status.OPEN: "open",
        Status.IN_PROGRESS: "open",
        Status.REOPENED: "open",
        Status.PENDING: "pending",
        Status.RESOLVED: "resolved",
        Status.CLOSED: "closed",
    },
    heard={"open": Status.OPEN},
)
PRIORITY = Words(shown={priority: priority.word for priority in Priority})
# (role, read_only) of staff; customers are the contract's customers.
ROLE = Words(
    shown={
        (Role.ADMIN, False): "admin",
        (Role.ADMIN, True): "read_only_admin",
        (Role.AGENT, False): "agent",
        (Role.AGENT, True): "read_only_agent",
    }
)

STATUSES = ["new", "open", "pending", "resolved", "closed"]
PRIORITIES = list(PRIORITY.shown.values())
ROLES = list(ROLE.shown.values())
AUTHORS = ["AGENT", "CUSTOMER", "SYSTEM"]
REGIONS = list(Region.values)
TIERS = list(CustomerTier.values)
EMPLOYEE_TYPES = list(EmployeeType.values)

# Names of fields in refusals, where the domain's are others.
NAMES = {
    "requester": "customer_id",
    "assignee": "assigned_user_id",
    "team": "assigned_team_id",
    "due_at": "due_date",
}

# The only types of file that this contract takes (source, attachments).
FILE_TYPES = frozenset(
    {
        *("text/plain", "text/html", "application/pdf"),
        *("image/png", "image/jpeg", "image/gif", "image/webp"),
        *("video/mp4", "video/webm", "video/ogg", "video/quicktime"),
        *("application/zip", "application/x-7z-compressed", "application/gzip"),
    }
)
AVATAR_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
