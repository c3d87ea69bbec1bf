"""What contract taas answers (§4), declared for its document. The shapes themselves come from the modules beside."""

from functools import lru_cache
from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from api.taas.reading import FLAT
from api.taas.vocabulary import PRIORITIES, STATUSES
from tickets.words import Resolution

# The names are the contract's, in camel case.
# ruff: noqa: N815


@extend_schema_field({})
class Anything(serializers.JSONField):
    """Any JSON value."""


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", "format": "date-time"})
class Moment(serializers.DateTimeField):
    """UTC with milliseconds."""


@extend_schema_field({"type": ["string", "null"], "format": "date-time"})
class MaybeMoment(serializers.DateTimeField):
    """UTC with milliseconds, or null."""


class User(serializers.Serializer):
    id = serializers.CharField(help_text="the id that it was named by, else ours")
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)


class Tag(serializers.Serializer):
    tagCategoryId = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()


class NextStep(serializers.Serializer):
    targetId = serializers.CharField()
    transitionLabel = serializers.CharField()
    authorizedUsers = User(many=True)
    recordComment = serializers.BooleanField()
    recordResolutionSLA = serializers.BooleanField()


class WorkflowState(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    recordResolutionSLA = serializers.BooleanField()
    nextSteps = NextStep(many=True)


class Ticket(serializers.Serializer):
    id = serializers.UUIDField()
    ticketId = serializers.IntegerField(help_text="the number people quote")
    ticketNo = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    priority = serializers.ChoiceField(PRIORITIES)
    requestor = User()
    customFields = serializers.DictField(help_text="by field id; only fields with a value")
    assignee = User(allow_null=True)
    expectedDate = MaybeMoment()
    resolution = serializers.ChoiceField(Resolution.values, allow_null=True)
    firstResponseOn = MaybeMoment()
    firstResolutionOn = MaybeMoment()
    lastResolutionOn = MaybeMoment()
    createdOn = Moment()
    lastUpdatedOn = Moment()
    tags = Tag(many=True)
    isFrtEscalated = serializers.BooleanField()
    isRtEscalated = serializers.BooleanField()
    isFrtBreached = serializers.BooleanField()
    isRtBreached = serializers.BooleanField()
    createdBy = User()
    lastUpdatedBy = User()
    lastResolutionComment = serializers.CharField(allow_null=True)
    resolvedStatus = serializers.ListField(child=serializers.CharField())
    isCustomWorkflow = serializers.BooleanField()
    trackingId = serializers.UUIDField()
    origin = serializers.ChoiceField(["api", "web", "email"])
    description_HTML = serializers.CharField(required=False, help_text="with `include=description_HTML`")


class WholeTicket(Ticket):
    workflow = WorkflowState(many=True)


class ListedTicket(Ticket):
    """With `select` exactly the chosen keys, so none is sure."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in FLAT:
            moment = name in ("createdDateTime", "lastInteraction")
            fields[name] = Moment() if moment else serializers.CharField(allow_null=True)
        for field in fields.values():
            field.required = False
        return fields


class Attachment(serializers.Serializer):
    id = serializers.UUIDField()
    caption = serializers.CharField()
    filename = serializers.CharField()
    src = serializers.CharField(help_text="a link; to a file it is signed and works for one hour")
    createdDateTime = Moment()
    createdBy = serializers.CharField()
    isImage = serializers.BooleanField()
    isHyperlink = serializers.BooleanField()
    isArchive = serializers.BooleanField()


class Change(serializers.Serializer):
    name = serializers.CharField()
    oldValue = Anything()
    newValue = Anything()


class Activity(serializers.Serializer):
    id = serializers.UUIDField()
    ticketId = serializers.UUIDField()
    comment = serializers.CharField(allow_null=True)
    comment_HTML = serializers.CharField(required=False, help_text="with `include=comment_HTML`")
    isPrivate = serializers.BooleanField()
    createdDateTime = Moment()
    createdBy = User()
    attachments = Attachment(many=True)
    changes = Change(many=True)


class Comment(serializers.Serializer):
    id = serializers.UUIDField()
    activityId = serializers.UUIDField()
    ticketId = serializers.UUIDField()
    ticketNo = serializers.IntegerField()
    comment = serializers.CharField()
    comment_HTML = serializers.CharField(required=False, help_text="with `include=comment_HTML`")
    createdDateTime = Moment()
    attachments = Attachment(many=True)
    user = User()


class TagWord(serializers.Serializer):
    text = serializers.CharField()
    deleted = serializers.BooleanField()


class TagCategory(serializers.Serializer):
    id = serializers.UUIDField()
    instanceId = serializers.UUIDField()
    text = serializers.CharField()
    color = serializers.CharField()
    tags = TagWord(many=True)
    deleted = serializers.BooleanField()


class Error(serializers.Serializer):
    error = serializers.BooleanField()
    message = serializers.CharField()
    statusCode = serializers.IntegerField()


@lru_cache
def one(shape: type[serializers.Serializer]) -> Any:
    """`{"item": shape}`."""
    return inline_serializer(f"{shape.__name__}Answer", {"item": shape()})


@lru_cache
def many(shape: type[serializers.Serializer], *, pages: bool = False, counted: bool = False) -> Any:
    """`{"items": [shape]}`; `pages` may go on by token, `counted` says how many there are."""
    fields: dict[str, Any] = {"items": shape(many=True)}
    if pages:
        fields["continuationToken"] = serializers.CharField(required=False, help_text="only while more follows")
    if counted:
        fields["itemCount"] = serializers.IntegerField(help_text="all that match")
    return inline_serializer(f"{shape.__name__}List", fields)
