"""The first door: requests for a contract go straight to it and skip everything that only pages need."""

from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.urls.exceptions import Resolver404

PREFIXES = ("/api/v1", "/v1/support", "/v1", "/ticketing/v1")


class ContractEntry:
    """Middleware. A contract takes paths with and without a trailing slash, and never redirects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(PREFIXES):
            return self.get_response(request)
        try:
            match = resolve(path.rstrip("/"))
        except Resolver404:  # `/api/v1x` only looks like ours
            return self.get_response(request)
        request.resolver_match = match
        with suppress(SuspiciousOperation):  # thousands of parameters: the view refuses them in its voice
            request.encoding = "utf-8"  # whatever the Content-Type says
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if response.status_code == 204:
            del response.headers["Content-Type"]
        elif not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
            if request.method == "HEAD":
                response.content = b""  # the server would drop it, and complain in the log
        return response
