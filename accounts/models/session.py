"""A sign-in by token. Its uuid travels in the tokens as `sid`; revoking the row ends every token of it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.base import Row


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> "SessionQuerySet":
        """Neither revoked nor expired, and of somebody who may sign in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True, user__deleted_at=None)


class Session(Row):
    """It lives as long as its refresh token; `updated_at` says when that was last exchanged."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="token_sessions")
    refresh_id = models.UUIDField(default=uuid4, editable=False, help_text="jti of the one refresh token that counts")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = "token session"

    def __str__(self) -> str:
        return str(self.uuid)
