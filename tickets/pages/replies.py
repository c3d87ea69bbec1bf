"""Replying: to the other side, or as a note among staff."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.entry import PageRequest, for_people, onward
from accounts.errors import Invalid, StoreAway
from attachments.actions import stored
from attachments.uploads import Upload
from tickets import actions
from tickets.forms.writing import ReplyForm
from tickets.models import Comment, Ticket
from tickets.pages.ticket import page, ticket_of
from tickets.words import Status


@require_POST
@for_people
def reply(request: PageRequest, number: int) -> HttpResponse:
    """Sends what was written; with errors the page comes back with everything typed."""
    ticket = ticket_of(request.actor, number)
    form = ReplyForm(request.POST)
    if form.is_valid() and _status_is_as_seen(form, ticket):
        try:
            comment = _send(request, ticket, form)
        except Invalid as error:
            for problem in error.problems:
                form.add_error("body" if problem.field in ("content", "html") else None, problem.message)
        except StoreAway as error:
            form.add_error(None, str(error))
        else:
            _say(request, ticket, comment)
            return onward(request, f"{reverse('ticket', args=[ticket.pk])}#message-{comment.pk}")
    return page(request, ticket, status=422, reply=form)


def uploads(request: PageRequest) -> list[Upload]:
    """The files of a form's `files` field."""
    return [
        Upload(name=file.name or "file", content=file, declared_type=file.content_type or "", field="files")
        for file in request.FILES.getlist("files")
        if isinstance(file, UploadedFile)
    ]


def _send(request: PageRequest, ticket: Ticket, form: ReplyForm) -> Comment:
    asked = form.cleaned_data["status"]
    with stored(uploads(request)) as files:
        return actions.reply(
            ticket,
            by=request.actor,
            content=form.cleaned_data["body"],
            internal=form.cleaned_data["kind"] == "note",
            files=files,
            set_status=Status(asked) if asked else None,
        )


def _status_is_as_seen(form: ReplyForm, ticket: Ticket) -> bool:
    """Nobody sets a status over another that they have not seen."""
    seen = form.data.get("seen_status", ticket.status)
    if not form.cleaned_data["status"] or seen == ticket.status:
        return True
    label = Status(ticket.status).label
    form.add_error("status", f"Meanwhile the status became {label}. Look again, then send; nothing was sent yet.")
    return False


def _say(request: PageRequest, ticket: Ticket, comment: Comment) -> None:
    if comment.is_internal:
        said = "Note added. Only staff can read it."
    elif request.actor.staff:
        said = f"Reply sent. {ticket.requester.full_name} can read it now."
    else:
        said = "Your reply is on its way to the helpdesk."
    messages.success(request, said, extra_tags="sent")
