"""What of a file may be looked at in the browser, and small pictures of pictures: strangers' bytes, read bounded."""

from contextlib import suppress
from functools import partial
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO

from PIL import Image, ImageOps

from attachments.sniffing import is_text, types_of
from attachments.stores import BLOCK

MOST_PIXELS = 24_000_000  # of a picture; decoded, four bytes each
# Each scan of a JPEG may paint all of its pixels: a tenth of a second for 40 bytes. Editors write up to twenty.
MOST_SCANS = 50
SCAN = b"\xff\xda"
WEBP_HEAD = 30  # bytes
SIDE = 320  # pixels, the longer side of a small picture
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
MANY_IN_ONE = {"MPO": "image/jpeg"}  # phones put a second picture behind the first; everybody shows the first
VIDEOS = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
# Never text/html, image/svg+xml or other markup: what could run is only ever saved.
TEXTS = frozenset({"text/plain", "text/csv", "text/markdown", "text/x-log", "application/json"})
PLAIN = "text/plain; charset=utf-8"
GREY_16 = {"I", "I;16", "I;16B"}  # scans and X-rays; 65,535 is white
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
    # A decoder of strangers' bytes may fail in any way.
    with _one_at_a_time, suppress(Exception), Image.open(file, formats=list(FORMATS)) as picture:
        if picture.width * picture.height > MOST_PIXELS or _scans(file) > MOST_SCANS:
            return None
        picture.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG: decoded no larger than needed
        picture.thumbnail((SIDE, SIDE))
        small = _eight_bits(_upright(picture))
        small.info.clear()
        out = BytesIO()
        small.save(out, "WEBP", quality=80, method=2)
        return out.getvalue()
    return None


def _upright(picture: Image.Image) -> Image.Image:
    with suppress(Exception):  # what the camera says about itself is broken more often than the picture
        return ImageOps.exif_transpose(picture)
    return picture


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode in GREY_16:
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")


def _picture(file: IO[bytes]) -> str:
    """The type of a picture by its header; empty for a flood of pixels or of scans."""
    file.seek(0)
    pixels = _webp_pixels(file.read(WEBP_HEAD))
    if pixels:
        return FORMATS["WEBP"] if pixels <= MOST_PIXELS else ""
    file.seek(0)
    with suppress(Exception), Image.open(file, formats=list(FORMATS)) as picture:
        if picture.width * picture.height <= MOST_PIXELS and _scans(file) <= MOST_SCANS:
            return {**FORMATS, **MANY_IN_ONE}.get(picture.format or "", "")
    return ""


def _webp_pixels(head: bytes) -> int:
    """The size of a WebP by its first bytes (RFC 9649), 0 for other files: Pillow reads all of it to find out."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < WEBP_HEAD:
        return 0
    number = partial(int.from_bytes, byteorder="little")
    if head[12:16] == b"VP8X":
        return (number(head[24:27]) + 1) * (number(head[27:30]) + 1)
    if head[12:16] == b"VP8L":
        sides = number(head[21:25])
        return ((sides & 0x3FFF) + 1) * ((sides >> 14 & 0x3FFF) + 1)
    return (number(head[26:28]) & 0x3FFF) * (number(head[28:30]) & 0x3FFF)


def _scans(file: IO[bytes]) -> int:
    """How many scans a JPEG has, and some more where others bytes look alike; `file` stays where it is."""
    place = file.tell()
    file.seek(0)
    found, last = 0, b""
    if file.read(2) == b"\xff\xd8":
        for block in iter(partial(file.read, BLOCK), b""):
            found += block.count(SCAN) + (last + block[:1] == SCAN)
            last = block[-1:]
    file.seek(place)
    return found
