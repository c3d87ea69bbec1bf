"""API keys of the contracts toptickets, taas and support. Only a digest is stored."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.base import Row


class Contract(models.TextChoices):
    TOPTICKETS = "toptickets"
    TAAS = "taas"
    SUPPORT = "support"


def nothing() -> list[Any]:
    return []


class ApiKey(Row):
    """`prefix` may be shown and searched; the key itself is shown once, when made (see `accounts.keys`)."""

    contract = models.CharField(max_length=12, choices=Contract)
    kind = models.CharField(max_length=12, help_text="admin, ro, agent, live; primary, secondary; key")
    prefix = models.CharField(max_length=40, db_index=True)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="keys")
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="keys")
    scopes = models.JSONField(default=nothing, blank=True)
    allowed_addresses = models.JSONField(default=nothing, blank=True, help_text="CIDR ranges; none: everywhere.")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(condition=models.Q(contract__in=Contract.values), name="key_contract_known"),
            models.CheckConstraint(
                condition=~models.Q(contract=Contract.TAAS) | models.Q(team__isnull=False), name="key_taas_has_team"
            ),
            models.UniqueConstraint(
                fields=["team", "kind"],
                condition=models.Q(contract=Contract.TAAS, revoked_at=None),
                name="key_taas_slot_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def is_live(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
