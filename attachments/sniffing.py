"""Whether a file is clearly something else than its sender says. puremagic knows the signatures."""

import puremagic

HEAD = 8192  # bytes that are looked at
_CERTAIN = 0.3  # of puremagic's confidence: three bytes of signature and more
# Names of one and the same container.
_SAME = {
    "application/gzip": {"application/x-gzip"},
    "video/mp4": {"video/quicktime"},
    "video/ogg": {"application/ogg", "audio/ogg"},
    "video/quicktime": {"video/mp4"},
}


def contradicts(head: bytes, declared: str) -> bool:
    """Whether the first bytes of a file are those of another type than `declared`; what nobody knows is believed."""
    if declared.startswith("text/"):
        return not _is_text(head) and bool(_types_of(head))
    found = _types_of(head)
    return bool(found) and not found & {declared, *_SAME.get(declared, ())}


def _types_of(head: bytes) -> set[str]:
    """The types whose signature the bytes carry, `` among them for formats without a registered name."""
    try:
        return {match.mime_type for match in puremagic.magic_string(head) if match.confidence >= _CERTAIN}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return True
    return b"\x00" not in head and b"\xff" not in head[:4]
