"""The ticket: one row that four contracts, the pages and the admin show each in their way."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from accounts.base import LivingManager, SoftDeleted
from accounts.models import Door
from tickets.queries import TicketQuerySet
from tickets.words import STAGES, Priority, Resolution, Status


def no_values() -> dict[str, Any]:
    return {}


def _living(*columns: str, name: str) -> models.Index:
    """An index over the living, newest first."""
    return models.Index(*columns, F("created_at").desc(), F("id").desc(), condition=Q(deleted_at=None), name=name)


def stage() -> Case:
    """How far a ticket is, as a number; equal expressions let the database use its index."""
    return Case(*(When(status=status, then=Value(place)) for status, place in STAGES.items()))


def lightness() -> Func:
    """Grows as priority falls, so that the lightest first and of these the newest first is one direction."""
    return Func(F("priority"), template="(-%(expressions)s)", output_field=models.IntegerField())


class Ticket(SoftDeleted):
    """`id` is the number people quote. Written only by `tickets.actions`."""

    subject = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    description_html = models.TextField(blank=True, help_text="As it came in; cleaned each time it is shown.")
    status = models.CharField(max_length=12, choices=Status, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    # Indexed by the partial indexes below, which every list uses.
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requested_tickets", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_tickets", db_index=False
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    category = models.ForeignKey("tickets.Category", models.PROTECT, null=True, blank=True, related_name="tickets")
    tags = models.ManyToManyField("tickets.Tag", through="tickets.TicketTag", related_name="tickets")
    due_at = models.DateTimeField(null=True, blank=True)
    tracking_token = models.UUIDField(default=uuid4, unique=True, editable=False)
    fields = models.JSONField(default=no_values, blank=True, help_text="Answers to custom fields, by field uuid.")
    custom = models.JSONField(default=no_values, blank=True, help_text="Free-form values of contract platform.")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_door = models.CharField(max_length=12, choices=Door)
    created_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    updated_door = models.CharField(max_length=12, choices=Door)
    updated_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )

    resolution = models.CharField(max_length=20, choices=Resolution, blank=True)
    resolution_comment = models.TextField(blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    first_resolved_at = models.DateTimeField(null=True, blank=True)
    last_resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    frt_breached = models.BooleanField("first response breached", default=False)
    rt_breached = models.BooleanField("resolution breached", default=False)
    frt_escalated = models.BooleanField("first response escalated", default=False)
    rt_escalated = models.BooleanField("resolution escalated", default=False)

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows when a field changes.")
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="Messages sent about this ticket.")

    objects = LivingManager.from_queryset(TicketQuerySet)()
    everything = models.Manager["Ticket"]()

    class Meta(SoftDeleted.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=Q(resolution="") | Q(resolution__in=Resolution.values), name="ticket_resolution_known"
            ),
        ]
        indexes = [
            _living(name="ticket_newest"),
            _living("status", name="ticket_by_status"),
            _living("assignee", name="ticket_by_assignee"),
            _living("requester", name="ticket_by_requester"),
            _living("team", name="ticket_by_team"),
            models.Index(F("updated_at").desc(), F("id").desc(), condition=Q(deleted_at=None), name="ticket_active"),
            # Ties always go to the newest, so ascending and descending weight need an index each.
            models.Index(F("priority").desc(), F("id").desc(), condition=Q(deleted_at=None), name="ticket_heaviest"),
            models.Index(lightness().desc(), F("id").desc(), condition=Q(deleted_at=None), name="ticket_lightest"),
            models.Index("due_at", "id", condition=Q(deleted_at=None, due_at__isnull=False), name="ticket_due"),
            models.Index(stage(), "id", condition=Q(deleted_at=None), name="ticket_by_stage"),
            models.Index(Lower("subject"), "id", condition=Q(deleted_at=None), name="ticket_by_subject"),
            models.Index("merged_into", condition=Q(merged_into__isnull=False), name="ticket_merged"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @cached_property
    def tag_texts(self) -> list[str]:
        """The words of its tags in order, each once. Verbs that know them set this and save the query."""
        links = self.ticket_tags.order_by("position", "id").values_list("tag__text", flat=True)
        return list(dict.fromkeys(links))

    @cached_property
    def last_event_id(self) -> int:
        """The newest line of its history. `record()` sets this and saves the query."""
        return int(self.events.order_by("-id").values_list("id", flat=True).first() or 0)

    @property
    def is_done(self) -> bool:
        return self.status in (Status.RESOLVED, Status.CLOSED)
