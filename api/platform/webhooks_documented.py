"""What the document says of the routes of webhooks and the log."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from api.platform import headers
from api.platform import webhooks_shapes as shapes
from api.platform.cursor import FOREIGN
from api.platform.documented import CURSOR, PER_PAGE, TOKEN, fails, fails_repeatable, query
from api.platform.serializers import EndpointChangeIn, EndpointIn, RecoveryIn
from api.platform.shapes import one
from webhooks.models import Delivery
from webhooks.words import EVENTS, TEST

_SUBSCRIPTION = {
    "url": "https://hooks.acme.test/desk",
    "events": ["ticket.created", "ticket.status_changed"],
    "description": "Wallboard",
}
_HOOK = {
    "id": "0198b6c4-2f6e-7d11-9c55-3a1f0e9d7b20",
    **_SUBSCRIPTION,
    "is_active": True,
    "include_internal": False,
    "team": None,
    "owner": {"id": "0198b6c4-11aa-7c02-8a10-5d0c6b1e2f33", "name": "Ada Poe", "email": "ada@acme.test"},
    "health": "healthy",
    "failing_since": None,
    "disabled_reason": None,
    "pending": 0,
    "success_rate": 0.998,
    "created_at": "2026-03-01T08:00:00Z",
    "updated_at": "2026-03-01T08:00:00Z",
}
_WITH_SECRET = {**_HOOK, "secret": "whsec_QW4gZXhhbXBsZSwgbm90IGEgc2VjcmV0IGF0IGFsbCE="}
_LINE = {
    "id": "0198b6c5-7e01-7a44-b8f2-90c1d2e3f405",
    "event_id": "0198b6c5-7dff-7b13-8e21-6a5b4c3d2e10",
    "event": "ticket.created",
    "sequence": 1,
    "status": "pending",
    "attempt_count": 1,
    "next_attempt_at": "2026-03-01T09:00:05Z",
    "error": "Answered 503.",
    "created_at": "2026-03-01T09:00:00Z",
    "updated_at": "2026-03-01T09:00:00Z",
}
_TEST_LINE = {**_LINE, "event": TEST, "sequence": None, "attempt_count": 0, "error": None}
_ATTEMPT = {
    "id": "0198b6c5-7e55-7001-a111-2b3c4d5e6f70",
    "started_at": "2026-03-01T09:00:00Z",
    "duration_ms": 84,
    "error": "Answered 503.",
    "request": {
        "headers": {
            "Content-Type": "application/json",
            "User-Agent": "Polydesk/1.0",
            "webhook-id": _LINE["event_id"],
            "webhook-timestamp": "1772355600",
            "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        }
    },
    "response": {"status": 503, "headers": {"Content-Length": "4"}, "body": "busy"},
}
_EVENT = {
    "id": _LINE["event_id"],
    "event": "ticket.status_changed",
    "type": "ticket.status_changed",
    "timestamp": "2026-03-01T10:00:00Z",
    "sequence": 4,
    "origin": "platform",
    "api_version": "1",
    "data": {
        "ticket": {
            "id": "0198b6c4-9a00-7e2f-8c3d-1b2a3c4d5e6f",
            "title": "VPN drops every hour",
            "status": {"previous": "open", "current": "in_progress"},
            "updated_by": _HOOK["owner"],
        }
    },
    "is_internal": False,
    "error": None,
}
_RECOVERY = {
    "id": "0198b6c6-0a10-7d20-9e30-4f5061728394",
    "since": "2026-03-01T08:00:00Z",
    "status": "running",
    "percent": 40,
    "queued": 212,
    "created_at": "2026-03-02T08:00:00Z",
    "finished_at": None,
}
_NEXT = "WzUxMixmYWxzZV0:u1m3Yb0cXhCq7rJcN0mS1Zq6v0Jm3i3vT1c4h2s5x6A"


def _asks(value: Any) -> OpenApiExample:
    return OpenApiExample("Request", value, request_only=True)


def _answers(value: Any, status: int = 200) -> OpenApiExample:
    return OpenApiExample("Answer", {"data": value}, response_only=True, status_codes=[str(status)])


def _lists(value: Any, **pagination: str) -> OpenApiExample:
    """One page of a list with more behind it."""
    shape = {"data": [value], "pagination": {"next_cursor": _NEXT, "prev_cursor": None, "per_page": 20, **pagination}}
    return OpenApiExample("Page", shape, response_only=True, status_codes=["200"])


def _refuses(status: int, code: str, message: str, **details: str) -> OpenApiExample:
    named = [{"field": field, "message": problem} for field, problem in details.items()]
    body = {"error": {"code": code, "message": message, "details": named}}
    return OpenApiExample(f"Refusal{status}", body, response_only=True, status_codes=[str(status)])


def _id(name: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.UUID, OpenApiParameter.PATH)


_HOOK_ID, _DELIVERY_ID, _RECOVERY_ID = _id("webhook_id"), _id("delivery_id"), _id("recovery_id")
_SINCE = query("since", "a moment; what is older is left out", OpenApiTypes.DATETIME)
_INVALID = "The request data is invalid"
_BAD_EVENT = _refuses(400, "invalid_input", _INVALID, events=f"Events must be among: {', '.join(EVENTS)}")
_BAD_URL = _refuses(422, "validation_error", _INVALID, url="Only https addresses are called.")
_BAD_CURSOR = _refuses(400, "invalid_input", _INVALID, cursor=FOREIGN)
_BAD_SINCE = _refuses(400, "invalid_input", _INVALID, since="This must be a moment such as 2026-03-01T08:00:00Z.")
_NO_SINCE = _refuses(422, "validation_error", _INVALID, since="This field is required.")
_NO_HOOK = _refuses(404, "not_found", "There is no such webhook.")
_NO_DELIVERY = _refuses(404, "not_found", "There is no such delivery.")
_OFF = _refuses(409, "conflict", "The endpoint is switched off; switch it on to test it.")
_SENDING = _refuses(409, "conflict", "It is being sent just now.")
_COMMON: dict[str, Any] = {"tags": ["Webhooks"], "auth": TOKEN}

list_webhooks = extend_schema(
    operation_id="list_webhooks",
    summary="List webhooks",
    description="For administrators, as all that follows; oldest first.",
    parameters=[CURSOR, PER_PAGE],
    responses={200: shapes.walked(shapes.Webhook), **fails(400, 401, 403)},
    examples=[_lists(_HOOK), _BAD_CURSOR],
    **_COMMON,
)
create_webhook = extend_schema(
    operation_id="create_webhook",
    summary="Subscribe an address",
    description="The answer shows the secret that signs, this once. The caller owns the webhook.",
    parameters=[*headers.repeatable(201)],
    request=EndpointIn,
    responses={201: one(shapes.WebhookWithSecret), **fails_repeatable()},
    examples=[_asks(_SUBSCRIPTION), _answers(_WITH_SECRET, 201), _BAD_EVENT, _BAD_URL],
    **_COMMON,
)
get_webhook = extend_schema(
    operation_id="get_webhook",
    summary="Read a webhook",
    parameters=[_HOOK_ID],
    responses={200: one(shapes.Webhook), **fails(401, 403, 404)},
    examples=[_answers(_HOOK), _NO_HOOK],
    **_COMMON,
)
change_webhook = extend_schema(
    operation_id="change_webhook",
    summary="Change a webhook, pause it or switch it on again",
    description=(
        "What is absent stays. While `is_active` is false, deliveries are collected for 14 days; they are sent, oldest "
        "first, when it is switched on again."
    ),
    parameters=[_HOOK_ID],
    request=EndpointChangeIn,
    responses={200: one(shapes.Webhook), **fails(400, 401, 403, 404, 411, 413, 422)},
    examples=[
        _asks({"is_active": False}),
        _answers({**_HOOK, "is_active": False, "health": "paused"}),
        *(_BAD_EVENT, _BAD_URL, _NO_HOOK),
    ],
    **_COMMON,
)
delete_webhook = extend_schema(
    operation_id="delete_webhook",
    summary="Delete a webhook",
    description="What waits for it is cancelled.",
    parameters=[_HOOK_ID],
    request=None,
    responses={204: None, **fails(401, 403, 404)},
    examples=[_NO_HOOK],
    **_COMMON,
)
rotate_webhook = extend_schema(
    operation_id="rotate_webhook",
    summary="Get a new secret",
    description="It is shown this once. The one before signs too for 24 hours.",
    parameters=[_HOOK_ID, *headers.repeatable(200)],
    request=None,
    responses={200: one(shapes.WebhookWithSecret), **fails_repeatable()},
    examples=[_answers(_WITH_SECRET), _NO_HOOK],
    **_COMMON,
)
test_webhook = extend_schema(
    operation_id="test_webhook",
    summary="Send a `webhook.test`",
    description="Whatever the webhook subscribed to. 409 while it is switched off.",
    parameters=[_HOOK_ID, *headers.repeatable(202)],
    request=None,
    responses={202: one(shapes.DeliveryLine), **fails_repeatable()},
    examples=[_answers(_TEST_LINE, 202), _NO_HOOK, _OFF],
    **_COMMON,
)
recover_webhook = extend_schema(
    operation_id="recover_webhook",
    summary="Send what is missing",
    description=(
        "Everything since a moment that the webhook wants and has not had: what was exhausted, and what was never "
        "queued for it. Waiting and delivered ones are left alone. Goes on in the background."
    ),
    parameters=[_HOOK_ID, *headers.repeatable(202)],
    request=RecoveryIn,
    responses={202: one(shapes.Recovery), **fails_repeatable()},
    examples=[
        _asks({"since": "2026-03-01T08:00:00Z"}),
        _answers(_RECOVERY, 202),
        *(_BAD_SINCE, _NO_SINCE, _NO_HOOK),
    ],
    **_COMMON,
)
get_recovery = extend_schema(
    operation_id="get_recovery",
    summary="See how far a recovery has come",
    parameters=[_HOOK_ID, _RECOVERY_ID],
    responses={200: one(shapes.Recovery), **fails(401, 403, 404)},
    examples=[_answers(_RECOVERY), _refuses(404, "not_found", "There is no such recovery.")],
    **_COMMON,
)
list_deliveries = extend_schema(
    operation_id="list_deliveries",
    summary="List a webhook's deliveries",
    description="Newest first; kept for 30 days.",
    parameters=[
        _HOOK_ID,
        query("status", f"comma list of {', '.join(Delivery.State.values)}"),
        query("event", f"comma list of {', '.join((*EVENTS, TEST))}"),
        *(_SINCE, CURSOR, PER_PAGE),
    ],
    responses={200: shapes.walked(shapes.DeliveryLine), **fails(400, 401, 403, 404)},
    examples=[_lists(_LINE), _BAD_CURSOR, _NO_HOOK],
    **_COMMON,
)
get_delivery = extend_schema(
    operation_id="get_delivery",
    summary="Read a delivery with its attempts",
    parameters=[_HOOK_ID, _DELIVERY_ID],
    responses={200: one(shapes.WholeDelivery), **fails(401, 403, 404)},
    examples=[
        _answers({**_LINE, "body": '{"id":"0198b6c5-7dff-7b13-8e21-6a5b4c3d2e10", …}', "attempts": [_ATTEMPT]}),
        _NO_DELIVERY,
    ],
    **_COMMON,
)
resend_delivery = extend_schema(
    operation_id="resend_delivery",
    summary="Send a delivery again",
    description="The same bytes under the same id. 409 while it is being sent, and when it has no body (parked).",
    parameters=[_HOOK_ID, _DELIVERY_ID, *headers.repeatable(202)],
    request=None,
    responses={202: one(shapes.DeliveryLine), **fails_repeatable()},
    examples=[_answers({**_LINE, "attempt_count": 0, "error": None}, 202), _NO_DELIVERY, _SENDING],
    **_COMMON,
)
list_log = extend_schema(
    operation_id="list_log",
    summary="Fetch all events instead of being sent them",
    description=(
        "Oldest first; kept for 30 days. The same bodies that webhooks are sent, of all teams, those of internal notes "
        "among them: administrators see all. Follow `next_cursor` until it is null, keep `poll_cursor`, and ask with "
        "it as `cursor` later: nothing is missed and nothing comes twice. An event may appear some seconds late, so "
        "that none ever appears behind one that was read. Tests are no part of the log."
    ),
    parameters=[query("event", f"comma list of {', '.join(EVENTS)}"), _SINCE, CURSOR, PER_PAGE],
    responses={200: shapes.walked(shapes.LogLine, shapes.LogPagination), **fails(400, 401, 403)},
    examples=[_lists(_EVENT, poll_cursor=_NEXT), _BAD_CURSOR],
    **_COMMON,
)
