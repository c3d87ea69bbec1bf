"""The key test of contract toptickets (§5.7)."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.models import Organization
from api.keys import InvalidKey
from api.toptickets import documented
from api.toptickets.base import TopTicketsViewSet


class KeyTest(TopTicketsViewSet):
    @documented.test_key
    def test(self, request: Request) -> HttpResponse:
        key = self.actor.key
        if key is None:
            raise InvalidKey
        return self.show(
            {
                "success": True,
                "message": "API key is valid and working correctly",
                "key_name": key.name,
                "key_prefix": key.prefix,
                "scopes": [scope for scope in key.scopes if scope in (self.actor.scopes or ())],
                "expires_at": _exact(key.expires_at) if key.expires_at else None,
                "organization_id": Organization.current().uuid,
                "authenticated_at": _exact(timezone.now()),
            }
        )


def _exact(moment: datetime) -> str:
    """ISO 8601, UTC, microseconds, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
