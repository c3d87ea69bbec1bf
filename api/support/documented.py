"""What the document says of each route: one decorator a route, so that views stay three moves."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api.support import shapes
from api.support.serializers import TicketChangeIn, TicketIn

_MEANINGS = {
    400: "not JSON, a required field is missing, a wrong type, an unknown value or id",
    401: "no key, or one that is unknown, expired or revoked, or whose owner has left",
    403: "the key's owner may only read by now",
    404: "no ticket has this id",
    411: "the length of the body must be announced",
    413: "the body is too large",
    429: "too many requests, or too many long lists at a time; wait `Retry-After` seconds",
    500: "our fault; it is in the log",
}
_TICKET = {
    "id": 512,
    "subject": "Badge reader dead",
    "description": "Door 4.",
    "status": "in_progress",
    "priority": "high",
    "category": "Technical Support",
    "created_at": "2026-04-01T06:00:00Z",
    "updated_at": "2026-04-01T07:00:00Z",
    "assignee_id": 9,
}
_NEW = {
    "id": 513,
    "subject": "Badge reader dead",
    "description": "Door 5.",
    "status": "open",
    "priority": "medium",
    "category": {"id": 3, "name": "Technical Support"},
    "created_at": "2026-04-01T08:00:00Z",
    "updated_at": "2026-04-01T08:00:00Z",
    "assignee_id": None,
}
_COMMENT = {
    "id": 2071,
    "author": "kim@acme.test",
    "content": "It beeps twice.",
    "created_at": "2026-04-01T06:10:00Z",
}


def _asks(value: Any) -> OpenApiExample:
    return OpenApiExample("Request", value, request_only=True)


def _says(value: Any, code: int = 200) -> OpenApiExample:
    return OpenApiExample("Answer", value, response_only=True, status_codes=[str(code)])


def _fails(*codes: int) -> dict[int, OpenApiResponse]:
    return {
        code: OpenApiResponse(shapes.InputError if code == 400 else shapes.Error, _MEANINGS[code])
        for code in (*codes, 401, 429, 500)
    }


def _query(name: str, text: str, kind: Any = OpenApiTypes.INT) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text)


_ID = OpenApiParameter("ticket_id", OpenApiTypes.INT, OpenApiParameter.PATH, description="the ticket's id")
_KEY: list[Any] = [{"key": []}]
_FROM_0 = {"type": "integer", "minimum": 0}

list_tickets = extend_schema(
    operation_id="list_tickets",
    tags=["Tickets"],
    summary="List tickets",
    description="Every match by ascending id, long lists as a stream. The filters combine with AND.",
    auth=_KEY,
    parameters=[
        _query("status", "open, in_progress or closed; a word that nobody knows finds nothing", OpenApiTypes.STR),
        _query("assignee_id", "id of the user the tickets are assigned to"),
        _query("limit", "at most so many; all unless given", _FROM_0),
        _query("offset", "leave out so many of the first", _FROM_0),
    ],
    responses={200: shapes.Ticket(many=True), **_fails(400)},
    examples=[_says(_TICKET)],
)
create_ticket = extend_schema(
    operation_id="create_ticket",
    tags=["Tickets"],
    summary="Create a ticket",
    description="It starts `open` and is raised by the key's owner.",
    auth=_KEY,
    request=TicketIn,
    responses={201: shapes.NewTicket, **_fails(400, 403, 411, 413)},
    examples=[
        _asks({"subject": "Badge reader dead", "description": "Door 5.", "category_id": 3}),
        _says(_NEW, 201),
    ],
)
get_ticket = extend_schema(
    operation_id="get_ticket",
    tags=["Tickets"],
    summary="Read a ticket with its comments",
    auth=_KEY,
    parameters=[_ID],
    responses={200: shapes.WholeTicket, **_fails(404)},
    examples=[_says({**_TICKET, "comments": [_COMMENT]})],
)
change_ticket = extend_schema(
    operation_id="update_ticket",
    tags=["Tickets"],
    summary="Change a ticket",
    description=(
        "What is absent stays; null clears `category_id` and `assignee_id`. Sending a status back as it was shown "
        "changes nothing; `open` on a closed ticket reopens it."
    ),
    auth=_KEY,
    parameters=[_ID],
    request=TicketChangeIn,
    responses={200: shapes.Ticket, **_fails(400, 403, 404, 411, 413)},
    examples=[
        _asks({"status": "closed", "assignee_id": None}),
        _says({**_TICKET, "status": "closed", "updated_at": "2026-04-02T07:00:00Z", "assignee_id": None}),
    ],
)
delete_ticket = extend_schema(
    operation_id="delete_ticket",
    tags=["Tickets"],
    summary="Delete a ticket",
    description="Irreversible.",
    auth=_KEY,
    parameters=[_ID],
    request=None,
    responses={204: None, **_fails(403, 404)},
)
list_categories = extend_schema(
    operation_id="list_categories",
    tags=["Lookups"],
    summary="List the categories",
    description="The active ones by id.",
    auth=_KEY,
    responses={200: shapes.Named(many=True), **_fails()},
    examples=[_says({"id": 1, "name": "Account Access"})],
)
list_priorities = extend_schema(
    operation_id="list_priorities",
    tags=["Lookups"],
    summary="List the priorities",
    description="The ids are for display: tickets carry the names.",
    auth=_KEY,
    responses={200: shapes.Named(many=True), **_fails()},
    examples=[_says({"id": 1, "name": "Low"})],
)
