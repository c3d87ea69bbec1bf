"""What tests of pages share: a browser somebody is signed in with, and what a page says."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    """A client with a session of this person."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user, backend=BACKEND)
    return client


def text_of(response: HttpResponse) -> str:
    """The words of a page, without markup and with single blanks."""
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(words).split())


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden field {name}"
    return unescape(found[1])
