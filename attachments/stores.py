"""What attachments ask of a store, and the folder that is one out of the box; `attachments.bucket` is the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, ClassVar, Protocol, cast

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

from accounts.errors import StoreAway

log = structlog.get_logger(__name__)
BLOCK = 64 * 1024  # bytes read at a time


class Store(Protocol):
    """A place for bytes under generated names."""

    failures: ClassVar[tuple[type[Exception], ...]]  # what it raises when it is away, full or refuses us

    def save(self, name: str, content: "File[bytes]") -> str:
        """Reads `content` in blocks; returns the name that was given."""

    def delete(self, name: str) -> None:
        """Nothing happens where nothing is."""

    def probe(self) -> None:
        """Raises whatever is wrong when the store cannot be used."""

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `start`, opened before it returns. Raises FileNotFoundError."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Everything in the store, with the time it was written."""

    def handed_on(self, name: str, shown: str, content_type: str, seconds: int) -> str | None:
        """An address of the store itself that sends the file as a download for so long; None where there is none."""


def store() -> Store:
    """The one that is configured."""
    return cast(Store, default_storage)


@contextmanager
def reached() -> Iterator[None]:
    """What the store raises in the block when it cannot do its work is StoreAway; a missing file stays one."""
    try:
        yield
    except FileNotFoundError:
        raise
    except store().failures as error:
        log.error("store_away", error=type(error).__name__)
        raise StoreAway from error


class FolderStore(FileSystemStorage):
    """Files below one folder of this machine, or of a disk that all nodes share."""

    failures = (OSError,)

    def probe(self) -> None:
        self.delete(self.save("readyz", ContentFile(b"")))

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        file = open(self.path(name), "rb")  # noqa: PTH123, SIM115 - closed by the reader
        file.seek(start)
        return Blocks(file, length)

    def names(self) -> Iterator[tuple[str, datetime]]:
        yield from self._below("")

    def handed_on(self, name: str, shown: str, content_type: str, seconds: int) -> str | None:
        return None

    def _below(self, folder: str) -> Iterator[tuple[str, datetime]]:
        try:
            folders, names = self.listdir(folder)
        except FileNotFoundError:
            return
        for name in names:
            path = f"{folder}/{name}".lstrip("/")
            try:
                yield path, self.get_modified_time(path)
            except FileNotFoundError:  # removed in the meantime
                continue
        for inner in folders:
            yield from self._below(f"{folder}/{inner}".lstrip("/"))


class Blocks:
    """The next `length` bytes of an open file, or what there is of them, in blocks; then the file is closed."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._left = length

    def __iter__(self) -> "Blocks":
        return self

    def __next__(self) -> bytes:
        block = self._file.read(min(BLOCK, self._left)) if self._left else b""
        if not block:
            self.close()
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._file.close()
