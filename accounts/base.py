"""What every table shares: a number, a public id, two time stamps; and deletion that keeps the row."""

from typing import TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

M = TypeVar("M", bound=models.Model, covariant=True)


def new_uuid() -> UUID:
    """A version 7 UUID: grows with time, so indexes on it stay compact."""
    return uuid7()


class Row(models.Model):
    """`id` is what people and the support contract quote, `uuid` what the other contracts show."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    # Not auto_now_add: imports bring their own dates. Not auto_now: a save that changes nothing must not touch it.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class LivingManager(models.Manager[M]):
    """Hides deleted rows. Build one with a queryset's methods by `LivingManager.from_queryset(MyQuerySet)`."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(deleted_at=None)


class SoftDeleted(Row):
    """A row that is never removed: `objects` shows the living, `everything` all. Ids are never used again."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "everything"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None
