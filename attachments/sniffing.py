"""Whether a file is what its sender says. puremagic knows the signatures; what nobody knows is believed."""

import mimetypes

import puremagic

HEAD = 8192  # bytes that are looked at
_CERTAIN = 0.3  # of puremagic's confidence: three bytes of signature and more
_ENDINGS = mimetypes.MimeTypes(filenames=())  # the same on every machine
# Names of one and the same container.
_SAME = {
    "application/gzip": {"application/x-gzip"},
    "video/mp4": {"video/quicktime"},
    "video/ogg": {"application/ogg", "audio/ogg"},
    "video/quicktime": {"video/mp4"},
}
# Kinds of files, by names and beginnings of types. Formats within a kind are mixed up innocently (a photo's ending, the
# containers of office programs); across kinds, somebody is wrong or lying.
_NAMED = {
    "text": (
        *("application/json", "application/xml", "application/rtf", "application/postscript", "application/javascript"),
        *("image/svg+xml", "message/"),
    ),
    "pdf": ("application/pdf",),
    "package": (
        *("application/zip", "application/x-zip", "application/gzip", "application/x-gzip", "application/x-tar"),
        *("application/x-7z", "application/x-bzip", "application/x-xz", "application/vnd.rar", "application/x-rar"),
        *("application/java-archive", "application/vnd.openxmlformats", "application/vnd.oasis"),
        "application/x-ole-storage",
    ),
    "media": ("application/ogg", "application/annodex", "application/x-matroska", "video/", "audio/"),
}


def contradicts(head: bytes, declared: str) -> bool:
    """Whether the first bytes of a file are clearly those of another type than `declared`."""
    if declared.startswith("text/"):
        return _denies(head, "text")
    found = types_of(head)
    return bool(found) and not found & {declared, *_SAME.get(declared, ())}


def disagree(head: bytes, declared: str, name: str) -> bool:
    """Whether declared type, the name's ending and the first bytes speak of different kinds of files.

    A witness that says nothing certain (`application/octet-stream`, an unknown ending) is not asked.
    """
    said = {kind for kind in (_kind(declared), _kind(_type_of_name(name))) if kind}
    return len(said) > 1 or any(_denies(head, kind) for kind in said)


def types_of(head: bytes) -> set[str]:
    """The types whose signature the bytes carry, `` among them for formats without a registered name."""
    try:
        return {match.mime_type for match in puremagic.magic_string(head) if match.confidence >= _CERTAIN}
    except (puremagic.PureError, ValueError):
        return set()


def is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return True
    return b"\x00" not in head and b"\xff" not in head[:4]


def _denies(head: bytes, kind: str) -> bool:
    """Whether the bytes are of another kind. Words may begin like a signature, but not like these two."""
    found = {_kind(one) for one in types_of(head)}
    if kind == "text" and is_text(head):
        return "text" not in found and bool(found & {"pdf", "image"})
    return bool(found) and kind not in found


def _kind(content_type: str) -> str:
    """The kind of a type; empty where it says nothing certain."""
    for kind, beginnings in _NAMED.items():
        if content_type.startswith(beginnings):
            return kind
    main = content_type.partition("/")[0]
    if main == "text" or content_type.endswith(("+xml", "+json")):
        return "text"
    return "image" if main == "image" else ""


def _type_of_name(name: str) -> str:
    found, packed = _ENDINGS.guess_type(name)
    return "application/gzip" if packed else found or ""
