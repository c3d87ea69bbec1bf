"""The list of users through contract platform (§3.7)."""

from django.db.models import Q
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import native
from accounts.errors import NotYours
from accounts.models import Role, User
from api.platform import documented
from api.platform.base import PlatformViewSet, Query


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
