"""Bodies of page requests: too large or of unknown length is refused before a byte is read.

The contracts bound their own bodies and answer in their own voices.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
        return self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest, status: int) -> HttpResponse:
        response = render(request, "413.html", {"limit": settings.MAX_UPLOAD_BODY}, status=status)
        response["Connection"] = "close"
        return response
