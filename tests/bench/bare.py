"""The yardstick: what a plain Django view costs that returns or writes the same rows, and does nothing else.

No framework, middleware, authentication, limits, totals, checks or history. Same columns, joins and tags, the same
database with the same persistent connections, the same JSON encoder.
"""

from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.models import Door
from attachments.models import Attachment
from tickets import search
from tickets.lists import tags_of_row
from tickets.models import Comment, Tag, Ticket, TicketTag
from tickets.queries import refers
from tickets.words import Priority

PEOPLE = ("requester", "assignee", "created_by")
COLUMNS = (
    *("id", "uuid", "subject", "description", "status", "priority", "created_at", "updated_at", "due_at"),
    *("first_response_at", "resolved_at", "closed_at", "fields", "custom"),
    *(f"{person}__{column}" for person in PEOPLE for column in ("uuid", "full_name", "email")),
    *("team__uuid", "team__name", "category__uuid", "category__name"),
)
PER_PAGE = 20
PERSON = 1  # who the rows that this view writes belong to


def tickets(request: HttpRequest) -> HttpResponse:
    return create(request) if request.method == "POST" else index(request)


def index(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    rows = Ticket.objects.all()
    if "status" in asked:
        rows = rows.filter(status=asked["status"])
    if "priority" in asked:
        rows = rows.filter(priority=Priority.of(asked["priority"]))
    if "assigned_to" in asked:
        rows = rows.filter(refers("assignee", "accounts.User", [UUID(asked["assigned_to"])]))
    if "q" in asked:
        rows = rows.filter(pk__in=search.found(asked["q"], people=False))
    offset = (int(asked.get("page", 1)) - 1) * PER_PAGE
    rows = rows.order_by(f"-{asked.get('sort', 'created_at')}", "-id")[offset : offset + PER_PAGE]
    return show(list(rows.annotate(row_tags=tags_of_row()).values(*COLUMNS, "row_tags")))


def retrieve(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = Ticket.objects.annotate(row_tags=tags_of_row()).values(*COLUMNS, "row_tags").get(uuid=uuid)
    author = ("author__uuid", "author__full_name", "author__email")
    comments = Comment.objects.filter(ticket_id=row["id"]).order_by("created_at", "id")
    row["comments"] = list(comments.values("uuid", "content", "created_at", "is_internal", *author))
    files = Attachment.objects.filter(ticket_id=row["id"]).order_by("created_at", "id")
    row["attachments"] = list(files.values("uuid", "name", "size", "content_type", "stored_as", "created_at"))
    return show(row)


def comment(request: HttpRequest, number: int) -> HttpResponse:
    sent = orjson.loads(request.body)
    row = Comment.objects.create(ticket_id=number, author_id=PERSON, door=Door.SYSTEM, content=sent["content"])
    return show({"uuid": row.uuid, "content": row.content, "created_at": row.created_at}, 201)


@transaction.atomic
def create(request: HttpRequest) -> HttpResponse:
    sent = orjson.loads(request.body)
    row = Ticket.objects.create(
        subject=sent["title"],
        description=sent["description"],
        custom=sent["custom_fields"],
        requester_id=PERSON,
        created_by_id=PERSON,
        created_door=Door.SYSTEM,
        updated_door=Door.SYSTEM,
    )
    tags = Tag.objects.filter(category=None, text__in=sent["tags"])
    TicketTag.objects.bulk_create(TicketTag(ticket=row, tag=tag, position=place) for place, tag in enumerate(tags))
    return show({"uuid": row.uuid, "title": row.subject, "tags": sent["tags"], "created_at": row.created_at}, 201)


def show(data: Any, status: int = 200) -> HttpResponse:
    body = orjson.dumps({"data": data})
    return HttpResponse(
        body, status=status, content_type="application/json", headers={"Content-Length": str(len(body))}
    )


urlpatterns = [
    path("bare/tickets", tickets),
    path("bare/tickets/<uuid:uuid>", retrieve),
    path("bare/tickets/<int:number>/comments", comment),
]
