"""How much may hang on one ticket, and how much one person may have uploaded."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from accounts.errors import Invalid, Problem
from accounts.models import User
from attachments.models import Attachment
from attachments.uploads import Stored


def check(files: Sequence[Stored], *, ticket_id: int, uploader_id: int | None) -> None:
    """Raises Invalid if `files` would be too many or too much. Called under the ticket's lock; takes the person's."""
    count, size = _so_far(Attachment.objects.filter(ticket_id=ticket_id))
    added = sum(file.size for file in files)
    if count + len(files) > settings.ATTACHMENT_TICKET_FILES:
        raise _full(files, f"A ticket may have at most {settings.ATTACHMENT_TICKET_FILES} files.")
    if size + added > settings.ATTACHMENT_TICKET_QUOTA:
        raise _full(files, "The files of this ticket would take more room than a ticket may have.")
    if uploader_id is None:
        return
    # Their uploads to other tickets wait here; rows that only refer to the person do not.
    list(User.objects.select_for_update(no_key=True).filter(pk=uploader_id).values_list("pk"))
    _, size = _so_far(Attachment.objects.filter(uploader_id=uploader_id))
    if size + added > settings.ATTACHMENT_USER_QUOTA:
        raise _full(files, "Your files would take more room than one person may have.")


def _so_far(rows: "QuerySet[Attachment]") -> tuple[int, int]:
    """How many files, and how many bytes."""
    found = rows.aggregate(files=Count("id"), bytes=Sum("size"))
    return found["files"], found["bytes"] or 0


def _full(files: Sequence[Stored], sentence: str) -> Invalid:
    return Invalid(Problem(files[-1].field, sentence, "quota"))
