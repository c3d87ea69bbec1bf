"""Custom fields: a team's own questions. Answers live in `Ticket.fields`, keyed by the field's uuid."""

from typing import Any

from django.db import models

from accounts.base import LivingManager, SoftDeleted
from tickets.words import FieldKind


class Column(models.TextChoices):
    LEFT = "left"
    RIGHT = "right"


class CustomField(SoftDeleted):
    """`key` is the slug of the first title, fixed, unique in the team: the name in contract platform."""

    team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="custom_fields")
    title = models.CharField(max_length=200)
    key = models.SlugField(max_length=200, editable=False)
    kind = models.CharField(max_length=10, choices=FieldKind)
    is_multiple = models.BooleanField(default=False)
    is_mandatory = models.BooleanField(default=False)
    is_visible = models.BooleanField(default=True)
    column = models.CharField(max_length=5, choices=Column, default=Column.LEFT)
    position = models.PositiveSmallIntegerField(default=0)
    default: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)

    objects = LivingManager["CustomField"]()
    everything = models.Manager["CustomField"]()

    class Meta(SoftDeleted.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "key"], condition=models.Q(deleted_at=None), name="field_key_unique"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=FieldKind.values), name="field_kind_known"),
        ]

    def __str__(self) -> str:
        return self.title


class CustomOption(SoftDeleted):
    """One choice of a list field; its uuid is the stored value and the taas option key."""

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="options")
    text = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = LivingManager["CustomOption"]()
    everything = models.Manager["CustomOption"]()

    class Meta(SoftDeleted.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text
