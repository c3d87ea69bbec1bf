"""What the document says of each route: one decorator a route, so that views stay three moves."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api.toptickets import serializers, shapes
from api.toptickets.vocabulary import PRIORITIES, REGIONS, ROLES, STATUSES, TIERS

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """Leaves a view as it is, and documents it."""

    def __call__(self, view: F, /) -> F: ...


WithBody = Callable[[Any, dict[str, Any]], Decorator]

_MEANINGS = {
    400: "a body that is no JSON, or something that cannot be done",
    401: "no key, an unknown or an expired one",
    403: "the key lacks the scope, or may not be used from here",
    404: "there is no such object",
    411: "the length of the body must be announced",
    413: "the body is too large",
    422: "a field or parameter is wrong",
    429: "too many requests; wait `Retry-After` seconds",
    500: "an error on our side",
    503: "files cannot be stored right now; wait `Retry-After` seconds",
}
_KEY: list[Any] = [{"key": []}]
_BODY = (400, 411, 413, 422)
_ONE = (404, 422)


def _fails(*codes: int) -> dict[int, OpenApiResponse]:
    answers = {400: shapes.BadRequest, 422: shapes.Problems}
    wanted = sorted({401, 403, 429, 500, *codes})
    return {code: OpenApiResponse(answers.get(code, shapes.Refusal), _MEANINGS[code]) for code in wanted}


def _query(name: str, text: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **more)


def _flag(name: str, text: str) -> OpenApiParameter:
    return _query(name, text, OpenApiTypes.BOOL)


def _path(name: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.UUID, OpenApiParameter.PATH)


_PAGES = [
    _query("offset", "rows to leave out", {"type": "integer", "minimum": 0, "default": 0}),
    _query("skip", "the same as `offset`, which wins", {"type": "integer", "minimum": 0, "default": 0}),
    _query("limit", "rows to answer", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}),
]
_TICKET, _COMMENT, _FILE = _path("ticket_id"), _path("comment_id"), _path("attachment_id")
_CUSTOMER, _TEAM, _USER = _path("customer_id"), _path("team_id"), _path("user_id")


def _route(
    operation: str,
    tag: str,
    summary: str,
    responses: dict[int, Any],
    *,
    scope: str,
    parameters: Any = (),
    request: Any = None,
    example: dict[str, Any] | None = None,
) -> Decorator:
    examples = [OpenApiExample(summary, example, request_only=True)] if example else []
    made: Decorator = extend_schema(
        operation_id=operation,
        tags=[tag],
        summary=summary,
        description=f"Scope: `{scope}`." if scope else "Any valid key.",
        auth=_KEY,
        parameters=list(parameters),
        request=request,
        responses=responses,
        examples=examples,
    )
    return made


def _resource(
    name: str, tag: str, shape: Any, scope: str, above: list[Any], one: OpenApiParameter, filters: Any
) -> tuple[Decorator, WithBody, Decorator, WithBody, Decorator]:
    """The routes that all resources have: list, create, get, change, delete."""
    many = f"{name}s"

    def create(request: Any, example: dict[str, Any]) -> Decorator:
        return _route(f"create_{name}", tag, f"Add a {name}", {201: shape, **_fails(*_BODY, *(_ONE if above else ()))},
                      scope=f"{scope}:write", parameters=above, request=request, example=example)  # fmt: skip

    def change(request: Any, example: dict[str, Any]) -> Decorator:
        return _route(f"change_{name}", tag, f"Change a {name}", {200: shape, **_fails(*_BODY, *_ONE)},
                      scope=f"{scope}:write", parameters=[*above, one], request=request, example=example)  # fmt: skip

    failures = (404, 422) if above else (422,)
    return (
        _route(f"list_{many}", tag, f"List {many}", {200: shape(many=True), **_fails(*failures)},
               scope=f"{scope}:read", parameters=[*above, *filters, *_PAGES]),
        create,
        _route(f"get_{name}", tag, f"Read a {name}", {200: shape, **_fails(*_ONE)},
               scope=f"{scope}:read", parameters=[*above, one]),
        change,
        _route(f"delete_{name}", tag, f"Delete a {name}", {204: None, **_fails(400, *_ONE)},
               scope=f"{scope}:delete", parameters=[*above, one]),
    )  # fmt: skip


list_tickets, _create, get_ticket, _change, delete_ticket = _resource(
    "ticket", "Tickets", shapes.Ticket, "tickets", [], _TICKET,
    [
        _query("status", f"comma list of {', '.join(STATUSES)}"),
        _query("priority", f"comma list of {', '.join(PRIORITIES)}"),
        _query("search", "words in subject, description, number, customer's name or e-mail"),
        _query("assigned_user_id", "", OpenApiTypes.UUID),
        _query("assigned_team_id", "", OpenApiTypes.UUID),
        _query("customer_id", "", OpenApiTypes.UUID),
        _query("category", "exact name, whatever its case"),
        _flag("unassigned", "true: neither agent nor team; false: at least one"),
    ],
)  # fmt: skip
create_ticket = _create(
    serializers.TicketIn,
    {
        "customer_email": "kim@acme.test",
        "customer_name": "Kim Roe",
        "subject": "Invoice shows wrong VAT",
        "description": "Line 3 has 19 % instead of 7 %.",
        "priority": "high",
        "category": "Billing",
    },
)
change_ticket = _change(serializers.TicketChangeIn, {"status": "pending", "priority": "low"})

list_comments, _create, get_comment, _change, delete_comment = _resource(
    "comment", "Comments", shapes.Comment, "comments", [_TICKET], _COMMENT, []
)
create_comment = _create(serializers.CommentIn, {"content": "Corrected invoice attached.", "is_internal": False})
change_comment = _change(serializers.CommentChangeIn, {"is_internal": True})

_FORM = {"multipart/form-data": serializers.FileIn}
list_attachments, _, get_attachment, _, delete_attachment = _resource(
    "attachment", "Attachments", shapes.Attachment, "attachments", [_TICKET], _FILE, []
)
upload_attachment = _route(
    "upload_attachment", "Attachments", "Upload a file", {201: shapes.Attachment, **_fails(*_BODY, 404, 503)},
    scope="attachments:write", parameters=[_TICKET], request=_FORM,
)  # fmt: skip
download_attachment = _route(
    "download_attachment", "Attachments", "Get a link to the file", {200: shapes.SignedUrl, **_fails(*_ONE)},
    scope="attachments:read", parameters=[_TICKET, _FILE],
)  # fmt: skip

list_customers, _create, get_customer, _change, delete_customer = _resource(
    "customer", "Customers", shapes.Customer, "customers", [], _CUSTOMER,
    [
        _query("search", "part of name, e-mail or company"),
        _query("email", "exact, whatever its case"),
        _query("company", "exact, whatever its case"),
        _query("customer_tier", f"comma list of {', '.join(TIERS)}"),
        _query("region", f"comma list of {', '.join(REGIONS)}"),
        _flag("is_vip", ""),
        _flag("has_premium_support", ""),
    ],
)  # fmt: skip
create_customer = _create(
    serializers.CustomerIn,
    {"name": "Kim Roe", "email": "kim@acme.test", "company": "Acme", "account_value": "1200.00"},
)
change_customer = _change(serializers.CustomerChangeIn, {"customer_tier": "tier_2", "region": "emea"})

list_teams, _create, get_team, _change, delete_team = _resource(
    "team", "Teams", shapes.Team, "teams", [], _TEAM, [_query("search", "part of the name")]
)
create_team = _create(serializers.TeamIn, {"name": "Billing", "description": "Invoices"})
change_team = _change(serializers.TeamChangeIn, {"description": "Invoices and reminders"})
add_member = _route(
    "add_member", "Teams", "Add a member", {201: shapes.Team, **_fails(*_BODY, 404)},
    scope="teams:write", parameters=[_TEAM], request=serializers.MemberIn,
)  # fmt: skip
remove_member = _route(
    "remove_member", "Teams", "Remove a member", {204: None, **_fails(*_ONE)},
    scope="teams:write", parameters=[_TEAM, _USER],
)  # fmt: skip

list_users, _create, get_user, _change, delete_user = _resource(
    "user", "Users", shapes.User, "users", [], _USER,
    [
        _query("search", "part of name or e-mail"),
        _query("role", f"comma list of {', '.join(ROLES)}"),
        _flag("is_active", ""),
    ],
)  # fmt: skip
create_user = _create(serializers.UserIn, {"email": "ada@acme.test", "full_name": "Ada Poe", "role": "agent"})
change_user = _change(serializers.UserChangeIn, {"region": "emea", "timezone": "Europe/Berlin"})
upload_avatar = _route(
    "upload_avatar", "Users", "Set the picture of the key's owner", {200: shapes.User, **_fails(*_BODY, 503)},
    scope="users:write", request=_FORM,
)  # fmt: skip
delete_avatar = _route(
    "delete_avatar", "Users", "Remove the picture of the key's owner", {204: None, **_fails()}, scope="users:write"
)


def _testing(operation: str, summary: str, method: str) -> Decorator:
    made: Decorator = extend_schema(
        operation_id=operation,
        methods=[method],
        tags=["Key"],
        summary=summary,
        description="Any valid key.",
        auth=_KEY,
        request=None,
        responses={200: shapes.KeyTest, **_fails()},
    )
    return made


def test_key(view: F) -> F:
    """One view behind two methods, which are two operations."""
    return _testing("test_key", "Try the key", "GET")(
        _testing("post_test_key", "Try the key, by another method", "POST")(view)
    )
