"""Reading bodies, bounded and strict: JSON, never more than two large ones at a time; and files of forms."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from accounts.errors import StoreAway
from api.errors import BadInput, BodyTooLarge, LengthRequired

LARGE = 8 * 1024 * 1024  # bytes; parsing needs several times as much memory
DRAINED = 1024 * 1024  # bytes read after a refusal, so that the client sees the answer
BLOCK = 64 * 1024
_large_ones = BoundedSemaphore(2)


def read_json(request: HttpRequest) -> Any:
    """The parsed body, whatever its Content-Type. Raises BadInput, BodyTooLarge, LengthRequired."""
    length = _length(request, most=settings.MAX_JSON_BODY)
    with _large_ones if length > LARGE else nullcontext():
        try:
            return orjson.loads(request.read())
        except (orjson.JSONDecodeError, UnreadablePostError, BadRequest) as error:
            raise BadInput from error


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The parsed body, which must be a JSON object."""
    body = read_json(request)
    if not isinstance(body, dict):
        raise BadInput
    return body


def read_form(request: HttpRequest) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
    """The texts and files of a multipart body. Raises BadInput, BodyTooLarge, LengthRequired."""
    _length(request, most=settings.MAX_UPLOAD_BODY)
    try:
        return request.POST, request.FILES
    except RequestDataTooBig as error:  # the texts; files have their own bounds
        raise BodyTooLarge from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError, BadRequest) as error:
        raise BadInput from error


def read_file(request: HttpRequest, name: str) -> UploadedFile | None:
    """The file in part `name` of a multipart body; None when there is none."""
    if request.content_type != "multipart/form-data":
        _length(request, most=settings.MAX_UPLOAD_BODY)
        return None
    return read_form(request)[1].get(name)


@contextmanager
def digested(request: HttpRequest) -> Iterator[str]:
    """The SHA-256 of the body, which the block still gets to read; a large one waits on disk.

    Raises BadInput, BodyTooLarge, LengthRequired, StoreAway.
    """
    _length(request, most=settings.MAX_JSON_BODY)
    found = sha256()
    with SpooledTemporaryFile(LARGE, dir=settings.FILE_UPLOAD_TEMP_DIR) as kept:
        try:
            while block := request.read(BLOCK):
                found.update(block)
                kept.write(block)
            kept.seek(0)
        except (UnreadablePostError, BadRequest) as error:
            raise BadInput from error
        except OSError as error:  # the disk is full, or not there
            raise StoreAway from error
        request._stream = kept  # type: ignore[assignment]  # as Django itself does; the stubs know one kind of file
        yield found.hexdigest()


def _length(request: HttpRequest, *, most: int) -> int:
    """How long the body is said to be. A refused one is read a little, so that the client sees the answer."""
    text = request.META.get("CONTENT_LENGTH") or ""
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise LengthRequired
    if text and not text.isdecimal():
        raise BadInput
    length = int(text or 0)
    if length > most:
        with suppress(BadRequest, UnreadablePostError):
            request.read(DRAINED)
        raise BodyTooLarge
    return length
