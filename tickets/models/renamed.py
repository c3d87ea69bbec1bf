"""People whose tickets must be indexed again because their name or address changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Renamed(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.user_id)
