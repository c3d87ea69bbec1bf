"""Storing and removing files. Bytes go to the store before the transaction of the change, rows inside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from accounts.actions import record_user
from accounts.actor import Actor
from accounts.checks import is_storable
from accounts.errors import Invalid, Problem, StoreAway
from accounts.models import User, UserEvent
from attachments import quotas
from attachments.models import Attachment
from attachments.stores import reached, store
from attachments.uploads import Stored, Upload, check, described

if TYPE_CHECKING:  # by name only: files know nothing of tickets
    from django.db.models import Model

LONGEST_LINK = 2000
LONGEST_NAME = 255
LINK = "text/uri-list"  # the type of a link


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[list[Stored]]:
    """Checks and stores the uploads; if the block fails, they are removed again. Raises Invalid, StoreAway.

    Use it around the verb that attaches them: `with stored(uploads) as files: reply(…, files=files)`.
    """
    check(uploads)
    done: list[Stored] = []
    try:
        for upload in uploads:
            done.append(described(upload, _new_name()))
            with reached():  # and if it breaks off, half a file may be there
                store().save(done[-1].stored_as, upload.file())
        yield done
    except BaseException:
        with suppress(StoreAway), reached():  # then pruning does it
            for file in done:
                store().delete(file.stored_as)
        raise


def attach(files: Sequence[Stored], *, ticket: "Model", by: Actor, comment: "Model | None" = None) -> list[Attachment]:
    """Writes the rows of stored files. Called by verbs inside their transaction. Raises Invalid above a quota."""
    if not files:
        return []
    quotas.check(files, ticket_id=ticket.pk, uploader_id=by.user_id)
    return Attachment.objects.bulk_create(
        Attachment(
            ticket_id=ticket.pk,
            comment_id=comment.pk if comment is not None else None,
            uploader=by.user,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            stored_as=file.stored_as,
            sha256=file.sha256,
            shown_as=file.shown_as,
            held=file.held,
            link=file.link,
        )
        for file in files
    )


@transaction.atomic
def set_avatar(user: User, *, by: Actor, file: Stored | None) -> Attachment | None:
    """Somebody's picture from now on; None: none any more. Their own, or by an administrator."""
    by.must_write()
    if by.user_id != user.pk:
        by.must_administer()
    former = list(Attachment.objects.filter(avatar_of=user))
    if not former and file is None:
        return None
    for picture in former:
        remove(picture)
    added = None
    if file is not None:
        added = Attachment.objects.create(
            avatar_of=user,
            uploader=by.user,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            stored_as=file.stored_as,
            sha256=file.sha256,
            shown_as=file.shown_as,
            held=file.held,
        )
    user.updated_at = timezone.now()
    user.save(update_fields=["updated_at"])
    names = {"previous": former[0].name if former else None, "current": file.name if file else None}
    record_user(user, UserEvent.Kind.CHANGED, by=by, changes=[{"field": "avatar", **names}])
    return added


def linked(link: str, name: str = "", *, field: str = "attachments") -> Stored:
    """A link to hang on a ticket like a file; shown by its name, else its address. Raises Invalid."""
    try:
        if len(link) > LONGEST_LINK or not is_storable(link + name):
            raise ValidationError("too long, or not to be stored")
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError as error:
        raise Invalid(Problem(field, "This must be the address of a page, with http or https.", "link")) from error
    return Stored(
        name=" ".join(name.split())[:LONGEST_NAME] or link[:LONGEST_NAME], content_type=LINK, link=link, field=field
    )


def remove(attachment: Attachment) -> None:
    """Hides a file; its links stop working at once. The bytes are pruned later."""
    attachment.deleted_at = attachment.updated_at = timezone.now()
    attachment.save(update_fields=["deleted_at", "updated_at"])


def _new_name() -> str:
    # The stored name is ours alone; folders by two digits keep directories small.
    key = uuid4().hex
    return f"{key[:2]}/{key}"
