"""What the document says of each route: one decorator a route, so that views stay three moves."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from accounts.models import Role
from api.platform import headers, shapes
from api.platform.serializers import CommentIn, CredentialsIn, RefreshIn, TicketChangeIn, TicketIn
from api.platform.vocabulary import PRIORITY_WORDS, STATUSES

_MEANINGS = {
    400: "invalid_input: the body or a parameter cannot be read",
    401: "unauthorized",
    403: "forbidden: the caller's role may not do this",
    404: "not_found: no such object, or not visible to the caller",
    405: "method_not_allowed",
    409: "conflict: the state of the object forbids it",
    411: "length_required",
    412: "precondition_failed: the ticket was changed since; nothing was done",
    413: "payload_too_large",
    422: "validation_error: the body can be read but breaks a rule",
    429: "rate_limit_exceeded",
    500: "internal_error",
    503: "service_unavailable: files or a large body cannot be stored right now; wait `Retry-After` seconds",
}


def fails(*codes: int) -> dict[int, OpenApiResponse]:
    """The refusals of these statuses, and those that any request may meet."""
    return {code: OpenApiResponse(shapes.Error, _MEANINGS[code]) for code in (*codes, 429, 500)}


def fails_repeatable() -> dict[int, OpenApiResponse]:
    """The refusals of a POST that takes `Idempotency-Key`."""
    more = {
        409: f"{_MEANINGS[409]}, or the first request with this `Idempotency-Key` is still running",
        422: f"{_MEANINGS[422]}; idempotency_mismatch: this `Idempotency-Key` came with another body before",
    }
    said = {code: OpenApiResponse(shapes.Error, text) for code, text in more.items()}
    return {**fails(400, 401, 403, 404, 411, 413, 503), **said}


def query(name: str, text: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    """A parameter of the query."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **more)


_ID = OpenApiParameter(
    "ticket_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="the ticket's id, or its number"
)
_FROM_1 = {"type": "integer", "minimum": 1}
PER_PAGE = query("per_page", "rows a page; more than 100 is lowered to 100", {**_FROM_1, "default": 20})
CURSOR = query("cursor", "a cursor of this list, sent with the same filters, sort and order; empty: the beginning")
_PAGES = [query("page", "from 1 on; a `cursor` goes before it", {**_FROM_1, "default": 1}), PER_PAGE, CURSOR]
TOKEN: list[Any] = [{"token": []}]
_SEARCHED = (
    'words that must all occur in title or description, `"words side by side"`, and filters: `status:` `priority:` '
    "`assignee:` `requester:` `team:` `category:` `tag:` `created:` `updated:` `due:` `is:`; what is no filter is words"
)

login = extend_schema(
    operation_id="login",
    tags=["Signing in"],
    summary="Get a token for a password",
    description="Ten tries a minute for one e-mail address from one client.",
    auth=[],
    request=CredentialsIn,
    responses={200: shapes.SignedIn, **fails(400, 401, 411, 413, 422)},
    examples=[OpenApiExample("Ada", {"email": "ada@acme.test", "password": "a long password"}, request_only=True)],
)
refresh = extend_schema(
    operation_id="refresh",
    tags=["Signing in"],
    summary="Get a token for a refresh token",
    description=(
        "Each refresh token is good once; the answer brings the next. One that comes back after it was exchanged ends "
        "the session, with all its tokens."
    ),
    auth=[],
    request=RefreshIn,
    responses={200: shapes.SignedIn, **fails(400, 401, 411, 413, 422)},
    examples=[OpenApiExample("Refresh", {"refresh_token": "eyJhbGciOiJIUzI1NiJ9.…"}, request_only=True)],
)
logout = extend_schema(
    operation_id="logout",
    tags=["Signing in"],
    summary="End the session of this token",
    description="At once, with all its tokens. The person's other sessions go on.",
    auth=TOKEN,
    request=None,
    responses={204: None, **fails(401)},
)
list_tickets = extend_schema(
    operation_id="list_tickets",
    tags=["Tickets"],
    summary="List tickets",
    description="Filters combine with AND. Customers see the tickets they requested.",
    auth=TOKEN,
    parameters=[
        query("status", f"comma list of {', '.join(STATUSES)}"),
        query("priority", f"comma list of {', '.join(PRIORITY_WORDS)}"),
        query("assigned_to", "id of an agent, or `none`"),
        query("created_by", "id of the person with the problem"),
        query("q", _SEARCHED),
        query("sort", "ties go to the newest", enum=["created_at", "updated_at", "priority"], default="created_at"),
        query("order", "direction", enum=["asc", "desc"], default="desc"),
        *_PAGES,
    ],
    responses={200: shapes.many(shapes.Ticket), **fails(400, 401)},
)
create_ticket = extend_schema(
    operation_id="create_ticket",
    tags=["Tickets"],
    summary="Open a ticket",
    description="`status`, `assigned_to` and `requester_id` are for staff.",
    auth=TOKEN,
    parameters=[*headers.repeatable(201), headers.etag(201)],
    request=TicketIn,
    responses={201: shapes.one(shapes.Ticket), **fails_repeatable()},
    examples=[
        OpenApiExample(
            "Export stuck",
            {
                "title": "Export stuck",
                "description": "CSV stays at 0 %.",
                "priority": "medium",
                "tags": ["export"],
                "custom_fields": {"browser": "Firefox 140"},
                "attachments": [{"filename": "trace.txt", "content": "aGVsbG8=", "mime_type": "text/plain"}],
            },
            request_only=True,
        )
    ],
)
get_ticket = extend_schema(
    operation_id="get_ticket",
    tags=["Tickets"],
    summary="Read a ticket with its comments and files",
    auth=TOKEN,
    parameters=[_ID, headers.etag(200)],
    responses={200: shapes.one(shapes.WholeTicket), **fails(401, 404)},
)
change_ticket = extend_schema(
    operation_id="change_ticket",
    tags=["Tickets"],
    summary="Change a ticket",
    description=(
        "What is absent stays. `tags` replaces the list; `custom_fields` merges by key, null removes a key. Customers "
        "may change title, description, tags and custom fields, and set the status to closed or reopened."
    ),
    auth=TOKEN,
    parameters=[_ID, headers.IF_MATCH, headers.etag(200)],
    request=TicketChangeIn,
    responses={200: shapes.one(shapes.Ticket), **fails(400, 401, 403, 404, 411, 412, 413, 422)},
    examples=[OpenApiExample("Take it on", {"status": "in_progress", "priority": "high"}, request_only=True)],
)
delete_ticket = extend_schema(
    operation_id="delete_ticket",
    tags=["Tickets"],
    summary="Delete a ticket",
    auth=TOKEN,
    parameters=[_ID, headers.IF_MATCH],
    request=None,
    responses={204: None, **fails(400, 401, 403, 404, 412)},
)
add_comment = extend_schema(
    operation_id="add_comment",
    tags=["Comments"],
    summary="Reply, or leave an internal note",
    auth=TOKEN,
    parameters=[_ID, *headers.repeatable(201)],
    request=CommentIn,
    responses={201: shapes.one(shapes.Comment), **fails_repeatable()},
    examples=[OpenApiExample("Note", {"content": "Rebooted the gateway.", "is_internal": True}, request_only=True)],
)
list_events = extend_schema(
    operation_id="list_events",
    tags=["Tickets"],
    summary="Read a ticket's history",
    description="For staff; oldest first.",
    auth=TOKEN,
    parameters=[_ID, *_PAGES],
    responses={200: shapes.many(shapes.Event), **fails(400, 401, 403, 404)},
)
list_users = extend_schema(
    operation_id="list_users",
    tags=["Users"],
    summary="List people",
    description="For staff; by name.",
    auth=TOKEN,
    parameters=[
        query("role", f"comma list of {', '.join(Role.values)}"),
        query("status", "active, inactive"),
        query("q", "part of the name or e-mail address"),
        *_PAGES,
    ],
    responses={200: shapes.many(shapes.User), **fails(400, 401, 403)},
)
