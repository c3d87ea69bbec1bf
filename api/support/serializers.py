"""What contract support reads (§3). These check shapes; rules stand in the actions."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from api.fields import Text, Word
from api.support.vocabulary import PRIORITY_WORDS, SILENT_STATUSES, STATUSES
from tickets.models import Category
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT


class AnyCase(Word):
    """One word of a list, in any letter case: lookups show capitals, tickets do not."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data.lower() if isinstance(data, str) else data)


@extend_schema_field(OpenApiTypes.INT)
class Id(serializers.Field):
    """The integer id of one of the rows that `among` finds; `unknown` says what is wrong with any other."""

    default_error_messages = {"invalid": "This must be an integer."}

    def __init__(self, among: Callable[[], Any], *, unknown: str, **options: Any) -> None:
        self.among = among
        self.unknown = unknown
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        row = self.among().filter(pk=data).first()
        if row is None:
            raise serializers.ValidationError(self.unknown, "unknown")
        return row


def category_id() -> Id:
    return Id(
        lambda: Category.objects.filter(is_active=True),
        unknown="There is no such category.",
        required=False,
        allow_null=True,
        source="category",
    )


def assignee_id() -> Id:
    return Id(
        lambda: User.objects.staff(),
        unknown="There is no active agent or administrator with this id.",
        required=False,
        allow_null=True,
        source="assignee",
    )


class TicketIn(serializers.Serializer):
    """§3.2."""

    subject = Text(max_length=LONGEST_SUBJECT)
    description = Text(max_length=LONGEST_TEXT)
    priority = AnyCase(PRIORITY_WORDS, required=False, help_text="any letter case; `medium` unless named")
    category_id = category_id()
    assignee_id = assignee_id()


class TicketChangeIn(serializers.Serializer):
    """§3.4."""

    subject = Text(max_length=LONGEST_SUBJECT, required=False)
    description = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    status = AnyCase(STATUSES, silent=SILENT_STATUSES, required=False)
    priority = AnyCase(PRIORITY_WORDS, required=False)
    category_id = category_id()
    assignee_id = assignee_id()
