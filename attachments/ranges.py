"""Parts of a file that a request asks for (RFC 9110 §14). One span; whoever asks for several gets the whole."""

import re
from dataclasses import dataclass

_SPAN = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """`length` bytes from `start`."""

    start: int
    length: int

    def of(self, size: int) -> str:
        """As `Content-Range` says it."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


class Unsatisfiable(Exception):
    """The file has no such bytes."""


def asked_for(header: str, size: int) -> Span | None:
    """The span of a `Range` header; None for the whole file, also where the header cannot be read."""
    found = _SPAN.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many bytes
        length = min(int(found[2]), size)
        if not length:
            raise Unsatisfiable
        return Span(size - length, length)
    start, last = int(found[1]), int(found[2] or size)
    if found[2] and last < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(last, size - 1) - start + 1)
