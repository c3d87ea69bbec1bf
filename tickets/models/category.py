"""What a ticket is about, in one word."""

from django.db import models
from django.db.models.functions import Lower

from accounts.base import Row

# A fresh installation holds these, with these ids (contract support §3.6).
FIRST = ("Account Access", "Billing Inquiry", "Technical Support", "Feature Request", "General Question")


class Category(Row):
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(Lower("name"), name="category_name_unique")]

    def __str__(self) -> str:
        return self.name
