"""What contract platform reads (§3). These check shapes; rules stand in the actions."""

import base64
import binascii
from typing import Any

from rest_framework import serializers

from api.fields import Flag, Person, Text, Word
from api.platform.vocabulary import PRIORITY_WORDS, STATUSES
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT


class CredentialsIn(serializers.Serializer):
    """§2."""

    email = Text()
    password = Text()


class AttachmentIn(serializers.Serializer):
    """A file in base64; `content` is decoded here."""

    filename = Text(max_length=1000)
    content = Text(allow_blank=True, help_text="base64")
    mime_type = Text(max_length=255)

    def validate_content(self, value: str) -> bytes:
        try:
            return base64.b64decode("".join(value.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError("This is not valid base64.", "base64") from error


class CustomFields(serializers.DictField):
    """A free-form object: any JSON value by key."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        return data


class TicketIn(serializers.Serializer):
    """§3.2."""

    title = Text(max_length=LONGEST_SUBJECT, source="subject")
    description = Text(max_length=LONGEST_TEXT)
    priority = Word(PRIORITY_WORDS, silent=["urgent"], required=False)
    tags = serializers.ListField(child=Text(allow_blank=True), required=False)
    custom_fields = CustomFields(required=False, source="custom")
    attachments = AttachmentIn(many=True, required=False)
    status = Word(STATUSES, required=False)
    assigned_to = Person(staff=True, required=False, allow_null=True, source="assignee")
    requester_id = Person(required=False, source="requester")


class TicketChangeIn(serializers.Serializer):
    """§3.4."""

    title = Text(max_length=LONGEST_SUBJECT, required=False, source="subject")
    description = Text(max_length=LONGEST_TEXT, required=False)
    status = Word(STATUSES, required=False)
    priority = Word(PRIORITY_WORDS, silent=["urgent"], required=False)
    assigned_to = Person(staff=True, required=False, allow_null=True, source="assignee")
    tags = serializers.ListField(child=Text(allow_blank=True), required=False)
    custom_fields = CustomFields(required=False, source="custom")


class CommentIn(serializers.Serializer):
    """§3.6."""

    content = Text(max_length=LONGEST_TEXT)
    is_internal = Flag(required=False, default=False)
    attachments = AttachmentIn(many=True, required=False)
