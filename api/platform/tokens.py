"""Tokens of contract platform: JWTs whose `sid` names an `accounts.Session` row, so that they can be revoked."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts import actions, callers
from accounts.actor import Actor
from accounts.models import Door, Session, Tier, User
from api.errors import Unauthorized

PER_MINUTE = {Tier.STANDARD: 100, Tier.PREMIUM: 300}
# What reading a token raises, whatever stands in it.
_UNREADABLE = (TokenError, KeyError, ValueError, TypeError, AttributeError, OverflowError)


class Tokens(NamedTuple):
    """What somebody gets who signed in, or did so again by refresh token."""

    access: str
    expires_at: datetime  # of `access`
    refresh: str
    user: User


def issue(user: User) -> Tokens:
    """The tokens of a new session. Raises WrongCredentials if the person has just lost the right to it."""
    return _tokens(actions.open_session(user, by=Actor.person(user, Door.PLATFORM)))


def renew(text: str) -> Tokens:
    """New tokens for a refresh token, which is used up by that. Raises Unauthorized."""
    try:
        payload = RefreshToken(text).payload  # type: ignore[arg-type]  # it takes text
        session_id, person, token = (UUID(payload[claim]) for claim in ("sid", "sub", "jti"))
    except _UNREADABLE as error:
        raise Unauthorized from error
    session = Session.objects.select_related("user").filter(uuid=session_id, user__uuid=person).first()
    if session is None:
        raise Unauthorized
    renewed = actions.refresh_session(session, token=token, by=Actor.person(session.user, Door.PLATFORM))
    if renewed is None:
        raise Unauthorized
    return _tokens(renewed)


def identify(request: HttpRequest) -> tuple[Actor, int]:
    """The caller and their requests a minute, with one query at most. Raises Unauthorized."""
    claims = _bearer(request)
    caller = callers.find(session=claims.session, person=claims.person) if claims.expires > time.time() else None
    if caller is None:
        raise Unauthorized
    return Actor.person(caller.user, Door.PLATFORM), PER_MINUTE[caller.tier]


def session_of(request: HttpRequest) -> Session:
    """The session of the bearer, whom `identify` has let in. Raises Unauthorized."""
    session = Session.objects.select_related("user").filter(uuid=_bearer(request).session).first()
    if session is None:  # pruned since
        raise Unauthorized
    return session


def _tokens(session: Session) -> Tokens:
    """The refresh token that the session waits for, and one more access token; earlier ones keep their time."""
    refresh = RefreshToken()
    refresh["sub"] = str(session.user.uuid)
    refresh["sid"] = str(session.uuid)
    refresh["jti"] = session.refresh_id.hex
    access = refresh.access_token  # of the same person and session
    access["role"] = session.user.role  # for readers; we ask the user's row
    return Tokens(str(access), datetime.fromtimestamp(access["exp"], UTC), str(refresh), session.user)


class _Claims(NamedTuple):
    session: UUID
    person: UUID
    expires: int  # Unix seconds


def _bearer(request: HttpRequest) -> _Claims:
    """What the token of this request says. Raises Unauthorized."""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized
    try:
        return _claims(text.strip())
    except _UNREADABLE as error:
        raise Unauthorized from error


@lru_cache(maxsize=4096)
def _claims(token: str) -> _Claims:
    """What a token says, its signature checked: that never changes, so it is remembered; only time makes it expire."""
    # simplejwt takes text; its stubs say bytes or its own class
    payload = AccessToken(token).payload  # type: ignore[arg-type]
    return _Claims(UUID(payload["sid"]), UUID(payload["sub"]), int(payload["exp"]))
