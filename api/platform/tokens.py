"""Tokens of contract platform: JWTs whose `sid` names an `accounts.Session` row, so that they can be revoked."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts import actions, callers
from accounts.actor import Actor
from accounts.models import Door, Session, Tier, User
from api.errors import Unauthorized

PER_MINUTE = {Tier.STANDARD: 100, Tier.PREMIUM: 300}
AHEAD = timedelta(hours=1)  # of the clock that issued a token: those of two nodes differ, and any may be set back
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
        payload = _payload(RefreshToken, text)
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
    payload = _payload(AccessToken, token)
    return _Claims(UUID(payload["sid"]), UUID(payload["sub"]), int(payload["exp"]))


def _payload(kind: type[Token], text: str) -> dict[str, Any]:
    """What a token of this kind says that is good by its own word, signed with our key or one before it."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with suppress(TokenBackendError):
            token = kind()
            token.payload = TokenBackend("HS256", key, leeway=AHEAD).decode(text)  # type: ignore[arg-type]  # it takes text
            token.verify()  # the kind, and `exp` to the second
            return token.payload
    raise TokenError
