"""People and teams in the shapes of contract platform (§4): plain rows in, plain dictionaries out."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from accounts.models import User


class UserRef(TypedDict):
    id: UUID
    name: str
    email: str


class NamedRef(TypedDict):
    id: UUID
    name: str


class UserShape(TypedDict):
    id: UUID
    number: int
    name: str
    email: str
    role: str
    status: str
    created_at: str
    last_login_at: str | None


def instant(moment: datetime) -> str:
    """ISO 8601, UTC, seconds, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user_ref(user: User) -> UserRef:
    return {"id": user.uuid, "name": user.full_name, "email": user.email}


def user(row: User) -> UserShape:
    return {
        "id": row.uuid,
        "number": row.id,
        "name": row.full_name,
        "email": row.email,
        "role": row.role,
        "status": "active" if row.is_active else "inactive",
        "created_at": instant(row.created_at),
        "last_login_at": instant_or_none(row.last_login),
    }
