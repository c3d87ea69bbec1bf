"""Bodies of requests. Those of pages: too large or of unknown length is refused before a byte is read.

The contracts bound their own bodies and answer in their own voices.
"""

from collections.abc import Callable, Iterable
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import parse_header_parameters

UPLOADS = "polydesk.uploads"  # in a request's environment: its files on disk
TAIL = 4096  # bytes in which a form must end; what follows its end is ignored
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeBody:
    """A request's body that ends early only with BadRequest: half a letter or file is never taken for the whole.

    `ending` closes a multipart body; without it the last file may have been cut off by whoever measured the length.
    """

    def __init__(self, stream: IO[bytes], length: int, ending: bytes = b"") -> None:
        self._stream = stream
        self._left = length
        self._ending = ending
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        return self._checked(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._checked(self._stream.readline, size, may_be_short=True)

    def _checked(self, method: Callable[[int], bytes], size: int, *, may_be_short: bool = False) -> bytes:
        size = self._left if size < 0 else min(size, self._left)
        try:
            content = method(size)
        except OSError as error:  # reset, or silent for too long
            raise BadRequest("The body cannot be read.") from error
        self._left -= len(content)
        if len(content) < size and not (may_be_short and content):
            raise BadRequest("The body is shorter than announced.")
        if self._ending:
            self._last = (self._last + content)[-TAIL:]
            if not self._left and self._ending not in self._last:
                raise BadRequest("The form does not end.")
        return content


class NotedUpload(TemporaryFileUploadHandler):
    """Uploads on disk that end with their request; Django leaves one that breaks off to the garbage collector."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is not None:
            self.request.META.setdefault(UPLOADS, []).append(self.file)


def only_whole(application: Application) -> Application:
    """WSGI middleware that hands on bodies as `WholeBody`, and removes what `NotedUpload` wrote."""

    def whole(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        announced, ending = environ.get("CONTENT_LENGTH") or "", _ending(environ)
        if announced.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(announced), ending)
        try:
            return application(environ, start_response)
        finally:
            for file in environ.pop(UPLOADS, ()):
                file.close()

    return whole


def _ending(environ: dict[str, Any]) -> bytes:
    try:
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE") or "")
    except ValueError:  # Django would fail over it before any view could answer
        environ["CONTENT_TYPE"] = "application/octet-stream"
        return b""
    boundary = str(parameters.get("boundary", "")) if kind == "multipart/form-data" else ""
    return f"--{boundary}--".encode() if boundary else b""


class BoundedBody:
    """Answers 413 above MAX_UPLOAD_BODY, and 411 where the length is not announced."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return self._refuse(request, 411)
        if not announced.isdecimal() or int(announced) > settings.MAX_UPLOAD_BODY:
            return self._refuse(request, 413)
        request.encoding = "utf-8"  # as all pages are; the browser of a person never says anything else
        return self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest, status: int) -> HttpResponse:
        response = render(request, "413.html", {"limit": settings.MAX_UPLOAD_BODY}, status=status)
        response["Connection"] = "close"
        return response
