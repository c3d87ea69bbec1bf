"""Where webhooks may go. An address is looked at when it is saved, and what it resolves to at each attempt.

Whoever names the address is not who runs this machine: nothing inside its network may be reached, asked or probed
through us. So every address that a name resolves to is checked, the connection is made to the checked one, and what is
forbidden looks from outside like what is closed.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from accounts.errors import Refused

Address = IPv4Address | IPv6Address
DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, *range(8000, 10000)})

# What is no public host, by the registries of special-purpose addresses; for IPv6 whatever is not global unicast too.
_SPECIAL_V4 = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
_GLOBAL_V6 = ip_network("2000::/3")
_SPECIAL_V6 = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20")]
_NAT64 = ip_network("64:ff9b::/96")
_V4_COMPATIBLE = ip_network("::/96")
_NUMBERS = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)


class Forbidden(Refused):
    """Webhooks may not go to this address."""


class Unreachable(Exception):
    """The address could not be reached: nobody is there, or nobody we may talk to."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart once, so that what is checked is what is called."""

    scheme: str
    host: str
    port: int
    path: str  # with the query

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"


def read(url: str) -> Target:
    """The parts of an address. Raises Forbidden for what is no plain http or https address."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Forbidden("Use printable ASCII only; write international names in their xn-- form.")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("This is no address.") from None
    if scheme not in DEFAULT_PORTS or not host or "%" in host or port == 0:
        raise Forbidden("Enter an address such as https://example.com/hooks.")
    if "@" in parts.netloc:
        raise Forbidden("User names and passwords in the address are not taken; check the signature instead.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host.rstrip("."), port or DEFAULT_PORTS[scheme], path)


def check(url: str) -> Target:
    """The parts of an address that somebody wants to save. Raises Forbidden when it can never be called.

    Names are looked up when they are called, not here: what they resolve to may change at any time.
    """
    target = read(url)
    literal = _literal(target.host)
    if literal is not None:
        if not may_reach(literal, target):
            raise Forbidden
    elif not settings.WEBHOOK_ALLOWED_CIDRS:
        problem = _public_problem(target)
        if problem:
            raise Forbidden(problem)
    return target


def resolve(target: Target) -> list[str]:
    """The addresses to connect to, all of them checked. Raises Unreachable."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable from None
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not addresses or not all(may_reach(_parsed(text), target) for text in addresses):
        raise Unreachable
    return addresses


def may_reach(address: Address, target: Target) -> bool:
    """Whether the guard lets a connection through to this very address."""
    inner = unwrapped(address)
    for network in settings.WEBHOOK_ALLOWED_CIDRS:
        if address in network or all(one in network for one in inner):
            return True
    return not _public_problem(target) and all(map(_is_public, inner))


def unwrapped(address: Address) -> list[Address]:
    """The addresses that an IPv6 form carries inside (mapped, compatible, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    if address in _NAT64 or (address in _V4_COMPATIBLE and int(address) > 1):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)


def _public_problem(target: Target) -> str:
    """Why this is no way to call a public host; empty when it is one."""
    if target.scheme != "https" and not settings.WEBHOOK_ALLOW_HTTP:
        return "Only https addresses are called."
    if target.port not in PORTS:
        return "Only the ports 80, 443 and 8000 to 9999 are called."
    return ""


def _literal(host: str) -> Address | None:
    """The address that a host is without any look-up; also in spellings such as 127.1 and 0x7f.1."""
    try:
        return _parsed(host)
    except (AddressValueError, ValueError):
        pass
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _parsed(text: str) -> Address:
    return ip_address(text.partition("%")[0])  # without the network interface of a link-local address
