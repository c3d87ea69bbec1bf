"""History: one abstract event, two tables (people here, tickets in `tickets.TicketEvent`)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.base import new_uuid


class Door(models.TextChoices):
    """Where a change came in."""

    PLATFORM = "platform"
    TOPTICKETS = "toptickets"
    TAAS = "taas"
    SUPPORT = "support"
    WEB = "web", "pages"
    ADMIN = "admin"
    MAIL = "mail"
    IMPORT = "import"
    SYSTEM = "system"


def no_changes() -> list[Any]:
    return []


class Event(models.Model):
    """One line of history. `changes` is a list of {field, previous, current} in canonical words."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=12, choices=Door)
    key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False)
    changes = models.JSONField(default=no_changes)

    class Meta:
        abstract = True


class UserEvent(Event):
    class Kind(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        DELETED = "deleted"
        PASSWORD_CHANGED = "password_changed", "password changed"
        SIGNED_OUT = "signed_out", "signed out"
        TOKEN_REUSED = "token_reused", "signed out: a refresh token was used twice"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        indexes = [models.Index("user", "id", name="user_event_order")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
