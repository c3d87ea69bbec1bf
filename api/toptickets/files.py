"""Attachments and avatars through contract toptickets (§5.3, §5.6)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.errors import Gone, Invalid
from accounts.native import instant
from api.bodies import read_file
from api.errors import BadInput
from api.toptickets import documented, showing, wording
from api.toptickets.base import TopTicketsViewSet, Unfit
from api.toptickets.children import Children
from api.toptickets.vocabulary import AVATAR_TYPES, FILE_TYPES
from attachments.actions import set_avatar, stored
from attachments.links import LIFETIME, signed_url
from attachments.models import Attachment
from attachments.names import clean_type
from attachments.sniffing import HEAD, contradicts
from attachments.uploads import MOST_BYTES, Stored, Upload
from tickets import actions
from tickets.models import Ticket

MEGABYTE = 1024 * 1024
AVATAR_BYTES = 5 * MEGABYTE
TYPE_REFUSED = "File type not allowed: {}"


class Attachments(Children[Attachment]):
    resource = "attachments"
    child_name = "Attachment"

    @documented.list_attachments
    def index(self, request: Request, ticket_id: str) -> HttpResponse:
        return self.listed(ticket_id)

    @documented.upload_attachment
    def create(self, request: Request, ticket_id: str) -> HttpResponse:
        ticket = self.named(ticket_id)
        with _stored(_upload(request, FILE_TYPES, MOST_BYTES)) as file:
            (added,) = actions.add_files(ticket, by=self.actor, files=[file])
        return self.shown(added, ticket, 201)

    @documented.get_attachment
    def retrieve(self, request: Request, ticket_id: str, attachment_id: str) -> HttpResponse:
        ticket, file = self.child(ticket_id, attachment_id=attachment_id)
        return self.shown(file, ticket)

    @documented.download_attachment
    def download(self, request: Request, ticket_id: str, attachment_id: str) -> HttpResponse:
        _, file = self.child(ticket_id, attachment_id=attachment_id)
        expires_at = timezone.now() + timedelta(seconds=LIFETIME)
        return self.show({"signed_url": signed_url(file.uuid), "expires_at": instant(expires_at)})

    @documented.delete_attachment
    def destroy(self, request: Request, ticket_id: str, attachment_id: str) -> HttpResponse:
        _, file = self.child(ticket_id, attachment_id=attachment_id)
        actions.remove_file(file, by=self.actor)
        return HttpResponse(status=204)

    def of(self, ticket: Ticket) -> QuerySet[Attachment]:
        """Its stored files, those of living comments too; links of other contracts are no files."""
        files = Attachment.objects.filter(ticket=ticket, link="").select_related("uploader")
        return files.exclude(comment__deleted_at__isnull=False)

    def shape(self, child: Attachment, ticket: Ticket) -> dict[str, Any]:
        return showing.attachment(child, ticket.uuid)


class Avatar(TopTicketsViewSet):
    """The picture of the key's owner."""

    resource = "users"
    writes = frozenset({"destroy"})

    @documented.upload_avatar
    def create(self, request: Request) -> HttpResponse:
        owner = self.actor.user
        if owner is None:
            raise Gone("User not found")
        with _stored(_upload(request, AVATAR_TYPES, AVATAR_BYTES)) as file:
            picture = set_avatar(owner, by=self.actor, file=file)
        return self.show(showing.user(owner, picture.uuid if picture else None))

    @documented.delete_avatar
    def destroy(self, request: Request) -> HttpResponse:
        if self.actor.user is not None:
            set_avatar(self.actor.user, by=self.actor, file=None)
        return HttpResponse(status=204)


def _upload(request: Request, types: Collection[str], most: int) -> Upload:
    """The part `file` of a multipart body. Raises Unfit for a file that is too large or of another type."""
    file = read_file(request._request, "file")
    if file is None:
        raise BadInput(wording.problem("file", wording.MISSING))
    name = file.name or ""
    if (file.size or 0) > most:
        raise Unfit(f"File too large. Maximum size is {most // MEGABYTE} MB.")
    declared = (file.content_type or "").strip().lower() or clean_type("", name)
    if declared not in types or contradicts(_head(file), declared):
        raise Unfit(TYPE_REFUSED.format(declared))
    return Upload(name, file, declared, field="file")


@contextmanager
def _stored(upload: Upload) -> Iterator[Stored]:
    """The upload in the store; what the domain refuses about it is said as this contract says it. Raises Unfit."""
    try:
        with stored([upload]) as (file,):
            yield file
    except Invalid as error:
        of_type = any(problem.code == "file_type" for problem in error.problems)
        raise Unfit(TYPE_REFUSED.format(upload.declared_type) if of_type else str(error)) from error


def _head(file: UploadedFile) -> bytes:
    head = file.read(HEAD)
    file.seek(0)
    return bytes(head)
