"""Who is told of what: endpoints, frozen messages, and the deliveries and attempts between them.

The delivery row is the truth; whatever sends it only claims rows and records attempts.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.base import LivingManager, Row, SoftDeleted


def every_event() -> list[Any]:
    return []


class Endpoint(SoftDeleted):
    """An address that is told. No events named: all of them."""

    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=500, blank=True)
    events = models.JSONField(default=every_event, blank=True)
    is_active = models.BooleanField(default=True)
    include_internal = models.BooleanField(default=False, help_text="Internal notes are sent too.")
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="endpoints")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    secret = models.TextField(editable=False, help_text="Encrypted.")
    former_secret = models.TextField(blank=True, editable=False, help_text="Encrypted; signs too until it expires.")
    former_secret_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_reason = models.CharField(max_length=200, blank=True, editable=False)

    objects = LivingManager["Endpoint"]()
    everything = models.Manager["Endpoint"]()

    class Meta(SoftDeleted.Meta):
        pass

    def __str__(self) -> str:
        return self.url


class Message(Row):
    """One thing that happened, its body frozen in the transaction that made the change."""

    event = models.CharField(max_length=40)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="messages")
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    is_internal = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "sequence"], condition=Q(ticket__isnull=False), name="message_sequence_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uuid}"


class Delivery(Row):
    """One message for one endpoint. `due_at` is when it may next be claimed (also the lease of whoever claimed it)."""

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        EXHAUSTED = "exhausted"
        PARKED = "parked"
        CANCELLED = "cancelled"

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField()
    attempt_count = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index("due_at", "id", condition=Q(state="pending"), name="delivery_due"),
            models.Index("endpoint", F("id").desc(), name="delivery_of_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.endpoint_id}: {self.state}"


class Attempt(Row):
    """One request and what came back."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    request_headers = models.JSONField(default=dict)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"
