"""A sign-in by token. Its uuid travels in the token as `sid`; revoking the row ends every token of it."""

from django.conf import settings
from django.db import models

from accounts.base import Row


class Session(Row):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="token_sessions")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "token session"

    def __str__(self) -> str:
        return str(self.uuid)
