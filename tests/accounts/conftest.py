"""What surrounds people."""

import socket
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def mail_server_away(settings: Settings) -> Iterator[str]:
    """Mail goes to a server that is not there; the mail backend of before."""
    before = settings.EMAIL_BACKEND
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        yield before
