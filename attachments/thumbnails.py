"""Small pictures, made when first looked at and kept beside the picture under its name with an ending."""

from contextlib import suppress
from tempfile import SpooledTemporaryFile

from django.core.files.base import ContentFile

from accounts.errors import StoreAway
from attachments.models import Attachment
from attachments.previews import thumbnail
from attachments.stores import reached, store

ENDING = ".small"
MOST_BYTES = 1024 * 1024  # a small picture has some ten thousand
IN_MEMORY = 1024 * 1024


def of(attachment: Attachment) -> bytes:
    """The small picture in WebP; empty where the picture cannot be decoded, which is remembered too."""
    name = attachment.stored_as + ENDING
    try:
        return b"".join(store().part(name, 0, MOST_BYTES))
    except FileNotFoundError:
        small = _made(attachment)
    with suppress(StoreAway), reached():  # a full store shall not hide it
        store().save(name, ContentFile(small))
    return small


def _made(attachment: Attachment) -> bytes:
    with SpooledTemporaryFile(IN_MEMORY) as file:
        try:
            file.writelines(store().part(attachment.stored_as, 0, attachment.size))
        except FileNotFoundError:
            return b""
        file.seek(0)
        return thumbnail(file) or b""
