"""Signatures as Standard Webhooks 1.0.0 wants them: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.

Any library of that standard verifies them. Its Python one would bring an HTTP client along for these few lines; the
tests hold every signature against it.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"
TOLERANCE = 300  # seconds that a receiver lets a timestamp be off


def new_secret() -> str:
    """`whsec_` and the base64 of 32 random bytes."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def sign(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """One signature for each secret, separated by blanks; receivers need to know one of them."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{b64encode(hmac.digest(_key(secret), signed, sha256)).decode()}" for secret in keys)


def verify(secret: str, message_id: str, timestamp: str, signatures: str, body: bytes, *, now: float) -> str:
    """What is wrong with a request, as a sentence; empty when nothing is."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20):
        return "webhook-timestamp is missing or no number."
    if abs(now - int(timestamp)) > TOLERANCE:
        return f"webhook-timestamp is more than {TOLERANCE} seconds away from the clock of this machine."
    try:
        wanted = sign([secret], message_id, int(timestamp), body)
    except ValueError:
        return "The secret is not whsec_ and base64."
    if not any(hmac.compare_digest(wanted.encode(), given.encode()) for given in signatures.split()):
        return "No signature fits the secret and the body."
    return ""


def is_secret(text: str) -> bool:
    """Whether it is of the form of a secret."""
    try:
        return text.startswith(PREFIX) and bool(_key(text))
    except ValueError:
        return False


def _key(secret: str) -> bytes:
    return b64decode(secret.removeprefix(PREFIX), validate=True)
