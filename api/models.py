"""What the contracts keep of their own."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Answer(models.Model):
    """What a request with an `Idempotency-Key` was answered; before that, who works on it (`api.once`).

    No page shows it: the answer is sealed, the key a digest, and all is gone after a day.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=64)  # digest of the route and the key
    body = models.CharField(max_length=64)  # digest of what was sent
    created_at = models.DateTimeField(default=timezone.now)
    attempt = models.UUIDField()
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # None: not answered yet
    etag = models.CharField(max_length=60, blank=True)
    content = models.TextField(blank=True)  # sealed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="answer_unique")]
        indexes = [models.Index("created_at", name="answer_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"
