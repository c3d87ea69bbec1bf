"""Endpoints, deliveries, attempts, recoveries and the log in the shapes of contract platform: rows in, plain
dictionaries out. A secret is never among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict
from uuid import UUID

import orjson

from accounts.native import NamedRef, UserRef, instant, instant_or_none, user_ref
from webhooks.health import health_of
from webhooks.models import Attempt, Delivery, Endpoint, Message, Recovery
from webhooks.queries import Figures


class EndpointShape(TypedDict):
    id: UUID
    url: str
    description: str
    events: list[str]
    is_active: bool
    include_internal: bool
    team: NamedRef | None
    owner: UserRef | None
    health: str
    failing_since: str | None
    disabled_reason: str | None
    pending: int
    success_rate: float | None
    created_at: str
    updated_at: str


class RequestShape(TypedDict):
    headers: dict[str, str]


class ResponseShape(TypedDict):
    status: int
    headers: dict[str, str]
    body: str


class AttemptShape(TypedDict):
    id: UUID
    started_at: str
    duration_ms: int
    error: str | None
    request: RequestShape
    response: ResponseShape | None


class DeliveryShape(TypedDict):
    id: UUID
    event_id: UUID
    event: str
    sequence: int | None
    status: str
    attempt_count: int
    next_attempt_at: str | None
    error: str | None
    created_at: str
    updated_at: str
    body: NotRequired[str | None]
    attempts: NotRequired[list[AttemptShape]]


class RecoveryShape(TypedDict):
    id: UUID
    since: str
    status: str
    percent: int
    queued: int
    created_at: str
    finished_at: str | None


def endpoints(rows: Sequence[Endpoint], figures: Mapping[int, Figures]) -> list[EndpointShape]:
    """Endpoints with their teams and owners at hand, and how each is doing, by its number."""
    return [_endpoint(row, figures[row.pk]) for row in rows]


def _endpoint(row: Endpoint, figures: Figures) -> EndpointShape:
    percent = figures.day.percent
    return {
        "id": row.uuid,
        "url": row.url,
        "description": row.description,
        "events": row.events,
        "is_active": row.is_active,
        "include_internal": row.include_internal,
        "team": {"id": row.team.uuid, "name": row.team.name} if row.team else None,
        "owner": user_ref(row.owner) if row.owner else None,
        "health": health_of(row).value,
        "failing_since": instant_or_none(row.failing_since),
        "disabled_reason": row.disabled_reason or None,
        "pending": figures.waiting,
        "success_rate": None if percent is None else round(percent / 100, 3),
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def delivery(row: Delivery) -> DeliveryShape:
    """With its message at hand, which needs no body."""
    waits = row.state == Delivery.State.PENDING and row.claimed_by is None
    return {
        "id": row.uuid,
        "event_id": row.message.uuid,
        "event": row.message.event,
        "sequence": row.message.sequence,
        "status": row.state,
        "attempt_count": row.attempt_count,
        "next_attempt_at": instant(row.due_at) if waits else None,
        "error": row.error or None,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def whole_delivery(row: Delivery, attempts: Iterable[Attempt]) -> DeliveryShape:
    """A delivery with its attempts and the text that is sent, to the letter."""
    shape = delivery(row)
    shape["body"] = bytes(row.message.body).decode() or None
    shape["attempts"] = [attempt(made) for made in attempts]
    return shape


def attempt(row: Attempt) -> AttemptShape:
    response: ResponseShape | None = None
    if row.status is not None:
        response = {"status": row.status, "headers": row.response_headers, "body": row.response_body}
    return {
        "id": row.uuid,
        "started_at": instant(row.created_at),
        "duration_ms": row.milliseconds,
        "error": row.error or None,
        "request": {"headers": row.request_headers},
        "response": response,
    }


def recovery(row: Recovery) -> RecoveryShape:
    return {
        "id": row.uuid,
        "since": instant(row.since),
        "status": "finished" if row.finished_at else "running",
        "percent": row.percent,
        "queued": row.queued,
        "created_at": instant(row.created_at),
        "finished_at": instant_or_none(row.finished_at),
    }


def message(row: Message) -> dict[str, Any]:
    """A line of the log: the body that subscribers are sent, whether only staff may know, and why it has no data."""
    unreadable = {
        "id": row.uuid,
        "event": row.event,
        "type": row.event,
        "timestamp": instant(row.created_at),
        "sequence": row.sequence,
        "origin": None,
        "api_version": None,
        "data": None,
    }
    body = unreadable if row.error else orjson.loads(bytes(row.body))
    return {**body, "is_internal": row.is_internal, "error": row.error or None}
