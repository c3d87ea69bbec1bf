"""Files and links as contract taas shows them: IAttachment (§4.3)."""

from collections.abc import Iterable
from typing import Any

from api.taas.moments import shown
from attachments.links import signed_url
from attachments.models import Attachment

_ARCHIVES = {
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/x-bzip2",
    "application/x-tar",
    "application/x-xz",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/x-rar-compressed",
}


def attachments(rows: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Rows with their uploaders."""
    return [attachment(row) for row in rows]


def attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "caption": row.name,
        "filename": row.name,
        "src": row.link or signed_url(row.uuid),
        "createdDateTime": shown(row.created_at),
        "createdBy": row.uploader.full_name if row.uploader else "System",
        "isImage": row.content_type.startswith("image/"),
        "isHyperlink": bool(row.link),
        "isArchive": row.content_type in _ARCHIVES,
    }
