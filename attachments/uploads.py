"""Files on their way in: read in blocks, measured, hashed and looked at before anything is stored."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile, File

from accounts.checks import is_storable
from accounts.errors import Invalid, Problem
from attachments.names import clean_name, clean_type
from attachments.previews import shown_as
from attachments.scanning import verdict
from attachments.sniffing import HEAD, disagree
from attachments.stores import BLOCK

MOST_FILES = 10  # in one request
MOST_BYTES = 30 * 1024 * 1024  # of one file


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it. `field` names it in refusals (`attachments[0]`)."""

    name: str
    content: "bytes | File[bytes]"
    declared_type: str = ""
    field: str = "attachments"

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.size

    def file(self) -> "File[bytes]":
        """The content, at its beginning."""
        file = ContentFile(self.content) if isinstance(self.content, bytes) else self.content
        file.seek(0)
        return file


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes are in the store, and that no row names yet; or a `link` to somewhere else."""

    name: str
    content_type: str
    size: int = 0
    stored_as: str = ""
    link: str = ""
    sha256: str = ""
    shown_as: str = ""
    held: str = ""
    field: str = "attachments"


def check(uploads: Sequence[Upload]) -> None:
    """Number, sizes, names, and that each file is what it says. Raises Invalid with every problem."""
    problems = []
    if len(uploads) > MOST_FILES:
        problems.append(Problem("attachments", f"At most {MOST_FILES} files may be sent at once.", "max_length"))
    for upload in uploads:
        if upload.size > MOST_BYTES:
            problems.append(Problem(upload.field, "A file may have at most 30 MB.", "too_large"))
        if not is_storable(upload.name):
            problems.append(Problem(upload.field, "The file name holds characters that cannot be stored.", "name"))
        name = clean_name(upload.name)
        if disagree(_head(upload), clean_type(upload.declared_type, name), name):
            sentence = f"“{name}” is not what its name and type say; it was not taken."
            problems.append(Problem(upload.field, sentence, "file_type"))
    if problems:
        raise Invalid(*problems)


def described(upload: Upload, stored_as: str) -> Stored:
    """What a row will say about a checked upload."""
    name = clean_name(upload.name)
    content_type = clean_type(upload.declared_type, name)
    return Stored(
        name=name,
        content_type=content_type,
        size=upload.size,
        stored_as=stored_as,
        sha256=_digest(upload),
        shown_as=shown_as(content_type, _head(upload), upload.file()),
        held=verdict(upload.file().chunks(BLOCK)),
        field=upload.field,
    )


def _head(upload: Upload) -> bytes:
    return bytes(upload.file().read(HEAD))


def _digest(upload: Upload) -> str:
    digest = hashlib.sha256()
    for block in upload.file().chunks(BLOCK):
        digest.update(block)
    return digest.hexdigest()
