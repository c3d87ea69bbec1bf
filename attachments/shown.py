"""A file as pages show it: its name, where it is saved from, and how it is looked at."""

from dataclasses import dataclass

from attachments.links import signed_path
from attachments.models import Attachment

_SAFE = ("https://", "http://")
_KINDS = {"image": "picture", "application": "pdf", "text": "text", "video": "video"}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A stored file (`size` in bytes) or a link elsewhere (`size` None). Links to files are good for an hour.

    `kind` says how it is looked at: picture, pdf, text or video; empty: it is not. `held`: waiting or kept, if so.
    """

    name: str
    url: str = ""
    size: int | None = None
    kind: str = ""
    preview: str = ""
    thumbnail: str = ""
    held: str = ""


def shown(attachment: Attachment) -> ShownFile:
    """An attachment for whoever may see it."""
    name = attachment.name
    if attachment.link:
        return ShownFile(name, attachment.link if attachment.link.lower().startswith(_SAFE) else "")
    if attachment.is_held:
        return ShownFile(name, size=attachment.size, held="waiting" if attachment.is_waiting else "kept")
    return ShownFile(
        name,
        signed_path(attachment.uuid),
        attachment.size,
        _KINDS.get(attachment.shown_as.partition("/")[0], ""),
        signed_path(attachment.uuid, "preview") if attachment.shown_as else "",
        signed_path(attachment.uuid, "thumbnail") if attachment.is_picture else "",
    )
