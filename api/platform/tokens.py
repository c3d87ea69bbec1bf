"""Tokens of contract platform: JWTs whose `sid` names an `accounts.Session` row, so that they can be revoked."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Subquery
from django.http import HttpRequest
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.actor import Actor
from accounts.models import Door, Organization, Session, Tier, User
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
    """The caller and their requests a minute, with one query. Raises Unauthorized."""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized
    try:
        sid = UUID(AccessToken(text.strip())["sid"])
    except (TokenError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unauthorized from error
    session = (
        Session.objects.filter(uuid=sid, revoked_at=None, user__is_active=True, user__deleted_at=None)
        .filter(expires_at__gt=timezone.now())
        .select_related("user")
        .annotate(organization_tier=Subquery(Organization.objects.values("tier")[:1]))
        .first()
    )
    if session is None:
        raise Unauthorized
    tier = session.user.tier or session.organization_tier or Tier.STANDARD
    return Actor.person(session.user, Door.PLATFORM), PER_MINUTE[Tier(tier)]
