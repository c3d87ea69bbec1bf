"""Tags: free words, or words of a team's tag category."""

from django.db import models

from accounts.base import LivingManager, Row, SoftDeleted


class TagCategory(SoftDeleted):
    """A team's heading for tags (contract taas §4.6). Deleted ones stay visible there."""

    team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="tag_categories")
    text = models.CharField(max_length=200)
    color = models.CharField(max_length=20, blank=True)

    objects = LivingManager["TagCategory"]()
    everything = models.Manager["TagCategory"]()

    class Meta(SoftDeleted.Meta):
        verbose_name_plural = "tag categories"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "text"], condition=models.Q(deleted_at=None), name="tag_category_unique"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Tag(SoftDeleted):
    """A word, kept as it was sent. Adding a deleted one again revives it."""

    text = models.CharField(max_length=100)
    category = models.ForeignKey(TagCategory, models.PROTECT, null=True, blank=True, related_name="tags")

    objects = LivingManager["Tag"]()
    everything = models.Manager["Tag"]()

    class Meta(SoftDeleted.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["category", "text"], condition=models.Q(category__isnull=False), name="tag_unique_in_category"
            ),
            models.UniqueConstraint(
                fields=["text"], condition=models.Q(category__isnull=True), name="tag_unique_uncategorised"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class TicketTag(Row):
    """`position` keeps the order of sending."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="ticket_tags")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="ticket_tags")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="ticket_tag_unique")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.tag_id}"
