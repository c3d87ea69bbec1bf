"""What contract platform answers (§4), declared for its document. The shapes themselves come from `native`."""

from functools import lru_cache
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field, inline_serializer
from rest_framework import serializers

from accounts.models import Role
from api.platform.vocabulary import PRIORITY_WORDS, STATUSES
from tickets.words import Kind


class UserRef(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


class NamedRef(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Attachment(serializers.Serializer):
    id = serializers.UUIDField()
    filename = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    mime_type = serializers.CharField()
    url = serializers.CharField(help_text="signed, valid for one hour, no header needed")
    created_at = serializers.DateTimeField()


class Comment(serializers.Serializer):
    id = serializers.UUIDField()
    content = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = UserRef(allow_null=True, help_text="null for a comment by automation")
    is_internal = serializers.BooleanField()
    attachments = Attachment(many=True)


class Ticket(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    priority = serializers.ChoiceField(PRIORITY_WORDS)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    created_by = UserRef(help_text="the person with the problem")
    assigned_to = UserRef(allow_null=True)
    entered_by = UserRef(allow_null=True, help_text="who entered the ticket; null for the system")
    team = NamedRef(allow_null=True)
    category = NamedRef(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    custom_fields = serializers.DictField()
    due_at = serializers.DateTimeField(allow_null=True)
    first_response_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class WholeTicket(Ticket):
    comments = Comment(many=True, help_text="oldest first; customers never see internal ones")
    attachments = Attachment(many=True, help_text="those of the ticket; those of comments hang under them")


class User(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.ChoiceField(Role.values)
    status = serializers.ChoiceField(["active", "inactive"])
    created_at = serializers.DateTimeField()
    last_login_at = serializers.DateTimeField(allow_null=True)


class SignedInUser(UserRef):
    role = serializers.ChoiceField(Role.values)


class SignedIn(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="of `token`")
    refresh_token = serializers.CharField(help_text="valid for 60 days, once")
    user = SignedInUser()


@extend_schema_field({})
class Anything(serializers.JSONField):
    """Any JSON value."""


class Change(serializers.Serializer):
    field = serializers.CharField()
    previous = Anything()
    current = Anything()


class Event(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.values)
    created_at = serializers.DateTimeField()
    actor = UserRef(allow_null=True)
    origin = serializers.CharField(help_text="the contract or page the change came through")
    changes = Change(many=True)
    comment_id = serializers.UUIDField(allow_null=True)


class Pagination(serializers.Serializer):
    total = serializers.IntegerField()
    per_page = serializers.IntegerField()
    current_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    next_page_url = serializers.CharField(allow_null=True)
    prev_page_url = serializers.CharField(allow_null=True)
    total_is_estimate = serializers.BooleanField(required=False)


class CursorPagination(serializers.Serializer):
    next_cursor = serializers.CharField(allow_null=True)
    prev_cursor = serializers.CharField(allow_null=True)
    per_page = serializers.IntegerField()


@extend_schema_field(PolymorphicProxySerializer("EitherPagination", [Pagination, CursorPagination], None, many=False))
class EitherPagination(serializers.JSONField):
    """By pages, or walked by `cursor=`."""


class Detail(serializers.Serializer):
    field = serializers.CharField()
    message = serializers.CharField()


class ErrorBody(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    details = Detail(many=True)


class Error(serializers.Serializer):
    error = ErrorBody()


@lru_cache
def one(shape: type[serializers.Serializer]) -> Any:
    """`{"data": shape}`."""
    return inline_serializer(f"{shape.__name__}Answer", {"data": shape()})


@lru_cache
def many(shape: type[serializers.Serializer]) -> Any:
    """`{"data": [shape], "pagination": …}` of a list that may be walked."""
    return inline_serializer(f"{shape.__name__}List", {"data": shape(many=True), "pagination": EitherPagination()})
