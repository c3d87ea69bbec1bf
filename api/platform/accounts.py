"""Signing in and the list of users through contract platform (§2, §3.7)."""

from typing import ClassVar

from django.db.models import Q
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import native
from accounts.errors import NotYours
from accounts.models import Role, User
from accounts.signin import sign_in
from api.platform import documented
from api.platform.base import PlatformViewSet, Query
from api.platform.serializers import CredentialsIn
from api.platform.tokens import issue


class Login(PlatformViewSet):
    is_open: ClassVar[bool] = True

    @documented.login
    def create(self, request: Request) -> HttpResponse:
        credentials = self.read(CredentialsIn)
        user = sign_in(request._request, email=credentials["email"], password=credentials["password"])
        token, expires_at = issue(user)
        return self.show(
            {
                "token": token,
                "expires_at": native.instant(expires_at),
                "user": {**native.user_ref(user), "role": user.role},
            }
        )


class Users(PlatformViewSet):
    @documented.list_users
    def index(self, request: Request) -> HttpResponse:
        if not self.actor.staff:
            raise NotYours("Only staff may list users.")
        check = Query(request._request)
        found = User.objects.order_by("full_name", "id")
        roles = check.words("role", list(Role.values))
        states = check.words("status", ["active", "inactive"])
        text = check.text("q").strip()
        asked = self.page(check)
        check.finish()
        if roles:
            found = found.filter(role__in=roles)
        if states:
            found = found.filter(is_active__in=[state == "active" for state in states])
        if text:
            found = found.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
        page = found[asked.offset : asked.offset + asked.size]
        return self.listed([native.user(user) for user in page], asked, found.count())
