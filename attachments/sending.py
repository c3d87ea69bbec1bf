"""A stored file as an answer: whole, a span of it, or its headers alone; nothing in it may run as ours."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from attachments.models import Attachment
from attachments.ranges import Span, Unsatisfiable, asked_for
from attachments.stores import store

SHUT = "sandbox; default-src 'none'"  # for what is saved
# For what is looked at: its own bytes and nothing else, and only inside our own pages.
LOOKED_AT = (
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def download(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The file to be saved, whatever its type."""
    return _shut(_answer(request, attachment, attachment.content_type, inline=False), SHUT)


def preview(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The file to be looked at; its type is one of few, see `attachments.previews`."""
    response = _shut(_answer(request, attachment, attachment.shown_as, inline=True), LOOKED_AT)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def shut(response: HttpResponseBase) -> HttpResponseBase:
    """Headers for whatever else comes from the addresses of files."""
    return _shut(response, SHUT)


def _shut(response: HttpResponseBase, policy: str) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, attachment: Attachment, content_type: str, *, inline: bool) -> HttpResponseBase:
    etag = f'"{attachment.sha256 or attachment.uuid}"'
    try:
        span = _span(request, etag, attachment.size)
    except Unsatisfiable:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{attachment.size}"
    else:
        response = _bytes(request, attachment, span)
        response["Content-Type"] = content_type
        response["Content-Disposition"] = content_disposition_header(not inline, attachment.name) or "inline"
        response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    return response


def _span(request: HttpRequest, etag: str, size: int) -> Span | None:
    """A span is only for whoever holds the rest of the same file (`If-Range`); we promise no dates."""
    if request.method != "GET" or request.headers.get("If-Range", etag).strip() != etag:
        return None
    return asked_for(request.headers.get("Range", ""), size)


def _bytes(request: HttpRequest, attachment: Attachment, span: Span | None) -> HttpResponseBase:
    start, length = (span.start, span.length) if span else (0, attachment.size)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        try:
            response = StreamingHttpResponse(store().part(attachment.stored_as, start, length))
        except FileNotFoundError as error:
            raise Http404 from error
    if span:
        response.status_code = 206
        response["Content-Range"] = span.of(attachment.size)
    response["Content-Length"] = str(length)
    return response
