"""Callers with an API key: contracts toptickets, taas and support. Finding the key costs one query and nothing more."""

from datetime import timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.http import HttpRequest
from django.utils import timezone

from accounts.client import client_address
from accounts.errors import Refused
from accounts.keys import find_key
from accounts.models import ApiKey
from api.errors import Unauthorized

STAMPED = timedelta(seconds=60)  # "last used" is written once in so long, not once a request


class InvalidKey(Unauthorized):
    """Invalid API key"""


class ExpiredKey(Unauthorized):
    """API key has expired"""


class AddressNotAllowed(Refused):
    """IP address not allowed"""

    code = "forbidden"


def key_of(contract: str, text: str, request: HttpRequest) -> ApiKey:
    """The living key of this text. Raises InvalidKey (also when its owner left), ExpiredKey, AddressNotAllowed."""
    key = find_key(contract, text) if text else None
    if key is None or key.revoked_at is not None or not _is_owned(key):
        raise InvalidKey
    if not key.is_live:
        raise ExpiredKey
    if key.allowed_addresses and not _allows(tuple(key.allowed_addresses), client_address(request)):
        raise AddressNotAllowed
    return key


def _is_owned(key: ApiKey) -> bool:
    owner, team = key.owner, key.team
    left = owner is not None and (owner.is_deleted or not owner.is_active or not owner.is_agent)
    return not left and not (team is not None and team.is_deleted)


def stamp(key: ApiKey) -> None:
    """Notes that the key was used just now, unless that was noted a moment ago."""
    now, last = timezone.now(), key.last_used_at
    if last is None or now - last >= STAMPED:
        ApiKey.objects.filter(pk=key.pk, last_used_at=last).update(last_used_at=now)  # one of many at a time


@lru_cache(maxsize=1024)
def _networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in ranges)


def _allows(ranges: tuple[str, ...], address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(ranges))
