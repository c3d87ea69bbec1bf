"""The list of users through contract platform (§3.7)."""

from django.db.models import F, Q
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import native
from accounts.errors import NotYours
from accounts.models import Role, User
from accounts.walking import Way
from api.platform import documented
from api.platform.base import PlatformViewSet, Query
from api.platform.cursor import asked, listed

BY_NAME = Way(F("full_name"))


class Users(PlatformViewSet):
    @documented.list_users
    def index(self, request: Request) -> HttpResponse:
        if not self.actor.staff:
            raise NotYours("Only staff may list users.")
        check = Query(request._request)
        found = User.objects.all()
        roles = check.words("role", list(Role.values))
        states = check.words("status", ["active", "inactive"])
        text = check.text("q").strip()
        how = asked(self, "users", check, "role", "status", "q")
        check.finish()
        if roles:
            found = found.filter(role__in=roles)
        if states:
            found = found.filter(is_active__in=[state == "active" for state in states])
        if text:
            found = found.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
        return listed(self, found, BY_NAME, how, lambda users: [native.user(user) for user in users])
