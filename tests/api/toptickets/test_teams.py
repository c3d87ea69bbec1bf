"""Teams and their members (contract toptickets §5.5)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.keys import issue_key, revoke_key
from accounts.models import Team, User
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TeamFactory, TicketFactory


def member(user: User) -> dict[str, str]:
    return {"id": str(user.uuid), "email": user.email, "full_name": user.full_name}


def test_a_team_with_members(ada: User, agnes: User) -> None:
    api = TopTickets(ada)
    ids = [str(agnes.uuid), str(ada.uuid), str(agnes.uuid)]
    answer = api.post("/teams", {"name": "Billing", "description": "Invoices", "member_ids": ids})
    team = Team.objects.get()
    assert answer.status == 201
    assert answer.body == {
        "id": str(team.uuid), "name": "Billing", "description": "Invoices", "members": [member(ada), member(agnes)],
        "created_at": answer.body["created_at"], "updated_at": answer.body["updated_at"],
    }  # fmt: skip
    assert api.get(f"/teams/{team.uuid}").body == answer.body
    assert api.get("/teams").body == [answer.body]


def test_a_name_suffices_and_is_unique(ada: User) -> None:
    api = TopTickets(ada)
    made = api.post("/teams", {"name": "Billing"}).body
    assert (made["description"], made["members"]) == (None, [])
    answer = api.post("/teams", {"name": "billing"})
    assert (answer.status, answer.body) == (400, {"detail": "A team with this name exists already."})
    assert api.patch(f"/teams/{made['id']}", {"name": "BILLING"}).body["name"] == "BILLING"


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({}, ("name",), "value_error.missing"),
        ({"name": None}, ("name",), "type_error.none.not_allowed"),
        ({"name": " "}, ("name",), "value_error.any_str.min_length"),
        ({"name": "x" * 201}, ("name",), "value_error.any_str.max_length"),
        ({"name": "x", "member_ids": "x"}, ("member_ids",), "type_error.list"),
        ({"name": "x", "member_ids": None}, ("member_ids",), "type_error.none.not_allowed"),
        ({"name": "x", "member_ids": ["x"]}, ("member_ids", 0), "type_error.uuid"),
        ({"name": "x", "member_ids": [NOBODY]}, ("member_ids", 0), "value_error"),
    ],
)
def test_a_refused_team_leaves_nothing(body: dict[str, Any], place: tuple[Any, ...], kind: str, ada: User) -> None:
    answer = TopTickets(ada).post("/teams", body)
    found = {place: problem[0] for place, problem in answer.problems.items()}
    assert (answer.status, found) == (422, {("body", *place): kind})
    assert not Team.objects.exists()


def test_a_team_changes(ada: User, agnes: User, rita: User) -> None:
    team = TeamFactory(name="Billing", description="x", members=[agnes])
    api, path = TopTickets(ada), f"/teams/{team.uuid}"
    assert api.patch(path, {"description": None}).body["description"] is None
    assert api.patch(path, {}).body["members"] == [member(agnes)]
    assert api.patch(path, {"member_ids": [str(ada.uuid)]}).body["members"] == [member(ada)]
    assert api.patch(path, {"member_ids": [str(rita.uuid)]}).status == 422
    assert api.patch(path, {"member_ids": []}).body["members"] == []


def test_members_come_and_go(ada: User, agnes: User, rita: User) -> None:
    team = TeamFactory()
    api, path = TopTickets(ada), f"/teams/{team.uuid}/members"
    for _ in range(2):  # twice is harmless
        answer = api.post(path, {"user_id": str(agnes.uuid)})
        assert (answer.status, answer.body["members"]) == (201, [member(agnes)])
    assert api.post(path, {"user_id": str(rita.uuid)}).problems == {
        ("body", "user_id"): ("value_error", "user not found")
    }
    assert api.post(path, {}).problems == {("body", "user_id"): ("value_error.missing", "field required")}
    assert api.delete(f"{path}/{agnes.uuid}").status == 204
    again = api.delete(f"{path}/{agnes.uuid}")
    assert (again.status, again.body) == (404, {"detail": "User not found"})
    assert set(api.delete("/teams/x/members/y").problems) == {("path", "team_id"), ("path", "user_id")}
    assert api.post(f"/teams/{NOBODY}/members", {"user_id": str(agnes.uuid)}).detail == "Team not found"


def test_tickets_of_a_deleted_team_are_team_less(ada: User) -> None:
    team = TeamFactory()
    ticket = TicketFactory(team=team)
    api = TopTickets(ada)
    assert api.delete(f"/teams/{team.uuid}").status == 204
    assert api.get(f"/teams/{team.uuid}").body == {"detail": "Team not found"}
    assert api.get("/teams").body == []
    assert api.get(f"/tickets/{ticket.uuid}").body["assigned_team_id"] is None


def test_a_team_with_living_desk_keys_stays(ada: User) -> None:
    team = TeamFactory()
    key, _ = issue_key(by=Actor.system(), contract="taas", kind="primary", team=team)
    api = TopTickets(ada)
    answer = api.delete(f"/teams/{team.uuid}")
    assert (answer.status, isinstance(answer.detail, str)) == (400, True)
    revoke_key(key, by=Actor.system())
    assert api.delete(f"/teams/{team.uuid}").status == 204


def test_the_list_is_by_name_and_costs_three_queries(ada: User, agnes: User) -> None:
    for name in ("Beta", "Alpha", "Gamma"):
        TeamFactory(name=name, members=[ada, agnes])
    api = TopTickets(ada)
    api.get("/teams")
    with CaptureQueriesContext(connection) as queries:
        assert [team["name"] for team in api.get("/teams").body] == ["Alpha", "Beta", "Gamma"]
    assert len(queries) == 3
    assert [team["name"] for team in api.get("/teams", search="ET", skip=0).body] == ["Beta"]
    assert [team["name"] for team in api.get("/teams", skip=1, limit=1).body] == ["Beta"]
    assert api.get("/teams", limit=501).status == 422
