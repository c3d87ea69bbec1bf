"""Where a request really came from. Forwarded headers count only when a configured proxy sent them."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client; behind TRUSTED_PROXIES the nearest address that is no such proxy."""
    address: str = request.META.get("REMOTE_ADDR") or "unknown"
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    if not trusted:
        return address
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _within(address, trusted):
        address = hops.pop()
    return address


@lru_cache(maxsize=8)
def _networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in ranges)


def _within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
