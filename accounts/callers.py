"""Who calls with a token. Where there is Redis, people are kept there for a minute and knowing them costs no query.

Only a cache that all processes and nodes share will do: a change of a person is dropped from it when it is committed
and so known everywhere at once. What is kept counts only while the marks under which it was read still stand; dropping
a mark therefore also beats a reader who asked the database before the change and writes to the cache after it.
"""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Subquery

from accounts.models import Organization, Session, Tier, User

KEPT = 60  # seconds
_MARKED = 3600  # seconds
_EVERYBODY = "callers"
# What verbs and shapes ask of a caller; everything else is read when somebody asks for it. Never the password.
_ASKED = {"id", "uuid", "email", "full_name", "role", "read_only", "is_active", "tier", "timezone", "deleted_at"}
_COLUMNS = [field.attname for field in User._meta.concrete_fields if field.attname in _ASKED]  # in the model's order


@dataclass(frozen=True, slots=True)
class Caller:
    """An active person with a living session, and the tier that their requests are counted by."""

    user: User
    tier: Tier


def find(*, session: UUID, person: UUID) -> Caller | None:
    """Who holds this session, unless it was revoked or has expired. At most one query."""
    if not settings.REDIS_URL:
        return _caller(_read(session, person))
    names, entry = (_EVERYBODY, _mark(person)), f"caller:{session}"
    found = cache.get_many([*names, entry])
    marks = [found.get(name) or _set_mark(name) for name in names]
    kept_marks, row = found.get(entry) or (None, None)
    if kept_marks != marks:
        row = _read(session, person)
        if row is not None:
            cache.set(entry, (marks, row), KEPT)
    return _caller(row)


def forget(user: User) -> None:
    """Something about this person changed: ask the database again, from the commit on."""
    _drop(_mark(user.uuid))


def forget_everybody() -> None:
    """Something that all callers share changed."""
    _drop(_EVERYBODY)


def _drop(name: str) -> None:
    if settings.REDIS_URL:
        transaction.on_commit(lambda: cache.delete(name))


def _mark(person: UUID) -> str:
    return f"caller-of:{person}"


def _set_mark(name: str) -> Any:
    """A mark that no entry bears yet, or the one that somebody else has just set; None without Redis."""
    cache.add(name, secrets.token_hex(8), _MARKED)
    return cache.get(name)


def _read(session: UUID, person: UUID) -> tuple[Any, ...] | None:
    return (
        Session.objects.live()
        .filter(uuid=session, user__uuid=person)
        .values_list(*(f"user__{column}" for column in _COLUMNS), Subquery(Organization.objects.values("tier")[:1]))
        .first()
    )


def _caller(row: tuple[Any, ...] | None) -> Caller | None:
    if row is None:
        return None
    *values, organization_tier = row
    user = User.from_db(None, _COLUMNS, values)
    return Caller(user, Tier(user.tier or organization_tier or Tier.STANDARD))
