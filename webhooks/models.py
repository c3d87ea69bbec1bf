"""Who is told of what: endpoints, frozen messages, and the deliveries and attempts between them.

The delivery row is the truth; whatever sends it only claims rows and records attempts.
"""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.base import LivingManager, Row, SoftDeleted
from webhooks.words import EVENTS, TEST


def every_event() -> list[Any]:
    return []


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def sending(self) -> "EndpointQuerySet":
        """Those that requests are made to now."""
        return self.filter(is_active=True)


class Endpoint(SoftDeleted):
    """An address that is told. No events named: all of them."""

    url = models.CharField("address", max_length=2000)  # what it may be, the guard knows
    description = models.CharField(max_length=500, blank=True)
    events = models.JSONField(default=every_event, blank=True, help_text="Empty: every event.")
    is_active = models.BooleanField(default=True)
    include_internal = models.BooleanField(default=False, help_text="Internal notes are sent too.")
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="endpoints",
        help_text="Only tickets of this team.",
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    secret = models.TextField(editable=False, help_text="Sealed.")
    former_secret = models.TextField(blank=True, editable=False, help_text="Sealed; signs too until it expires.")
    former_secret_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The first failure after the last success."
    )
    stopped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was paused, or disabled."
    )
    disabled_reason = models.CharField(
        max_length=200, blank=True, editable=False, help_text="Why we stopped sending; empty if a person did."
    )
    owner_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LivingManager.from_queryset(EndpointQuerySet)()
    everything = models.Manager["Endpoint"]()

    class Meta(SoftDeleted.Meta):
        pass

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        """What people call it."""
        return self.description or self.url

    @property
    def secret_mark(self) -> str:
        """Tells its secret from the next one, and nothing of it."""
        return sha256(self.secret.encode()).hexdigest()[:16]

    def wants(self, message: "Message") -> bool:
        """Whether it asked for such messages and may have them."""
        if message.event == TEST or (self.events and message.event not in self.events):
            return False
        if message.is_internal and not self.include_internal:
            return False
        return self.team_id is None or self.team_id == message.team_id


class Message(Row):
    """One thing that happened, its body frozen in the transaction that made the change. Its uuid is the webhook-id."""

    event = models.CharField(max_length=40, choices=[(word, word) for word in (*EVENTS, TEST)])
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    is_internal = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    body = models.BinaryField()
    error = models.CharField(max_length=500, blank=True, help_text="Why the body could not be built.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "sequence"], condition=Q(ticket__isnull=False), name="message_sequence_unique"
            )
        ]
        indexes = [models.Index("created_at", "id", name="message_since")]

    def __str__(self) -> str:
        return f"{self.event} {self.uuid}"


class Delivery(Row):
    """One message for one endpoint.

    `due_at` is when it may next be claimed: the planned attempt, or the end of the lease of `claimed_by`.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        EXHAUSTED = "exhausted"
        PARKED = "parked"
        CANCELLED = "cancelled"

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True, blank=True, editable=False, help_text="The dispatcher that holds it.")
    attempt_count = models.PositiveSmallIntegerField(default=0, help_text="Since it was last queued.")
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["message", "endpoint"], name="delivery_unique")]
        indexes = [
            models.Index("endpoint", "due_at", "id", condition=Q(state="pending"), name="delivery_due"),
            models.Index("endpoint", F("id").desc(), name="delivery_of_endpoint"),
            models.Index("endpoint", F("id").desc(), condition=Q(state="exhausted"), name="delivery_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.endpoint_id}: {self.state}"


class Attempt(Row):
    """One request and what came back. `created_at` is when it began."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    request_headers = models.JSONField(default=dict)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"


class Recovery(Row):
    """Somebody asked for everything since a moment that an endpoint has not had; the worker goes through the log."""

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="recoveries")
    since = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    first = models.PositiveBigIntegerField(help_text="Id of the message it began behind.")
    position = models.PositiveBigIntegerField(help_text="Id of the last message that was looked at.")
    last = models.PositiveBigIntegerField(help_text="Id of the last message there was when it began.")
    queued = models.PositiveIntegerField(default=0, help_text="Deliveries it queued so far.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "recoveries"

    def __str__(self) -> str:
        return f"{self.endpoint_id} since {self.since}"

    @property
    def percent(self) -> int:
        """How far it has come, 0 to 100."""
        if self.finished_at is not None or self.last <= self.first:
            return 100
        return int(100 * (self.position - self.first) / (self.last - self.first))
