"""Who is asking, and for whom: people, their identities, teams, keys and sessions."""

from accounts.models.key import ApiKey, Contract
from accounts.models.organization import Organization, Tier
from accounts.models.session import Session
from accounts.models.team import Team, TeamMember
from accounts.models.user import STAFF, CustomerTier, EmployeeType, Region, Role, User, UserIdentity
from accounts.models.user_event import Door, Event, UserEvent

__all__ = [
    "STAFF",
    "ApiKey",
    "Contract",
    "CustomerTier",
    "Door",
    "EmployeeType",
    "Event",
    "Organization",
    "Region",
    "Role",
    "Session",
    "Team",
    "TeamMember",
    "Tier",
    "User",
    "UserEvent",
    "UserIdentity",
]
