"""Signed links: whoever holds one may fetch the file for an hour, without a cookie or header."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

LIFETIME = 3600  # seconds
_signer = TimestampSigner(salt="attachments.links")


def signed_path(uuid: UUID, variant: str = "") -> str:
    """Path and query of a fresh link, for pages (which may be open under any of our host names).

    `variant` is `preview` or `thumbnail`; without one the link is a download.
    """
    name, signature = _signer.sign(str(uuid)).split(":", 1)
    return f"/files/{name}{f'/{variant}' if variant else ''}?sig={signature}"


def signed_url(uuid: UUID) -> str:
    """A fresh absolute link, for APIs and mail."""
    return str(settings.BASE_URL) + signed_path(uuid)


def is_valid(uuid: UUID, signature: str) -> bool:
    """Whether the link is ours and young enough."""
    try:
        _signer.unsign(f"{uuid}:{signature}", max_age=LIFETIME)
    except BadSignature:
        return False
    return True
