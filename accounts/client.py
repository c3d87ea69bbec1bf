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
    address: str = request.META.get("REMOTE_ADDR") or NOWHERE
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    if not trusted:
        return address
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and any(ip_address(address) in network for network in trusted):
        before = _parsed(hops.pop())
        if before is None:
            break
        address = str(before)
    return address


@lru_cache(maxsize=8)
def _networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in ranges)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
