"""What of a file may be looked at in the browser, and small pictures of pictures: strangers' bytes, read bounded."""

from contextlib import suppress
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO

from PIL import Image, ImageOps

from attachments.sniffing import is_text, types_of

MOST_PIXELS = 24_000_000  # of a picture; decoded, four bytes each
SIDE = 320  # pixels, the longer side of a small picture
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
VIDEOS = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
# Never text/html, image/svg+xml or other markup: what could run is only ever saved.
TEXTS = frozenset({"text/plain", "text/csv", "text/markdown", "text/x-log", "application/json"})
PLAIN = "text/plain; charset=utf-8"
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError)
_one_at_a_time = BoundedSemaphore(1)


def shown_as(content_type: str, head: bytes, file: IO[bytes]) -> str:
    """The type under which a file is looked at, taken from its bytes; empty: it is only saved. `file` stays open."""
    if content_type in FORMATS.values():
        return _picture(file)
    if content_type == "application/pdf":
        return content_type if head.startswith(b"%PDF-") else ""
    if content_type in VIDEOS:
        return content_type if any(found.startswith(("video/", "application/ogg")) for found in types_of(head)) else ""
    return PLAIN if content_type in TEXTS and is_text(head) else ""


def thumbnail(file: IO[bytes]) -> bytes | None:
    """A small WebP of a picture's first frame, nothing of its metadata; None when it cannot be decoded."""
    with _one_at_a_time, suppress(*UNREADABLE), Image.open(file, formats=list(FORMATS)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return None
        picture.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG: decoded no larger than needed
        picture.thumbnail((SIDE, SIDE))
        upright = ImageOps.exif_transpose(picture)
        small = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
        small.info.clear()
        out = BytesIO()
        small.save(out, "WEBP", quality=80, method=2)
        return out.getvalue()
    return None


def _picture(file: IO[bytes]) -> str:
    """The type of a picture by its header, which is all that is read; empty for a flood of pixels."""
    file.seek(0)
    with suppress(*UNREADABLE), Image.open(file, formats=list(FORMATS)) as picture:
        bounded = picture.width * picture.height <= MOST_PIXELS
        return FORMATS.get(picture.format or "", "") if bounded else ""
    return ""
