"""Asking clamd about a file. Without a scanner in the settings every file passes."""

import re
import socket
import struct
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog
from django.conf import settings

WAITING = "waiting"  # nobody has looked at it yet; no signature is called so
_FOUND = re.compile(r"stream: (.{1,100})(?:.*) FOUND")
log = structlog.get_logger(__name__)


def verdict(blocks: Iterable[bytes]) -> str:
    """Empty: nothing was found, or nobody is to look. WAITING: clamd gave no answer in time. Else what it found."""
    if not settings.CLAMD_URL:
        return ""
    try:
        answer = _ask(blocks)
    except OSError as error:
        log.warning("scanner_away", error=type(error).__name__)
        return WAITING
    if answer == "stream: OK":
        return ""
    found = _FOUND.fullmatch(answer)
    if found is None:  # a file above its StreamMaxLength, for one
        log.warning("scanner_gave_no_verdict", answer=answer[:200])
        return WAITING
    log.warning("scanner_found", signature=found[1])
    return found[1]


def is_held(held: str) -> bool:
    """Whether a file with this verdict is kept from everybody. Those that wait do so only while there is a scanner."""
    return bool(held) and (held != WAITING or bool(settings.CLAMD_URL))


def _ask(blocks: Iterable[bytes]) -> str:
    """What clamd answers to INSTREAM: lengths in four bytes, each with its block, and a zero at the end."""
    until = time.monotonic() + settings.CLAMD_TIMEOUT
    with _connected() as clamd:
        clamd.sendall(b"zINSTREAM\0")
        try:
            for block in blocks:
                _hurry(clamd, until)
                clamd.sendall(struct.pack(">I", len(block)) + block)
            clamd.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough; the answer says why
        return _answer(clamd, until).rstrip("\0\n")


def _answer(clamd: socket.socket, until: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        _hurry(clamd, until)
        more = clamd.recv(4096)
        if not more:
            break
        said += more
    return said.decode("utf-8", "replace")


def _hurry(clamd: socket.socket, until: float) -> None:
    """Whatever comes next on the connection may take as long as there is left, not each time anew."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    clamd.settimeout(left)


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(settings.CLAMD_TIMEOUT)
        clamd.connect(address.path)
        return clamd
    return socket.create_connection((address.hostname, address.port or 3310), timeout=settings.CLAMD_TIMEOUT)
