"""The objects of this contract (§5): rows in, plain dictionaries out. Every key is always there; empty is null."""

from typing import Any, NamedTuple
from uuid import UUID

from accounts.models import Role, Team, User
from accounts.native import instant, instant_or_none
from api.toptickets.vocabulary import PRIORITY, ROLE, STATUS
from attachments.links import signed_url
from attachments.models import Attachment
from tickets.models import Comment, Ticket
from tickets.words import Priority, Status

# Text of the customer profile, in the contract's names, which are the columns'.
PROFILE = (
    *("company", "department", "title", "contact_number", "pronoun", "customer_tier"),
    *("location_country", "location_city", "location_state", "location_zip", "location_address"),
    *("region", "timezone", "social_linkedin", "social_website", "social_github", "notes"),
)


class TicketRow(NamedTuple):
    """What is shown of a ticket; names are those of the columns."""

    id: int
    uuid: UUID
    tracking_token: UUID
    requester__uuid: UUID
    subject: str
    description: str
    status: Status
    priority: Priority
    category__name: str | None
    assignee__uuid: UUID | None
    team__uuid: UUID | None
    due_at: Any
    created_at: Any
    updated_at: Any
    resolved_at: Any
    closed_at: Any


def row_of(ticket: Ticket) -> TicketRow:
    """The row of a ticket that is at hand with its relations."""
    values = []
    for name in TicketRow._fields:
        start, _, rest = name.partition("__")
        value = getattr(ticket, start)
        values.append(getattr(value, rest) if rest and value is not None else value)
    return TicketRow(*values)


def ticket(row: TicketRow) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "ticket_number": row.id,
        "tracking_token": row.tracking_token,
        "ticket_display_id": f"TKT-{row.id}",
        "customer_id": row.requester__uuid,
        "subject": row.subject,
        "description": row.description,
        "status": STATUS.show(row.status),
        "priority": PRIORITY.show(row.priority),
        "category": row.category__name,
        "assigned_user_id": row.assignee__uuid,
        "assigned_team_id": row.team__uuid,
        "due_date": instant_or_none(row.due_at),
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "resolved_at": instant_or_none(row.resolved_at),
        "closed_at": instant_or_none(row.closed_at),
    }


def comment(row: Comment, ticket_id: UUID) -> dict[str, Any]:
    """`row` with its author."""
    author = row.author
    by_customer = author is not None and author.role == Role.CUSTOMER
    return {
        "id": row.uuid,
        "ticket_id": ticket_id,
        "author_type": "SYSTEM" if author is None else "CUSTOMER" if by_customer else "AGENT",
        "author_user_id": author.uuid if author is not None and not by_customer else None,
        "author_customer_id": author.uuid if author is not None and by_customer else None,
        "content": row.content,
        "is_internal": row.is_internal,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def attachment(row: Attachment, ticket_id: UUID) -> dict[str, Any]:
    """`row` with its uploader."""
    uploader = row.uploader
    return {
        "id": row.uuid,
        "ticket_id": ticket_id,
        "filename": row.name,
        "content_type": row.content_type,
        "size_bytes": row.size,
        "uploaded_by_user_id": uploader.uuid if uploader is not None and uploader.is_agent else None,
        "created_at": instant(row.created_at),
    }


def customer(row: User) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "name": row.full_name,
        "email": row.email,
        **{name: getattr(row, name) or None for name in PROFILE},
        "account_value": None if row.account_value is None else f"{row.account_value:.2f}",
        "has_premium_support": row.has_premium_support,
        "is_vip": row.is_vip,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def team(row: Team, members: list[User]) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "name": row.name,
        "description": row.description or None,
        "members": [{"id": user.uuid, "email": user.email, "full_name": user.full_name} for user in members],
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def user(row: User, avatar: UUID | None) -> dict[str, Any]:
    """`avatar` is the id of the person's picture."""
    return {
        "id": row.uuid,
        "email": row.email,
        "full_name": row.full_name,
        "role": ROLE.show((Role(row.role), row.read_only)),
        "is_active": row.is_active,
        "avatar_url": None if avatar is None else signed_url(avatar),
        "employee_type": row.employee_type,
        "region": row.region or None,
        "timezone": row.timezone or None,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }
