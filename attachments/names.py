"""File names and types that strangers chose, made harmless."""

import mimetypes
import re
import unicodedata

UNKNOWN_TYPE = "application/octet-stream"
LONGEST = 255  # bytes of UTF-8
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


def clean_name(name: str) -> str:
    """A display name: no folders, no control, format or bidi characters, at most 255 bytes, the ending kept."""
    last = re.split(r"[/\\]", name)[-1]
    last = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode())
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    shown = " ".join(shown.split()).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if len(shown.encode()) > LONGEST:
        ending = _cut(ending, 20) if dot and stem else ""
        tail = f".{ending}" if ending else ""
        shown = _cut(stem or shown, LONGEST - len(tail.encode())) + tail
    return shown or "file"


def clean_type(declared: str, name: str) -> str:
    """The declared type without parameters; none or nonsense: by the name's ending, else octet-stream."""
    plain = declared.partition(";")[0].strip().lower()
    if _TYPE.fullmatch(plain):
        return plain
    return mimetypes.guess_type(name)[0] or UNKNOWN_TYPE


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")
