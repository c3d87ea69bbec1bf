"""What contract platform answers about webhooks (§8), declared for its document."""

from functools import lru_cache
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from api.platform.shapes import CursorPagination, NamedRef, UserRef
from webhooks.health import Health
from webhooks.models import Delivery
from webhooks.words import EVENTS, TEST


class Webhook(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.ChoiceField(list(EVENTS)), help_text="none: every event")
    is_active = serializers.BooleanField()
    include_internal = serializers.BooleanField(help_text="internal notes are sent too")
    team = NamedRef(allow_null=True, help_text="only tickets of this team; null: of all")
    owner = UserRef(allow_null=True, help_text="gets a mail when we stop sending")
    health = serializers.ChoiceField(Health.values, help_text="paused by a person, disabled by us")
    failing_since = serializers.DateTimeField(allow_null=True, help_text="the first failure since the last success")
    disabled_reason = serializers.CharField(allow_null=True, help_text="why we stopped sending")
    pending = serializers.IntegerField(help_text="deliveries that wait")
    success_rate = serializers.FloatField(
        allow_null=True, help_text="0 to 1, of deliveries of the last 24 hours; null: none"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookWithSecret(Webhook):
    secret = serializers.CharField(help_text="signs what is sent; shown this once")


class WebhookRequest(serializers.Serializer):
    headers = serializers.DictField(child=serializers.CharField())


class WebhookResponse(serializers.Serializer):
    status = serializers.IntegerField()
    headers = serializers.DictField(child=serializers.CharField(), help_text="those that carry credentials are masked")
    body = serializers.CharField(allow_blank=True, help_text="its first 16 kB")


class Attempt(serializers.Serializer):
    id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    duration_ms = serializers.IntegerField()
    error = serializers.CharField(allow_null=True, help_text="why it failed; null: it arrived")
    request = WebhookRequest()
    response = WebhookResponse(allow_null=True, help_text="null: none came")


class DeliveryLine(serializers.Serializer):
    id = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text="the header webhook-id")
    event = serializers.ChoiceField([*EVENTS, TEST])
    sequence = serializers.IntegerField(allow_null=True, help_text="of the ticket's events; null: about no ticket")
    status = serializers.ChoiceField(Delivery.State.values)
    attempt_count = serializers.IntegerField(help_text="since it was last queued")
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="null: being sent, or nothing is planned")
    error = serializers.CharField(allow_null=True, help_text="of the last attempt, or why there is no body")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WholeDelivery(DeliveryLine):
    body = serializers.CharField(allow_null=True, help_text="what is sent and signed, to the letter; null: parked")
    attempts = Attempt(many=True, help_text="oldest first")


class Recovery(serializers.Serializer):
    id = serializers.UUIDField()
    since = serializers.DateTimeField()
    status = serializers.ChoiceField(["running", "finished"])
    percent = serializers.IntegerField()
    queued = serializers.IntegerField(help_text="deliveries that it queued so far")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class LogLine(serializers.Serializer):
    id = serializers.UUIDField(help_text="the header webhook-id where it is sent")
    event = serializers.ChoiceField(list(EVENTS))
    type = serializers.ChoiceField(list(EVENTS), help_text="same as event")
    timestamp = serializers.DateTimeField()
    sequence = serializers.IntegerField(allow_null=True, help_text="of the ticket's events, from 1; null: no ticket's")
    origin = serializers.CharField(allow_null=True, help_text="the contract or page the change came through")
    api_version = serializers.CharField(allow_null=True)
    data = serializers.DictField(  # type: ignore[assignment]
        allow_null=True, help_text="as sent to subscribers; null: could not be built"
    )
    is_internal = serializers.BooleanField(help_text="only for staff: of an internal note")
    error = serializers.CharField(allow_null=True, help_text="why there is no data")


class LogPagination(CursorPagination):
    poll_cursor = serializers.CharField(help_text="where to go on later")


@lru_cache
def walked(shape: type[serializers.Serializer], pagination: type[serializers.Serializer] = CursorPagination) -> Any:
    """`{"data": [shape], "pagination": …}` of a list that is walked by cursors."""
    return inline_serializer(f"{shape.__name__}List", {"data": shape(many=True), "pagination": pagination()})
