"""Teams and their members through contract toptickets (§5.5)."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import actions
from accounts.errors import Gone
from accounts.models import STAFF, Team, User
from api.errors import BadInput
from api.toptickets import documented, showing, wording
from api.toptickets.base import TopTicketsViewSet
from api.toptickets.query import Query
from api.toptickets.serializers import MemberIn, TeamChangeIn, TeamIn


class Teams(TopTicketsViewSet):
    resource = "teams"
    writes = frozenset({"remove_member"})

    @documented.list_teams
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        text = check.text("search").strip()
        page = check.page()
        check.finish()
        found = _all().filter(name__icontains=text) if text else _all()
        return self.show([_shape(team) for team in found.order_by("name", "id")[page.cut()]])

    @documented.create_team
    def create(self, request: Request) -> HttpResponse:
        team = actions.add_team(by=self.actor, **_canonical(self.read(TeamIn)))
        return self.show(_fresh(team), 201)

    @documented.get_team
    def retrieve(self, request: Request, team_id: str) -> HttpResponse:
        return self.show(_shape(self._team(team_id)))

    @documented.change_team
    def partial_update(self, request: Request, team_id: str) -> HttpResponse:
        team = self._team(team_id)
        values = _canonical(self.read(TeamChangeIn))
        if values:
            team = actions.change_team(team, by=self.actor, **values)
        return self.show(_fresh(team))

    @documented.delete_team
    def destroy(self, request: Request, team_id: str) -> HttpResponse:
        actions.delete_team(self._team(team_id), by=self.actor)
        return HttpResponse(status=204)

    @documented.add_member
    def add_member(self, request: Request, team_id: str) -> HttpResponse:
        team = self._team(team_id)
        (user,) = _staff("user_id", [self.read(MemberIn)["user_id"]])
        actions.add_member(team, user, by=self.actor)
        return self.show(_fresh(team), 201)

    @documented.remove_member
    def remove_member(self, request: Request, team_id: str, user_id: str) -> HttpResponse:
        team_uuid, user_uuid = self.path_ids(team_id=team_id, user_id=user_id)
        team = _found(team_uuid)
        user = team.members.filter(uuid=user_uuid).first()
        if user is None:
            raise Gone("User not found")
        actions.remove_member(team, user, by=self.actor)
        return HttpResponse(status=204)

    def _team(self, team_id: str) -> Team:
        (uuid,) = self.path_ids(team_id=team_id)
        return _found(uuid)


def _found(uuid: UUID) -> Team:
    found = _all().filter(uuid=uuid).first()
    if found is None:
        raise Gone("Team not found")
    return found


def _all() -> QuerySet[Team]:
    return Team.objects.prefetch_related(Prefetch("members", User.objects.order_by("full_name", "id")))


def _fresh(team: Team) -> dict[str, Any]:
    """A team after a change, with the members it has now."""
    return showing.team(team, list(team.members.order_by("full_name", "id")))


def _shape(team: Team) -> dict[str, Any]:
    return showing.team(team, list(team.members.all()))


def _canonical(values: dict[str, Any]) -> dict[str, Any]:
    if "description" in values:
        values["description"] = values["description"] or ""
    if "member_ids" in values:
        values["members"] = _staff("member_ids", values.pop("member_ids"))
    return values


def _staff(field: str, uuids: list[UUID]) -> list[User]:
    """The staff of these ids. Raises BadInput for others."""
    known = {user.uuid: user for user in User.objects.filter(role__in=STAFF, uuid__in=uuids)}
    if field == "user_id":
        problems = [wording.absent(field, "user") for uuid in uuids if uuid not in known]
    else:
        problems = [
            wording.absent(f"{field}[{place}]", "user") for place, uuid in enumerate(uuids) if uuid not in known
        ]
    if problems:
        raise BadInput(*problems)
    return list(known.values())
