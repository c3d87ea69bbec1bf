"""Stored files (and links) that hang on a ticket or a comment, and people's pictures."""

from django.conf import settings
from django.db import models

from accounts.base import LivingManager, SoftDeleted
from attachments.scanning import WAITING, is_held


class Attachment(SoftDeleted):
    """Either a stored file (`stored_as`, a generated name) or a `link`; on a ticket, or somebody's avatar."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="attachments")
    comment = models.ForeignKey("tickets.Comment", models.PROTECT, null=True, blank=True, related_name="attachments")
    avatar_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="avatars"
    )
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    came_from = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField(default=0, help_text="bytes")
    stored_as = models.CharField(max_length=100, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    shown_as = models.CharField(max_length=40, blank=True, editable=False, help_text="type it is looked at as, if any")
    held = models.CharField(
        max_length=100, blank=True, editable=False, help_text="what the virus scanner found; `waiting`: not asked yet"
    )
    link = models.URLField(max_length=2000, blank=True)

    objects = LivingManager["Attachment"]()
    everything = models.Manager["Attachment"]()

    class Meta(SoftDeleted.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stored_as="") ^ models.Q(link=""), name="attachment_file_or_link"
            ),
            models.CheckConstraint(
                condition=models.Q(ticket__isnull=False) ^ models.Q(avatar_of__isnull=False),
                name="attachment_hangs_somewhere",
            ),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="attachment_size_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_held(self) -> bool:
        """Whether it is listed, but kept from everybody."""
        return is_held(self.held)

    @property
    def is_waiting(self) -> bool:
        """Whether the virus scanner has not looked at it yet."""
        return self.is_held and self.held == WAITING

    @property
    def is_picture(self) -> bool:
        """Whether there is a small picture of it."""
        return self.shown_as.startswith("image/")
