"""What tests of files share: uploading through a verb, fetching through a link, and looking into the store."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.actor import Actor
from attachments.actions import stored
from attachments.links import signed_path
from attachments.models import Attachment
from attachments.stores import store
from attachments.uploads import Upload
from tickets import actions
from tickets.models import Ticket


def attached(ticket: Ticket, name: str, content: bytes, content_type: str = "", *, by: Actor) -> Attachment:
    """A file on a ticket."""
    with stored([Upload(name, content, content_type)]) as files:
        return actions.add_files(ticket, by=by, files=files)[0]


def fetch(file: Attachment, variant: str = "", **headers: str) -> Any:
    """What somebody without cookies gets for a fresh link."""
    return Client().get(signed_path(file.uuid, variant), headers=headers)


def body(response: HttpResponse) -> bytes:
    """The whole answer."""
    return b"".join(response) if response.streaming else response.content


def in_store() -> set[str]:
    """The names of everything that is stored."""
    return {name for name, _ in store().names()}
