"""Secrets that must be read back are kept sealed: encrypted with a key made from SECRET_KEY.

A key of SECRET_KEY_FALLBACKS still opens what it sealed.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Unreadable(Exception):
    """The text was sealed with another SECRET_KEY."""


def seal(text: str) -> str:
    """`text`, unreadable for whoever only has the database."""
    return _box().encrypt(text.encode()).decode()


@lru_cache(maxsize=1000)
def unseal(sealed: str) -> str:
    """What was sealed, remembered: the same few secrets are asked for again and again. Raises Unreadable."""
    return unseal_once(sealed)


def unseal_once(sealed: str) -> str:
    """What was sealed. Raises Unreadable."""
    from cryptography.fernet import InvalidToken

    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=1)
def _box() -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet  # loads a large library, needed by few processes

    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"sealing:{key}".encode()).digest())) for key in keys])
