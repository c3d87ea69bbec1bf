"""The one organization of an installation."""

from django.db import models

from accounts.base import Row


class Tier(models.TextChoices):
    """How many requests a minute: standard 100, premium 300 (contract platform §7)."""

    STANDARD = "standard"
    PREMIUM = "premium"


class Organization(Row):
    """One row. Its uuid is the taas tenant and what the toptickets key test shows."""

    name = models.CharField(max_length=200, default="Polydesk")
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.STANDARD)
    reopen_on_reply = models.BooleanField(
        default=True, help_text="A requester's reply opens a pending ticket and reopens a resolved one."
    )

    default_team = models.ForeignKey(
        "accounts.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The desk whose fields, rules and service levels a ticket without team uses.",
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="organization_is_one")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organization":
        """The row; made on first use."""
        return cls.objects.get_or_create(id=1)[0]
