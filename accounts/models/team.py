"""Teams, and the settings of the desk each team keeps (contract taas: an instance)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.base import LivingManager, Row, SoftDeleted

# What an assignment rule may ask about a ticket; `tickets.assigning` says how.
RULE_KINDS = ("title", "description", "requestor", "priority", "tag", "category")


def no_rules() -> list[Any]:
    return []


def no_settings() -> dict[str, Any]:
    return {}


class Team(SoftDeleted):
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="TeamMember", related_name="teams")

    # The desk, as contract taas §4.4 shows it.
    enabled = models.BooleanField(default=True, help_text="Off: the desk's keys are refused.")
    mail_address = models.EmailField(blank=True)
    group_id = models.CharField(max_length=200, blank=True)
    tenant_id = models.CharField(max_length=200, blank=True)
    external_team_id = models.CharField(max_length=200, blank=True)
    channel_id = models.CharField(max_length=200, blank=True)
    subscription_id = models.CharField(max_length=200, blank=True)
    auto_assign = models.BooleanField(
        default=False,
        help_text="Give tickets that come without an assignee to somebody: by the rules, else the default.",
    )
    assignee_rules = models.JSONField(
        default=no_rules,
        blank=True,
        help_text=(
            'In this order, [{"type": "tag", "condition": "door, gate", "assignee": ["agnes@example.test"]}, …]; '
            f"types: {', '.join(RULE_KINDS)}. Of several people the one with the fewest open tickets."
        ),
    )
    default_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    auto_assign_idle = models.BooleanField(
        default=False, help_text="Give open tickets on which nothing happened for so many days to one of these people."
    )
    idle_days = models.PositiveSmallIntegerField(null=True, blank=True)
    idle_assignees = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    notify_idle = models.BooleanField(default=False, help_text="taas: shown to programs; no mail is sent.")
    alerts = models.JSONField(default=no_settings, blank=True)
    provision_assignees = models.BooleanField(default=True, help_text="taas: an unknown assignee becomes an agent.")
    secondary_key_writes = models.BooleanField(default=False, help_text="taas: the secondary key may write too.")
    reopen_on_reply = models.BooleanField(null=True, blank=True, help_text="Empty: as the organization says.")

    objects = LivingManager["Team"]()
    everything = models.Manager["Team"]()

    class Meta(SoftDeleted.Meta):
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=models.Q(deleted_at=None), name="team_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(Row):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_unique")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
