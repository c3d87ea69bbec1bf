"""Users through contract toptickets (§5.6): staff only."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import actions
from accounts.errors import Clash, EmailTaken, Gone
from accounts.models import STAFF, Role, User
from api.toptickets import documented, showing
from api.toptickets.base import TopTicketsViewSet
from api.toptickets.query import Query
from api.toptickets.serializers import UserChangeIn, UserIn
from api.toptickets.vocabulary import ROLE, ROLES
from attachments.models import Attachment

TAKEN = "User with this email already exists"


class Users(TopTicketsViewSet):
    resource = "users"

    @documented.list_users
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        text = check.text("search").strip()
        roles, active = check.words("role", ROLES), check.flag("is_active")
        page = check.page()
        check.finish()
        found = _all()
        if text:
            found = found.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
        if roles:
            wanted = Q()
            for role, read_only in map(ROLE.read, roles):
                wanted |= Q(role=role, read_only=read_only)
            found = found.filter(wanted)
        if active is not None:
            found = found.filter(is_active=active)
        return self.show([_shape(user) for user in found.order_by("full_name", "id")[page.cut()]])

    @documented.create_user
    def create(self, request: Request) -> HttpResponse:
        values = _canonical({"role": "agent", **self.read(UserIn)})
        try:
            user = actions.add_user(by=self.actor, invited=True, **values)
        except EmailTaken as error:
            raise Clash(TAKEN) from error
        return self.show(showing.user(user, None), 201)

    @documented.get_user
    def retrieve(self, request: Request, user_id: str) -> HttpResponse:
        return self.show(_shape(self._user(user_id)))

    @documented.change_user
    def partial_update(self, request: Request, user_id: str) -> HttpResponse:
        user = self._user(user_id)
        values = _canonical(self.read(UserChangeIn))
        self._keep_owner(user, values)
        try:
            changed = actions.change_user(user, by=self.actor, **values)
        except EmailTaken as error:
            raise Clash(TAKEN) from error
        return self.show(showing.user(changed, _avatar(user)))

    @documented.delete_user
    def destroy(self, request: Request, user_id: str) -> HttpResponse:
        user = self._user(user_id)
        self._keep_owner(user, {"is_active": False})
        actions.delete_user(user, by=self.actor)
        return HttpResponse(status=204)

    def _user(self, user_id: str) -> User:
        (uuid,) = self.path_ids(user_id=user_id)
        found = _all().filter(uuid=uuid).first()
        if found is None:
            raise Gone("User not found")
        return found

    def _keep_owner(self, user: User, values: dict[str, Any]) -> None:
        """A key that takes its owner's rights away would end itself."""
        if user.pk != self.actor.user_id:
            return
        demoted = values.get("role", user.role) != user.role or values.get("read_only", user.read_only)
        if demoted or not values.get("is_active", True):
            raise Clash("The owner of this API key cannot be deleted, deactivated or demoted with it.")


def _all() -> QuerySet[User]:
    """Staff with the ids of their pictures, in one query."""
    pictures = Attachment.objects.filter(avatar_of=OuterRef("pk")).order_by("-id").values("uuid")[:1]
    return User.objects.filter(role__in=STAFF).annotate(avatar=Subquery(pictures))


def _avatar(user: User) -> UUID | None:
    avatar: UUID | None = getattr(user, "avatar", None)
    return avatar


def _shape(user: User) -> dict[str, Any]:
    return showing.user(user, _avatar(user))


def _canonical(values: dict[str, Any]) -> dict[str, Any]:
    """The contract's role is our role and a flag; columns of text hold "" for nothing."""
    if "role" in values:
        role, values["read_only"] = ROLE.read(values["role"])
        values["role"] = Role(role)
    return {name: "" if value is None else value for name, value in values.items()}
