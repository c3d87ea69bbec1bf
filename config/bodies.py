"""Bodies of requests. Those of pages: too large or of unknown length is refused before a byte is read.

The contracts bound their own bodies and answer in their own voices.
"""

from collections.abc import Callable, Iterable
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeBody:
    """A request's body that ends early only with BadRequest: half a letter or file is never taken for the whole."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._left = length

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
        return content


def only_whole(application: Application) -> Application:
    """WSGI middleware that hands on bodies as `WholeBody`."""

    def whole(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or ""
        if announced.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(announced))
        return application(environ, start_response)

    return whole


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
