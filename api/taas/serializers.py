"""What contract taas reads (§3). These check shapes; rules stand in the actions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import Flag, Many, Text, Word
from api.taas.vocabulary import PRIORITIES, PRIORITY_SPELLINGS, STATUS_SPELLINGS, STATUSES
from attachments.uploads import MOST_FILES
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT, MOST_TAGS
from tickets.words import Resolution


class Spelled(Word):
    """A word in any case and with blanks around it, given as the contract spells it."""

    def __init__(self, words: Any, spellings: Any, **options: Any) -> None:
        self.spellings = spellings
        super().__init__(words, **options)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(
            self.spellings.get(data.strip().lower(), data) if isinstance(data, str) else data
        )


class UserIn(serializers.Serializer):
    """§4.2. Nobody checks that the three belong together."""

    id = Text(max_length=200)
    name = Text(max_length=200, allow_blank=True)
    email = Text(max_length=254)

    def validate_id(self, value):
        return value.strip()

    def validate_email(self, value):
        try:
            validate_email(value.strip())
        except ValidationError as error:
            raise serializers.ValidationError("Enter a valid e-mail address.", "email") from error
        return value.strip()


class TagIn(serializers.Serializer):
    tagCategoryId = Text(allow_null=True, help_text="null: a tag without category")  # noqa: N815
    text = Text()


@extend_schema_field({"type": "object", "additionalProperties": True, "description": "values by field id"})
class CustomFieldsIn(serializers.DictField):
    def to_internal_value(self, data):
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        return data


class FieldsIn(serializers.Serializer):
    """What both a new and a changed ticket may bring."""

    title = Text(max_length=LONGEST_SUBJECT, required=False)
    requestor = UserIn(required=False)
    description = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    description_HTML = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False)  # noqa: N815
    priority = Spelled(PRIORITIES, PRIORITY_SPELLINGS, required=False)
    assignee = UserIn(required=False, allow_null=True)
    expectedDate = Text(required=False, allow_null=True, help_text="a date, or an ISO 8601 time")  # noqa: N815
    customFields = CustomFieldsIn(required=False)  # noqa: N815
    tags = Many(child=TagIn(), required=False, max_length=MOST_TAGS)


class SaidIn(serializers.Serializer):
    """What may be said about a status (§3.4)."""

    resolution = Word(Resolution.values, required=False, allow_null=True)
    comment = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False, allow_null=True)


class UpdatesIn(SaidIn, FieldsIn):
    """§3.3: absent is unchanged. What is said about a status counts beside one only."""

    status = Spelled(STATUSES, STATUS_SPELLINGS, required=False, help_text="as in `PUT …/status`")


class NewTicketIn(FieldsIn):
    """§3.2."""

    title = Text(max_length=LONGEST_SUBJECT)
    requestor = UserIn()


class TicketIn(serializers.Serializer):
    ticket = NewTicketIn()
    user = UserIn(help_text="recorded as creator")


class ChangeIn(serializers.Serializer):
    """`ticket` is taken for `updates` too."""

    updates = UpdatesIn(help_text="may also be called `ticket`")
    user = UserIn()

    def to_internal_value(self, data):
        if "updates" not in data and "ticket" in data:
            data = {**data, "updates": data["ticket"]}
        return super().to_internal_value(data)


class StatusIn(SaidIn):
    """§3.4."""

    status = Spelled(STATUSES, STATUS_SPELLINGS)
    user = UserIn()


class CommentIn(serializers.Serializer):
    """§3.5: one of the two must not be blank."""

    comment = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False, allow_null=True)
    comment_HTML = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False, allow_null=True)  # noqa: N815
    isPrivate = Flag(required=False, default=False)  # noqa: N815
    user = UserIn()


class LinkIn(serializers.Serializer):
    src = Text(help_text="http or https")
    caption = Text(allow_blank=True, required=False, allow_null=True, max_length=255)


class AttachmentsIn(CommentIn):
    """§3.6: links. Files come as multipart."""

    attachments = Many(child=LinkIn(), min_length=1, max_length=MOST_FILES)


class FilesIn(CommentIn):
    """§3.6: the texts beside the files of a multipart body."""


class FormIn(serializers.Serializer):
    """The multipart body, for the document."""

    files = serializers.ListField(child=serializers.FileField())
    comment = serializers.CharField(required=False)
    comment_HTML = serializers.CharField(required=False)  # noqa: N815
    isPrivate = serializers.ChoiceField(["true", "false"], required=False)  # noqa: N815
    user = serializers.CharField(help_text="an IUser as JSON text")
