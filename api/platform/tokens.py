"""Tokens of contract platform: JWTs whose `sid` names an `accounts.Session` row, so that they can be revoked."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts import callers
from accounts.actor import Actor
from accounts.models import Door, Session, Tier, User
from api.errors import Unauthorized

PER_MINUTE = {Tier.STANDARD: 100, Tier.PREMIUM: 300}


def issue(user: User) -> tuple[str, datetime]:
    """A new session's token and when it expires."""
    token = AccessToken()
    token["sub"] = str(user.uuid)
    token["role"] = user.role  # for readers; we ask the user's row
    expires_at = datetime.fromtimestamp(token["exp"], UTC)
    session = Session.objects.create(user=user, expires_at=expires_at)
    token["sid"] = str(session.uuid)
    return str(token), expires_at


def identify(request: HttpRequest) -> tuple[Actor, int]:
    """The caller and their requests a minute, with one query at most. Raises Unauthorized."""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized
    try:
        claims = _claims(text.strip())
    except (TokenError, KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Unauthorized from error
    caller = callers.find(session=claims.session, person=claims.person) if claims.expires > time.time() else None
    if caller is None:
        raise Unauthorized
    return Actor.person(caller.user, Door.PLATFORM), PER_MINUTE[caller.tier]


class _Claims(NamedTuple):
    session: UUID
    person: UUID
    expires: int  # Unix seconds


@lru_cache(maxsize=4096)
def _claims(token: str) -> _Claims:
    """What a token says, its signature checked: that never changes, so it is remembered; only time makes it expire."""
    # simplejwt takes text; its stubs say bytes or its own class
    payload = AccessToken(token).payload  # type: ignore[arg-type]
    return _Claims(UUID(payload["sid"]), UUID(payload["sub"]), int(payload["exp"]))
