"""Every change to a sign-in by token. What ends all of a person's at once stands in `people`, with its reasons.

Each verb locks the person first, as those that change people do: no sign-in slips past a new password, and of two who
use one refresh token at the same moment one comes second.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions.people import record_user
from accounts.actor import Actor
from accounts.errors import NotYours
from accounts.models import Session, User, UserEvent
from accounts.signin import WrongCredentials


@transaction.atomic
def open_session(user: User, *, by: Actor) -> Session:
    """A sign-in of somebody whose password was just checked. Raises WrongCredentials if that no longer holds."""
    if by.user_id != user.pk:
        raise NotYours("Nobody signs in for somebody else.")
    found = _locked(user.pk)
    if not found.is_active or found.is_deleted or found.password != user.password:
        raise WrongCredentials
    return Session.objects.create(user=user, expires_at=_end())


@transaction.atomic
def refresh_session(session: Session, *, token: UUID, by: Actor) -> Session | None:
    """Prolongs a sign-in and changes its refresh token, of which `token` is the id; None if it is over.

    Of a token that comes back after it was exchanged, two people hold a copy, and nobody knows who is the thief: the
    sign-in ends for both.
    """
    _locked(session.user_id)
    found = Session.objects.live().select_related("user").filter(pk=session.pk).first()
    if found is None:
        return None
    if found.refresh_id != token:
        _revoke(found, UserEvent.Kind.TOKEN_REUSED, by=Actor.system(by.door))
        return None
    found.refresh_id, found.expires_at, found.updated_at = uuid4(), _end(), timezone.now()
    found.save(update_fields=["refresh_id", "expires_at", "updated_at"])
    return found


@transaction.atomic
def revoke_session(session: Session, *, by: Actor) -> None:
    """Ends a sign-in at once. Everybody may end their own, administrators anybody's."""
    if by.user_id != session.user_id:
        by.must_administer()
    _locked(session.user_id)
    _revoke(session, UserEvent.Kind.SIGNED_OUT, by=by)


def _revoke(session: Session, kind: UserEvent.Kind, *, by: Actor) -> None:
    if Session.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record_user(session.user, kind, by=by)


def _locked(user_id: int) -> User:
    return User.everything.select_for_update(no_key=True).get(pk=user_id)


def _end() -> datetime:
    return timezone.now() + settings.TOKEN_SESSION_AGE
