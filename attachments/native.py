"""Attachments in the shape of contract platform (§4)."""

from typing import NotRequired, TypedDict
from uuid import UUID

from accounts.native import instant
from attachments.links import signed_url
from attachments.models import Attachment


class AttachmentShape(TypedDict):
    id: UUID
    filename: str
    size: int
    mime_type: str
    url: NotRequired[str]
    created_at: str


def attachment(row: Attachment, *, with_link: bool = True) -> AttachmentShape:
    """`with_link=False` in webhook bodies: signed links never leave that way."""
    shape: AttachmentShape = {
        "id": row.uuid,
        "filename": row.name,
        "size": row.size,
        "mime_type": row.content_type,
        "created_at": instant(row.created_at),
    }
    if with_link:
        shape["url"] = row.link or signed_url(row.uuid)
    return shape
