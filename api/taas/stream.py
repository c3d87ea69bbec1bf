"""What was said and done on a ticket, and the files that came with it, through contract taas (§3.5, §3.6)."""

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Gone
from accounts.identities import known_as
from accounts.walking import Place
from api.bodies import read_form
from api.taas import activities, documented, people, tokens, writing
from api.taas.base import TaasViewSet
from api.taas.files import attachments
from api.taas.params import first, refusal
from api.taas.people import SCHEME
from api.taas.serializers import AttachmentsIn, CommentIn, FilesIn
from api.taas.tickets import MOST
from api.taas.tokens import Continuation
from attachments.actions import linked, stored
from attachments.models import Attachment
from attachments.uploads import Stored, Upload
from tickets import actions
from tickets.models import Ticket

LIST = "activities"


class Activities(TaasViewSet):
    @documented.list_activities
    def index(self, request: Request, ticket_id: str) -> HttpResponse:
        limit = min(self.params.number("limit", MOST, least=1), MOST) if "limit" in self.params.given else None
        html = "comment_HTML" in self.params.parts("include")
        ticket = self.ticket(ticket_id)
        name = f"{LIST}:{ticket.uuid}"
        token = first(request.headers, "continuationToken") or self.params.text("continuationToken")
        going_on = tokens.read(name, self.desk.uuid, token) if token else None
        asked = activities.questions(ticket)
        before = going_on.place.number if going_on else None
        lines, following = activities.page(ticket, asked, before=before, limit=limit)
        answer: dict[str, Any] = {"items": activities.activities(ticket, lines, asked, html=html)}
        if following is not None:
            answer["continuationToken"] = tokens.issue(name, self.desk.uuid, Continuation({}, Place(following)))
        return self.show(answer)

    @documented.list_comments
    def comments(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.index(request, ticket_id)

    @documented.add_comment
    def create(self, request: Request, ticket_id: str) -> HttpResponse:
        self.actor.must_write()
        sent = self.read(CommentIn)
        if not any(writing.words(sent)):
            raise refusal("comment", "A comment may not be blank.", "blank")
        return self.say(ticket_id, sent)

    @documented.post_comment
    def comment(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.create(request, ticket_id)

    def say(self, ticket_id: str, sent: dict[str, Any], files: list[Stored] | None = None) -> HttpResponse:
        """A reply or note in the name of the body's `user`, shown as IComment."""
        with transaction.atomic():
            ticket = self.locked(ticket_id)
            by = people.acting(sent["user"], by=self.actor)
            content, html = writing.words(sent)
            private = sent["isPrivate"]
            comment = actions.reply(ticket, by=by, content=content, html=html, internal=private, files=files or ())
        line = comment.events.select_related("comment").get()
        user = known_as(SCHEME, [by.user_id])[by.user_id]
        with_html = "comment_HTML" in self.params.parts("include")
        return self.show({"item": activities.comment_shape(ticket, line, user, html=with_html)}, 201)


class Attachments(Activities):
    @documented.list_attachments
    def index(self, request: Request, ticket_id: str) -> HttpResponse:
        ticket = self.ticket(ticket_id)
        rows = Attachment.objects.filter(ticket=ticket).exclude(comment__deleted_at__isnull=False)
        return self.show({"items": attachments(rows.select_related("uploader").order_by("-created_at", "-id"))})

    @documented.add_attachments
    def create(self, request: Request, ticket_id: str) -> HttpResponse:
        self.actor.must_write()
        if (request.content_type or "").lower().startswith("multipart/"):
            sent, uploads = self._form()
        else:
            sent, uploads = self.read(AttachmentsIn), []
        links = sent.get("attachments", [])
        ticket: Ticket = self.ticket(ticket_id)  # before any byte is stored
        hung = [
            linked(link["src"].strip(), link.get("caption") or "", field=f"attachments[{place}].src")
            for place, link in enumerate(links)
        ]
        with stored(uploads) as files:
            return self.say(str(ticket.uuid), sent, [*files, *hung])

    @documented.list_activity_attachments
    def of_activity(self, request: Request, activity_id: str) -> HttpResponse:
        line = activities.line_of(activity_id, Ticket.objects.visible_to(self.actor).values("pk"))
        if line is None:
            raise Gone("There is no such activity.")
        return self.show({"items": attachments(activities.files_of(line))})

    def _form(self) -> tuple[dict[str, Any], list[Upload]]:
        """A multipart body: texts as JSON would have them, and the files."""
        form, files = read_form(self.request._request)
        texts: dict[str, Any] = {name: form[name] for name in ("comment", "comment_HTML") if name in form}
        private = form.get("isPrivate", "").strip().lower() or "false"
        texts["isPrivate"] = {"true": True, "false": False}.get(private, private)
        try:
            texts["user"] = orjson.loads(form.get("user", "null"))
        except orjson.JSONDecodeError:
            raise refusal("user", "This must be an object as JSON text.") from None
        sent = self.check(FilesIn, texts)
        uploads = [
            Upload(file.name or "", file, file.content_type or "", field=f"files[{place}]")
            for place, file in enumerate(files.getlist("files"))
        ]
        if not uploads:
            raise refusal("files", "There must be at least one file.", "required")
        return sent, uploads
