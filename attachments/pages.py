"""The one way to a stored file: a signed link, checked against the row each time."""

from uuid import UUID

from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from attachments.links import is_valid
from attachments.models import Attachment

HANDED_ON = 60  # seconds a link of the object store lives


@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file as a download, whatever its type; 404 for a bad or old link and for a deleted file."""
    if not is_valid(uuid, request.GET.get("sig", "")):
        raise Http404
    found = Attachment.objects.filter(uuid=uuid, link="").exclude(ticket__deleted_at__isnull=False)
    attachment = found.exclude(comment__deleted_at__isnull=False).first()
    if attachment is None:
        raise Http404
    response = _from_store(attachment)
    # Scripts in a stored page or picture must never run as ours.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _from_store(attachment: Attachment) -> HttpResponseBase:
    if not isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]
        return HttpResponseRedirect(_link_of_store(attachment))
    try:
        file = default_storage.open(attachment.stored_as)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)


def _link_of_store(attachment: Attachment) -> str:
    """A pre-signed address at the object store that forces the download and the type."""
    parameters = {
        "ResponseContentDisposition": content_disposition_header(True, attachment.name),
        "ResponseContentType": attachment.content_type,
    }
    return str(default_storage.url(attachment.stored_as, parameters=parameters, expire=HANDED_ON))  # type: ignore[call-arg]
