"""The one history of tickets: timeline, audit trail, taas activities, source of webhooks."""

from django.db import models

from accounts.models import Event
from tickets.words import Kind


class TicketEvent(Event):
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    comment = models.ForeignKey("tickets.Comment", models.PROTECT, null=True, blank=True, related_name="events")

    class Meta:
        indexes = [models.Index("ticket", "id", name="ticket_event_order")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"
