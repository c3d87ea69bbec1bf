"""What people say on a ticket: replies the requester sees, and internal notes."""

from django.conf import settings
from django.db import models

from accounts.base import LivingManager, SoftDeleted
from accounts.models import Door


class Comment(SoftDeleted):
    """`author` is null for the system. An internal note is never shown to customers, by any way."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="comments")
    door = models.CharField(max_length=12, choices=Door)
    key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False)
    content = models.TextField()
    html = models.TextField(blank=True, help_text="As it came in; cleaned each time it is shown.")
    is_internal = models.BooleanField(default=False)
    came_from = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="+")

    objects = LivingManager["Comment"]()
    everything = models.Manager["Comment"]()

    class Meta(SoftDeleted.Meta):
        indexes = [models.Index("ticket", "created_at", "id", name="comment_order")]

    def __str__(self) -> str:
        return f"Comment {self.pk}"
