"""Long lists leave piece by piece: memory holds one batch, and few such answers run at a time."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from threading import BoundedSemaphore
from typing import Any

import orjson
from django.http import StreamingHttpResponse

from api.errors import TooManyRequests

AT_ONCE = 2  # in one process: each holds a thread for as long as its client reads
RETRY_AFTER = 5  # seconds

_slots = BoundedSemaphore(AT_ONCE)


class ArrayStream:
    """A JSON array in pieces of one batch. Holds a slot until it is closed, which the server does in any case."""

    def __init__(self, batches: Iterable[list[Any]]) -> None:
        """Raises TooManyRequests when no slot is free."""
        if not _slots.acquire(blocking=False):
            raise TooManyRequests(RETRY_AFTER)
        self._batches = batches
        self._held = ExitStack()
        self._held.callback(_slots.release)

    def __iter__(self) -> Iterator[bytes]:
        opening = b"["
        for batch in self._batches:
            if batch:
                yield opening + orjson.dumps(batch)[1:-1]
                opening = b","
        yield b"]" if opening == b"," else b"[]"

    def close(self) -> None:
        self._held.close()


def streamed(batches: Iterable[list[Any]]) -> StreamingHttpResponse:
    """The answer that sends these batches as one array."""
    return StreamingHttpResponse(ArrayStream(batches), content_type="application/json")
