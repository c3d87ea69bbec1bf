"""Signing in, staying signed in and signing out through contract platform (§2, §12)."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import actions, native
from accounts.signin import sign_in
from api.platform import documented, tokens
from api.platform.base import PlatformViewSet
from api.platform.serializers import CredentialsIn, RefreshIn


class Login(PlatformViewSet):
    is_open: ClassVar[bool] = True

    @documented.login
    def create(self, request: Request) -> HttpResponse:
        credentials = self.read(CredentialsIn)
        user = sign_in(request._request, email=credentials["email"], password=credentials["password"])
        return self.show(_signed_in(tokens.issue(user)))


class Refresh(PlatformViewSet):
    """Open, because it is asked when the access token has expired."""

    is_open: ClassVar[bool] = True

    @documented.refresh
    def create(self, request: Request) -> HttpResponse:
        sent = self.read(RefreshIn)
        return self.show(_signed_in(tokens.renew(sent["refresh_token"])))


class Logout(PlatformViewSet):
    @documented.logout
    def create(self, request: Request) -> HttpResponse:
        actions.revoke_session(tokens.session_of(request._request), by=self.actor)
        return HttpResponse(status=204)


def _signed_in(given: tokens.Tokens) -> dict[str, Any]:
    return {
        "token": given.access,
        "expires_at": native.instant(given.expires_at),
        "refresh_token": given.refresh,
        "user": {**native.user_ref(given.user), "role": given.user.role},
    }
