"""What the document says of each route: one decorator a route, so that views stay three moves."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api.taas import desk_shapes, shapes
from api.taas.moments import EARLIEST_HOUR, LATEST_HOUR
from api.taas.serializers import AttachmentsIn, ChangeIn, CommentIn, FormIn, StatusIn, TicketIn
from api.taas.vocabulary import PRIORITIES, SORTS, STATUSES

_MEANINGS = {
    400: "the body or a parameter cannot be read, or breaks a rule",
    401: "the key is missing or wrong",
    403: "a secondary key may not write, or the desk is disabled",
    404: "no such ticket or activity in this instance",
    405: "this method is not allowed here",
    411: "the length of the body must be announced",
    413: "the body or a file is too large",
    429: "too many requests in the last 60 seconds; wait `Retry-After` seconds",
    500: "our fault; it is in the log",
    503: "files cannot be stored right now; wait `Retry-After` seconds",
}
F = TypeVar("F", bound=Callable[..., Any])
_KEY: list[Any] = [{"key": []}]
_READS, _WRITES = (401, 403), (400, 401, 403, 411, 413)


def _fails(*codes: int) -> dict[int, OpenApiResponse]:
    return {code: OpenApiResponse(shapes.Error, _MEANINGS[code]) for code in (*codes, 429, 500)}


def _query(name: str, text: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **more)


def _route(operation: str, group: str, summary: str, **more: Any) -> Callable[[F], F]:
    return extend_schema(operation_id=operation, tags=[group], summary=summary, auth=_KEY, **more)


_ID = OpenApiParameter(
    "ticket_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="the ticket's id, or its number"
)
_ZONE = _query(
    "timezone",
    "hours the end user is ahead of UTC",
    {"type": "integer", "minimum": EARLIEST_HOUR, "maximum": LATEST_HOUR, "default": 0},
)
_FROM_1 = {"type": "integer", "minimum": 1}
_HTML = _query("include", "`description_HTML` adds that field")
_COMMENT_HTML = _query("include", "`comment_HTML` adds that field")
_TOKEN = [
    OpenApiParameter(
        "continuationToken",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="from the page before; it keeps what that page asked for. Good for 24 hours",
    ),
    _query("continuationToken", "the same, where a header cannot be sent"),
]
_ADA = {"id": "70840000-0000-4000-8000-000000000001", "name": "Ada Poe", "email": "ada@acme.test"}
_KIM = {"id": "05360000-0000-4000-8000-000000000001", "name": "Kim Roe", "email": "kim@acme.test"}


def _example(name: str, body: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample(name, body, request_only=True, media_type="application/json")]


def _period(name: str, what: str) -> list[OpenApiParameter]:
    return [_query(f"{name}{side}", f"{what}: a date or time at `timezone`, included") for side in ("After", "Before")]


list_tickets = _route(
    "list_tickets",
    "Tickets",
    "List tickets",
    description="Filters combine with AND. With a token everything but `limit`, `select` and `include` is ignored.",
    parameters=[
        _query("search", "words that begin one in title, description, number, names and e-mail addresses"),
        _query("title", "part of the title"),
        _query("status", f"comma list of {', '.join(STATUSES)}"),
        _query("statusId", "as `status`"),
        _query("priority", f"comma list of {', '.join(PRIORITIES)}"),
        _query("tags", "comma list of `<tagCategoryId>_<tagText>`; tickets with any of them"),
        _query("isResolved", "`true`: resolved and closed ones; `false`: all others"),
        *_period("created", "when it was made"),
        *_period("expectedDate", "when it is due"),
        *_period("lastUpdate", "when it was last changed or commented"),
        _query("orderBy", "what to sort by", enum=list(SORTS), default="createdDateTime"),
        _query("order", "direction", enum=["ASC", "DESC"], default="DESC"),
        _query("select", "comma list of the fields to send; default: all"),
        _HTML,
        _query("offset", "rows to skip", {"type": "integer", "minimum": 0, "default": 0}),
        _query("limit", "rows a page; more than 1000 is lowered to 1000", {**_FROM_1, "default": 10}),
        _ZONE,
        *_TOKEN,
    ],
    responses={200: shapes.many(shapes.ListedTicket, pages=True, counted=True), **_fails(400, *_READS)},
)
create_ticket = _route(
    "create_ticket",
    "Tickets",
    "Open a ticket",
    parameters=[_ZONE, _HTML],
    request=TicketIn,
    responses={201: shapes.one(shapes.WholeTicket), **_fails(*_WRITES)},
    examples=_example(
        "Badge reader",
        {
            "ticket": {
                "title": "Badge reader dead",
                "requestor": _KIM,
                "priority": "Important",
                "expectedDate": "2026-04-03T00:00:00Z",
            },
            "user": _ADA,
        },
    ),
)
get_ticket = _route(
    "get_ticket",
    "Tickets",
    "Read a ticket",
    parameters=[_ID, _ZONE, _HTML],
    responses={200: shapes.one(shapes.WholeTicket), **_fails(400, *_READS, 404)},
)


def _changing(operation: str, summary: str) -> Callable[[F], F]:
    return _route(
        operation,
        "Tickets",
        summary,
        description=(
            "What is absent stays. `assignee` and `expectedDate` may be null; `tags` replaces the list; `customFields` "
            "merges by id, null clears a field. `resolution` and `comment` go with a `status`, as in `PUT …/status`. "
            "`updates` may also be called `ticket`."
        ),
        parameters=[_ID, _ZONE, _HTML],
        request=ChangeIn,
        responses={200: shapes.one(shapes.WholeTicket), **_fails(*_WRITES, 404)},
        examples=_example("More urgent", {"updates": {"priority": "Urgent"}, "user": _ADA}),
    )


def _moving(operation: str, summary: str) -> Callable[[F], F]:
    return _route(
        operation,
        "Tickets",
        summary,
        description="`resolution` is kept with Resolved and Closed; a comment there is the `lastResolutionComment`.",
        parameters=[_ID, _ZONE, _HTML],
        request=StatusIn,
        responses={200: shapes.one(shapes.WholeTicket), **_fails(*_WRITES, 404)},
        examples=_example(
            "Solved", {"status": "Resolved", "resolution": "fixed", "comment": "Reader swapped.", "user": _ADA}
        ),
    )


def _reading(operation: str, summary: str) -> Callable[[F], F]:
    return _route(
        operation,
        "Activities",
        summary,
        description="Newest first. `limit` is all unless it is given.",
        parameters=[_ID, _query("limit", "rows a page", _FROM_1), _COMMENT_HTML, *_TOKEN],
        responses={200: shapes.many(shapes.Activity, pages=True), **_fails(400, *_READS, 404)},
    )


def _commenting(operation: str, summary: str) -> Callable[[F], F]:
    return _route(
        operation,
        "Activities",
        summary,
        description="`comment`, else `comment_HTML`; one must not be blank.",
        parameters=[_ID, _COMMENT_HTML],
        request=CommentIn,
        responses={201: shapes.one(shapes.Comment), **_fails(*_WRITES, 404)},
        examples=_example("Comment", {"comment": "comment from API", "user": _KIM}),
    )


change_ticket = _changing("change_ticket", "Change a ticket")
patch_ticket = _changing("patch_ticket", "Change a ticket, by another method")
set_status = _moving("set_status", "Set a ticket's status")
post_status = _moving("post_status", "Set a ticket's status, by another method")
list_activities = _reading("list_activities", "Read what was said and done")
list_comments = _reading("list_comments", "Read what was said and done, at another address")
add_comment = _commenting("add_comment", "Comment on a ticket")
post_comment = _commenting("post_comment", "Comment on a ticket, at another address")

list_attachments = _route(
    "list_attachments",
    "Attachments",
    "List a ticket's files and links",
    parameters=[_ID],
    responses={200: shapes.many(shapes.Attachment), **_fails(*_READS, 404)},
)
add_attachments = _route(
    "add_attachments",
    "Attachments",
    "Send files or links, with a comment",
    description="Links as JSON, files as multipart parts `files`. At most ten, 30 MB a file.",
    parameters=[_ID, _COMMENT_HTML],
    request={"application/json": AttachmentsIn, "multipart/form-data": FormIn},
    responses={201: shapes.one(shapes.Comment), **_fails(*_WRITES, 404, 503)},
    examples=_example(
        "A link", {"attachments": [{"src": "https://acme.test/manual", "caption": "Manual"}], "user": _KIM}
    ),
)
list_activity_attachments = _route(
    "list_activity_attachments",
    "Attachments",
    "List an activity's files and links",
    parameters=[
        OpenApiParameter("activity_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="the activity's id")
    ],
    responses={200: shapes.many(shapes.Attachment), **_fails(*_READS, 404)},
)
get_instance = _route(
    "get_instance",
    "Desk",
    "Read the desk's settings and custom fields",
    parameters=[_ZONE],
    responses={200: shapes.one(desk_shapes.Instance), **_fails(400, *_READS)},
)
list_tags = _route(
    "list_tags",
    "Desk",
    "List the desk's tag categories and tags",
    responses={200: shapes.many(shapes.TagCategory), **_fails(*_READS)},
)
