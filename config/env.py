"""Strict reading of environment variables.

Every reader takes the variable's name and a default, and stops the program with one sentence that says what to set
when the value cannot be meant. An empty variable counts as one that is not set, so that compose files may pass
variables through. Secrets may also come from a file named by ``<NAME>_FILE``.
"""

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_SIZES = {"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30}
_SPANS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class WrongSetting(SystemExit):
    """A setting that cannot be meant: ends the program with its sentence instead of a traceback."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"Polydesk cannot start: {sentence}")


def _raw(name: str) -> str:
    return os.environ.get(name, "").strip()


def text(name: str, default: str = "") -> str:
    """The value as it stands, without surrounding blanks."""
    return _raw(name) or default


def secret(name: str, default: str = "") -> str:
    """Like ``text``, but also read from the file that ``<name>_FILE`` names (Docker and systemd secrets)."""
    file = _raw(f"{name}_FILE")
    if file and _raw(name):
        raise WrongSetting(f"set either {name} or {name}_FILE, not both.")
    if not file:
        return text(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip() or default
    except (OSError, UnicodeDecodeError):
        raise WrongSetting(
            f"{name}_FILE names {file}, which cannot be read; point it at a readable text file."
        ) from None


def flag(name: str, default: bool) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off."""
    value = _raw(name).lower()
    if not value:
        return default
    if value not in _WORDS:
        raise WrongSetting(f"{name} is {value!r}; set it to true or false.")
    return _WORDS[value]


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number within bounds, both included."""
    bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
    try:
        value = int(_raw(name) or default)
    except ValueError:
        raise WrongSetting(f"{name} is {_raw(name)!r}; set it to a whole number {bounds}.") from None
    if value < least or (most is not None and value > most):
        raise WrongSetting(f"{name} is {value}; set it to a whole number {bounds}.")
    return value


def _measured(name: str, value: str, units: dict[str, int], example: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", value.lower())
    if not found or found[2] not in units:
        raise WrongSetting(f"{name} is {value!r}; set it to {example}.")
    return float(found[1]) * units[found[2]]


def size(name: str, default: int) -> int:
    """An amount of bytes above zero: a plain number, or one with KiB, MiB or GiB."""
    example = "a number of bytes above 0, such as 67108864 or 64MiB"
    amount = int(_measured(name, _raw(name) or str(default), _SIZES, example))
    if amount < 1:
        raise WrongSetting(f"{name} is {_raw(name)!r}; set it to {example}.")
    return amount


def seconds(name: str, default: float) -> float:
    """A span above zero, in seconds: a plain number, or one with s, m, h or d."""
    example = "a time above 0, such as 15 or 15s"
    span = _measured(name, _raw(name) or str(default), _SPANS, example)
    if span <= 0:
        raise WrongSetting(f"{name} is {_raw(name)!r}; set it to {example}.")
    return span


def spans(name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """Comma-separated spans of zero or more, in seconds."""
    example = "times separated by commas, such as 5s,5m,2h"
    return tuple(_measured(name, part, _SPANS, example) for part in words(name)) or default


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in _raw(name).split(",") if part.strip()] or list(default)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    value = _raw(name).lower() or default
    if value not in allowed:
        raise WrongSetting(f"{name} is {value!r}; set it to {' or '.join(allowed)}.")
    return value


def networks(name: str) -> list[Network]:
    """Comma-separated addresses or address ranges in CIDR form."""
    found = []
    for part in words(name):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise WrongSetting(
                f"{name} holds {part!r}; set it to addresses or ranges such as 10.0.0.0/8, separated by commas."
            ) from None
    return found


def base_url(name: str, default: str) -> str:
    """An http or https address with host and optional port, and nothing behind it."""
    value = (_raw(name) or default).rstrip("/")
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.path)
        whole = whole and not (parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise WrongSetting(
            f"{name} is {value!r}; set it to an address such as https://help.example.com, without a path."
        )
    return value


def directory(name: str, default: Path) -> Path:
    """A folder this program may write to, made for its user alone if it is missing."""
    folder = Path(_raw(name) or default).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise WrongSetting(f"{name} is {folder}, which cannot be written; set it to a folder this user may write to.")
    return folder
