"""What contract platform reads (§3). These check shapes; rules stand in the actions."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Team
from api.fields import Flag, Many, Person, Text, Word
from api.platform import moments
from api.platform.vocabulary import PRIORITY_WORDS, STATUSES
from attachments.uploads import MOST_FILES
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT
from webhooks.actions import LONGEST_DESCRIPTION, LONGEST_URL
from webhooks.words import EVENTS

MOST_SENT = 1000  # tags; fewer are kept, once blanks and duplicates are dropped


class CredentialsIn(serializers.Serializer):
    """§2."""

    email = Text()
    password = Text()


class RefreshIn(serializers.Serializer):
    """§12."""

    refresh_token = Text()


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
    tags = Many(child=Text(allow_blank=True), required=False, max_length=MOST_SENT)
    custom_fields = CustomFields(required=False, source="custom")
    attachments = Many(child=AttachmentIn(), required=False, max_length=MOST_FILES)
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
    tags = Many(child=Text(allow_blank=True), required=False, max_length=MOST_SENT)
    custom_fields = CustomFields(required=False, source="custom")


class CommentIn(serializers.Serializer):
    """§3.6."""

    content = Text(max_length=LONGEST_TEXT)
    is_internal = Flag(required=False, default=False)
    attachments = Many(child=AttachmentIn(), required=False, max_length=MOST_FILES)


class Words(serializers.ListField):
    """A list of words out of some; what is wrong with one is said of the list."""

    def __init__(self, words: list[str], **options: Any) -> None:
        self.words = words
        super().__init__(child=serializers.ChoiceField(words), **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if any(word not in self.words for word in data):
            label = str(self.field_name).capitalize()
            raise serializers.ValidationError(f"{label} must be among: {', '.join(self.words)}", "invalid_choice")
        return data


@extend_schema_field(OpenApiTypes.UUID)
class TeamId(serializers.Field):
    """The id of a team."""

    default_error_messages = {"invalid": "This must be the id of a team.", "unknown_team": "There is no such team."}

    def to_internal_value(self, data: Any) -> Team:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return Team.objects.get(uuid=UUID(data))
        except (ValueError, Team.DoesNotExist):
            self.fail("unknown_team")


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field):
    """A moment in ISO 8601."""

    default_error_messages = {"invalid": f"This {moments.PROBLEM}."}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            return moments.read(data)
        except (TypeError, ValueError):
            self.fail("invalid")


class EndpointIn(serializers.Serializer):
    """§8."""

    url = Text(max_length=LONGEST_URL)
    description = Text(max_length=LONGEST_DESCRIPTION, allow_blank=True, required=False)
    events = Words(list(EVENTS), required=False, help_text="none: every event")
    is_active = Flag(required=False)
    include_internal = Flag(required=False, help_text="internal notes are sent too")
    team = TeamId(required=False, allow_null=True, help_text="only tickets of this team")


class EndpointChangeIn(EndpointIn):
    """§8."""

    url = Text(max_length=LONGEST_URL, required=False)


class RecoveryIn(serializers.Serializer):
    """What is older is not looked at."""

    since = Moment()
