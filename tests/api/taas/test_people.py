"""People in bodies (contract taas §4.2, §7)."""

from typing import Any

import pytest

from accounts import actions
from accounts.models import Role, Team, User, UserIdentity
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TicketFactory, acting
from tickets.models import Ticket


def named(user: User, external_id: str) -> dict[str, str]:
    return {"id": external_id, "name": "Whatever", "email": user.email}


def test_who_is_unknown_is_made_a_customer_without_password(taas: Taas) -> None:
    taas.open()
    for person in (KIM, ADA):
        user = User.objects.get(email=person["email"])
        assert (user.full_name, user.role, user.has_usable_password()) == (person["name"], Role.CUSTOMER, False)
        assert UserIdentity.objects.get(user=user, scheme="taas").external_id == person["id"]
    taas.open()
    assert User.objects.count() == 2


def test_a_blank_name_becomes_the_start_of_the_address(taas: Taas) -> None:
    taas.open(requestor={"id": "kim@acme.test", "name": "", "email": "kim@acme.test"})
    assert User.objects.get(email="kim@acme.test").full_name == "kim"


def test_found_by_address_in_any_case_they_get_the_id_and_keep_their_name(taas: Taas, rita: User) -> None:
    sent = {"id": "r-1", "name": "Other Name", "email": "RITA@Example.test"}
    item = taas.open(requestor=sent)
    assert item["requestor"] == {"id": "r-1", "name": "Rita", "email": "rita@example.test"}
    assert list(rita.identities.values_list("external_id", flat=True)) == ["r-1"]
    assert rita.events.filter(kind="changed").count() == 1
    again = taas.open(requestor={**sent, "id": "r-2"})
    assert again["requestor"]["id"] == "r-1"
    assert rita.identities.count() == 1


def test_the_id_wins_over_another_address(taas: Taas, rita: User, sam: User) -> None:
    taas.open(requestor=named(rita, "r-1"))
    item = taas.open(requestor=named(sam, "r-1"))
    assert item["requestor"]["email"] == "rita@example.test"
    assert not sam.identities.exists()
    unknown = taas.open(requestor={"id": "r-1", "name": "X", "email": "new@acme.test"})
    assert unknown["requestor"]["email"] == "rita@example.test"
    assert not User.objects.filter(email="new@acme.test").exists()


def test_our_own_id_sent_back_is_the_person(taas: Taas, desk: Team, rita: User) -> None:
    ticket = TicketFactory(team=desk, requester=rita)
    shown = taas.get(f"/tickets/{ticket.pk}").item["requestor"]
    assert shown["id"] == str(rita.uuid)
    assert taas.open(requestor=shown)["requestor"] == shown
    assert not rita.identities.exists()


def test_who_left_comes_back_as_a_new_person_with_the_old_id(taas: Taas, rita: User, ada: User) -> None:
    taas.open(requestor=named(rita, "r-1"))
    actions.delete_user(rita, by=acting(ada))
    item = taas.open(requestor=named(rita, "r-1"))
    assert item["requestor"]["name"] == "Whatever"
    assert UserIdentity.objects.get(external_id="r-1").user != rita


def test_an_unknown_assignee_becomes_an_agent_of_the_team(taas: Taas, desk: Team) -> None:
    alex = {"id": "a-1", "name": "Alex Wilber", "email": "alex@acme.test"}
    assert taas.open(assignee=alex)["assignee"] == alex
    user = User.objects.get(email="alex@acme.test")
    assert (user.role, user.has_usable_password()) == (Role.AGENT, False)
    assert list(desk.members.all()) == [user]
    assert taas.open(assignee=alex)["assignee"] == alex


def test_a_desk_may_make_no_agents(taas: Taas, desk: Team, ada: User) -> None:
    actions.change_team(desk, by=acting(ada), provision_assignees=False)
    body = {"ticket": {"title": "x", "requestor": KIM, "assignee": {**ADA, "id": "a-1"}}, "user": ADA}
    answer = taas.post("/tickets", body)
    assert (answer.status, answer.message.partition(":")[0]) == (400, "assignee")
    assert not User.objects.filter(email=KIM["email"]).exists()


@pytest.mark.parametrize("who", ["customer", "inactive"])
def test_customers_and_those_who_left_are_given_nothing(
    who: str, taas: Taas, rita: User, agnes: User, ada: User
) -> None:
    person = rita if who == "customer" else actions.change_user(agnes, by=acting(ada), is_active=False)
    body = {"ticket": {"title": "x", "requestor": KIM, "assignee": named(person, "x-1")}, "user": ADA}
    assert taas.post("/tickets", body).status == 400
    person.refresh_from_db()
    assert person.role == (Role.CUSTOMER if who == "customer" else Role.AGENT)
    assert not Ticket.objects.exists()
    assert not person.identities.exists()


def test_inactive_people_may_still_ask_and_act(taas: Taas, rita: User, ada: User) -> None:
    actions.change_user(rita, by=acting(ada), is_active=False)
    item = taas.open(requestor=named(rita, "r"), user=named(rita, "r"))
    assert item["requestor"] == item["createdBy"]


def test_a_customer_acts_with_the_keys_rights(taas: Taas, agnes: User) -> None:
    item = taas.open(user=KIM)
    body: dict[str, Any] = {"updates": {"priority": "Urgent", "assignee": named(agnes, "a")}, "user": KIM}
    answer = taas.put(f"/tickets/{item['id']}", body)
    assert (answer.status, answer.item["priority"], answer.item["lastUpdatedBy"]) == (200, "Urgent", KIM)


@pytest.mark.parametrize("name", ["a\x00", "\ud800", "x" * 201])
def test_names_that_cannot_be_kept(name: str, taas: Taas) -> None:
    content = '{"ticket": {"title": "x", "requestor": {"id": "1", "name": "%s", "email": "a@b.test"}}, "user": %s}'
    text = name.encode("unicode_escape").decode().replace("\\x00", "\\u0000")
    sent = content % (text, '{"id": "2", "name": "", "email": "c@d.test"}')
    assert taas.send("POST", "/tickets", sent.encode()).status == 400
    assert not User.objects.exists()
