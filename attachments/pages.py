"""The one way to a stored file: a signed link, checked against the row each time."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from accounts.errors import StoreAway
from attachments import sending, thumbnails
from attachments.links import is_valid
from attachments.models import Attachment
from attachments.stores import reached, store

HANDED_ON = 60  # seconds a link of the object store lives
View = Callable[[HttpRequest, Attachment], HttpResponseBase]


def _signed(view: View) -> Callable[[HttpRequest, UUID], HttpResponseBase]:
    """Hands the view the living file of a good link; everything else is 404."""

    @require_safe
    @wraps(view)
    def checked(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
        if not is_valid(uuid, request.GET.get("sig", "")):
            raise Http404
        found = Attachment.objects.filter(uuid=uuid, link="").exclude(ticket__deleted_at__isnull=False)
        attachment = found.exclude(comment__deleted_at__isnull=False).first()
        if attachment is None:
            raise Http404
        if attachment.is_held:
            return sending.shut(_held(request, waiting=attachment.is_waiting))
        try:
            with reached():
                return view(request, attachment)
        except StoreAway as error:
            return sending.shut(_away(request, error.retry_after))

    return checked


def _held(request: HttpRequest, *, waiting: bool) -> HttpResponse:
    response = render(request, "held.html", {"waiting": waiting}, status=503 if waiting else 403)
    if waiting:
        response["Retry-After"] = "60"
    return response


def _away(request: HttpRequest, retry_after: int) -> HttpResponse:
    response = render(request, "store_away.html", status=503)
    response["Retry-After"] = str(retry_after)
    return response


@_signed
def download(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The file as a download, whatever its type."""
    if settings.ATTACHMENT_DELIVERY == "redirect" and request.method == "GET":  # HEAD is not what the store signed
        elsewhere = store().handed_on(attachment.stored_as, attachment.name, attachment.content_type, HANDED_ON)
        if elsewhere:
            return sending.shut(HttpResponseRedirect(elsewhere))
    return sending.download(request, attachment)


@_signed
def preview(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The file to be looked at, if it is of a type that can be. Always through us: no store sends our headers."""
    if not attachment.shown_as:
        raise Http404
    return sending.preview(request, attachment)


@_signed
def thumbnail(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """A small picture of a picture; a plain sign where it cannot be decoded."""
    if not attachment.is_picture:
        raise Http404
    small = thumbnails.of(attachment)
    if not small:
        return sending.shut(HttpResponseRedirect(static("icons/no-picture.svg")))
    return sending.shut(HttpResponse(small, content_type="image/webp"))
