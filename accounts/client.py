"""Where a request really came from. Forwarded headers count only when a configured proxy sent them."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104 - what a unix socket and a test client come from; columns want an address


def client_address(request: HttpRequest) -> str:
    """The address of the client; behind TRUSTED_PROXIES the nearest address that is no such proxy.

    Always one that can be parsed and stored: a forwarded word that is no address ends the way back.
    """
    address = _parsed(request.META.get("REMOTE_ADDR") or NOWHERE) or ip_address(NOWHERE)
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and any(address in network for network in trusted):
        before = _parsed(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


@lru_cache(maxsize=8)
def _networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in ranges)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address; one of IPv4 as such, also where a socket for both kinds spells it `::ffff:192.0.2.1`."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
