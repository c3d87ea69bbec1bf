"""People, teams, the organization and keys in the admin: through the verbs, with their refusals on the form."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions, keys
from accounts.models import ApiKey, Door, Organization, Role, Session, Team, User, UserEvent
from tests.factories import TeamFactory, TicketFactory, acting, admin
from tests.forms import form_of
from tests.pages import signed_in, text_of
from tickets.models import CustomField, CustomOption, Tag, TagCategory, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


def page(model: str, name: str, *args: Any) -> str:
    return reverse(f"admin:{model}_{name}", args=args)


def save(client: Client, address: str, **changes: Any) -> Any:
    return client.post(address, form_of(client, address, **changes))


def test_adding_an_agent_with_a_password(client: Client, ada: User) -> None:
    values = {"full_name": "Bo", "email": "bo@example.test", "role": "agent", "new_password": "a-fine-long-one-9"}
    assert save(client, page("accounts_user", "add"), **values).status_code == 302
    user = User.objects.get(email="bo@example.test")
    assert (user.role, user.check_password("a-fine-long-one-9")) == (Role.AGENT, True)
    event = UserEvent.objects.get(user=user)
    assert (event.kind, event.actor, event.door) == (UserEvent.Kind.CREATED, ada, Door.ADMIN)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "RITA@example.test"}, "exists already"),
        ({"email": "nobody"}, "valid email"),
        ({"full_name": " "}, "required"),
        ({"full_name": "a\0b"}, "Null characters"),
        ({"new_password": "123"}, "too short"),
        ({"role": "king"}, "valid choice"),
    ],
)
def test_a_refused_person_is_not_added(client: Client, rita: User, values: dict[str, str], sentence: str) -> None:
    answer = save(client, page("accounts_user", "add"), **{"full_name": "Bo", "email": "bo@example.test", **values})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not User.objects.filter(full_name="Bo").exists()


def test_a_change_of_a_person_has_history(client: Client, ada: User, rita: User) -> None:
    assert save(client, page("accounts_user", "change", rita.pk), company="Acme", is_vip="on").status_code == 302
    rita.refresh_from_db()
    assert (rita.company, rita.is_vip) == ("Acme", True)
    event = UserEvent.objects.get(user=rita, kind=UserEvent.Kind.CHANGED)
    assert event.actor == ada
    assert {noted["field"] for noted in event.changes} == {"company", "is_vip"}
    assert "Acme" in text_of(client.get(page("accounts_user", "change", rita.pk)))


def test_a_new_password_ends_the_persons_sessions(client: Client, rita: User) -> None:
    from django.utils import timezone

    session = Session.objects.create(user=rita, expires_at=timezone.now())
    save(client, page("accounts_user", "change", rita.pk), new_password="a-fine-long-one-9")
    rita.refresh_from_db()
    session.refresh_from_db()
    assert rita.check_password("a-fine-long-one-9")
    assert session.revoked_at is not None


def test_a_token_session_is_revoked_at_once_and_written_down(client: Client, ada: User, rita: User) -> None:
    session = actions.open_session(rita, by=acting(rita))
    sent = {"action": "revoke", "_selected_action": [session.pk]}
    assert "1 done." in text_of(client.post(page("accounts_session", "changelist"), sent, follow=True))
    assert not Session.objects.live().exists()
    event = UserEvent.objects.filter(user=rita).latest("id")
    assert (event.kind, event.actor, event.door) == (UserEvent.Kind.SIGNED_OUT, ada, Door.ADMIN)
    assert "signed out" in text_of(client.get(page("accounts_user", "change", rita.pk)))


def test_who_may_only_look_revokes_no_token_session(rita: User) -> None:
    looker = signed_in(admin("Lois", read_only=True))
    session = actions.open_session(rita, by=acting(rita))
    sent = {"action": "revoke", "_selected_action": [session.pk]}
    looker.post(page("accounts_session", "changelist"), sent)
    assert Session.objects.live().exists()


def test_ones_own_new_password_keeps_one_signed_in(client: Client, ada: User) -> None:
    save(client, page("accounts_user", "change", ada.pk), new_password="a-fine-long-one-9")
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_last_administrator_stays(client: Client, ada: User) -> None:
    answer = save(client, page("accounts_user", "change", ada.pk), role="agent")
    assert "This is the last administrator." in text_of(answer)
    answer = client.post(page("accounts_user", "delete", ada.pk), {"post": "yes"}, follow=True)
    assert "You cannot delete yourself." in text_of(answer)
    ada.refresh_from_db()
    assert (ada.role, ada.is_deleted) == (Role.ADMIN, False)


def test_deactivating_frees_the_tickets_and_deleting_hides(client: Client, agnes: User, rita: User) -> None:
    TicketFactory(assignee=agnes)
    sent = {"action": "deactivate", "_selected_action": [agnes.pk, rita.pk]}
    assert "2 done." in text_of(client.post(page("accounts_user", "changelist"), sent, follow=True))
    assert Ticket.objects.get().assignee is None
    client.post(page("accounts_user", "delete", rita.pk), {"post": "yes"})
    assert not User.objects.filter(pk=rita.pk).exists()
    assert User.everything.get(pk=rita.pk).is_deleted


def test_all_are_deleted_or_none(client: Client, ada: User, rita: User) -> None:
    sent = {"action": "delete_selected", "_selected_action": [rita.pk, ada.pk], "post": "yes"}
    assert "cannot delete yourself" in text_of(client.post(page("accounts_user", "changelist"), sent, follow=True))
    assert User.objects.filter(pk=rita.pk).exists()


def test_a_team_with_people_fields_and_tags(client: Client, agnes: User) -> None:
    fields = {
        "custom_fields-TOTAL_FORMS": 1, "custom_fields-0-title": "Work is blocked", "custom_fields-0-kind": "toggle",
        "custom_fields-0-column": "left", "custom_fields-0-position": 0, "custom_fields-0-is_visible": "on",
        "tag_categories-TOTAL_FORMS": 1, "tag_categories-0-text": "Area",
    }  # fmt: skip
    answer = save(client, page("accounts_team", "add"), name="Desk", people=[agnes.pk], **fields)
    assert answer.status_code == 302
    team = Team.objects.get(name="Desk")
    assert list(team.members.all()) == [agnes]
    assert CustomField.objects.get(team=team).key == "work_is_blocked"
    assert TagCategory.objects.get(team=team).text == "Area"
    assert save(client, page("accounts_team", "change", team.pk), people=[], enabled="").status_code == 302
    team.refresh_from_db()
    assert (team.enabled, team.members.count()) == (False, 0)
    assert CustomField.objects.filter(team=team).exists()


def test_a_team_is_refused_twice(client: Client) -> None:
    TeamFactory(name="Desk")
    assert "exists already" in text_of(save(client, page("accounts_team", "add"), name="DESK"))


def test_a_team_with_a_live_key_stays(client: Client, ada: User) -> None:
    from accounts.actor import Actor

    team = TeamFactory(name="Desk")
    keys.issue_key(by=Actor.system(), contract="taas", kind="primary", team=team)
    answer = client.post(page("accounts_team", "delete", team.pk), {"post": "yes"}, follow=True)
    assert "Revoke them first" in text_of(answer)
    assert Team.objects.filter(pk=team.pk).exists()


def test_options_and_tags_of_a_desk(client: Client) -> None:
    team = TeamFactory(name="Desk")
    add = page("tickets_customfield", "add")
    options = {"options-TOTAL_FORMS": 2, "options-0-text": "Berlin", "options-1-text": "Lisbon"}
    places = {"options-0-position": 0, "options-1-position": 1}
    answer = save(client, add, team=team.pk, title="Site", kind="list", **options, **places)
    assert answer.status_code == 302
    asked = CustomField.objects.get(title="Site")
    assert list(asked.options.values_list("text", flat=True)) == ["Berlin", "Lisbon"]
    change = page("tickets_customfield", "change", asked.pk)
    assert (
        save(client, change, title="Place", **{"options-0-DELETE": "on", "options-1-text": "Porto"}).status_code == 302
    )
    asked.refresh_from_db()
    assert (asked.title, asked.key) == ("Place", "site")
    assert list(CustomOption.objects.values_list("text", flat=True)) == ["Porto"]

    tags = {"tags-TOTAL_FORMS": 1, "tags-0-text": "door"}
    assert save(client, page("tickets_tagcategory", "add"), team=team.pk, text="Area", **tags).status_code == 302
    assert Tag.objects.get(text="door").category == TagCategory.objects.get()


def test_only_lists_have_options(client: Client) -> None:
    team = TeamFactory(name="Desk")
    sent = {"options-TOTAL_FORMS": 1, "options-0-text": "Berlin", "options-0-position": 0}
    answer = save(client, page("tickets_customfield", "add"), team=team.pk, title="Site", kind="text", **sent)
    assert "Only lists have options." in text_of(answer)
    assert not CustomField.objects.exists()


def test_categories_are_unique_whatever_the_case(client: Client) -> None:
    answer = save(client, page("tickets_category", "add"), name="technical SUPPORT")
    assert "There is a category with this name" in text_of(answer)
    assert save(client, page("tickets_category", "add"), name="Praise").status_code == 302


def test_there_is_one_organization(client: Client) -> None:
    page_of_it = client.get(page("accounts_organization", "changelist"), follow=True)
    address = page_of_it.redirect_chain[-1][0]
    assert save(client, address, name="Example Works", tier="premium").status_code == 302
    assert (Organization.current().name, Organization.current().tier) == ("Example Works", "premium")


def test_a_key_is_shown_once_and_revoked_at_once(client: Client, ada: User) -> None:
    values = {"contract": "toptickets", "kind": "admin", "owner": ada.pk, "allowed_addresses": "192.0.2.0/24\n::1"}
    answer = save(client, page("accounts_apikey", "add"), scopes=["tickets:read"], **values)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    shown = re.search(r'value="(tt_admin_[^"]+)"', answer.content.decode())
    assert shown
    key = keys.find_key("toptickets", unescape(shown[1]))
    assert key == ApiKey.objects.get()
    assert (key.scopes, key.allowed_addresses) == (["tickets:read"], ["192.0.2.0/24", "::1/128"])
    assert shown[1] not in client.get(page("accounts_apikey", "changelist")).content.decode()
    assert shown[1] not in client.get(page("accounts_apikey", "change", key.pk)).content.decode()
    sent = {"action": "revoke", "_selected_action": [key.pk]}
    assert "1 done." in text_of(client.post(page("accounts_apikey", "changelist"), sent, follow=True))
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert client.get(page("accounts_apikey", "changelist") + "?state=revoked").context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"contract": "taas", "kind": "primary"}, "needs a team"),
        ({"contract": "toptickets", "kind": "primary"}, "these kinds of key"),
        ({"contract": "toptickets", "kind": "admin"}, "needs an owner"),
        ({"contract": "support", "kind": "key", "allowed_addresses": "everywhere"}, "Not an address"),
        ({"contract": "support", "kind": "key", "owner": "rita"}, "must be staff"),
        ({"contract": "toptickets", "kind": "agent", "owner": "ada", "scopes": ["teams:delete"]}, "cannot hold"),
    ],
)
def test_a_refused_key_is_not_issued(
    client: Client, ada: User, rita: User, values: dict[str, Any], sentence: str
) -> None:
    people = {"ada": ada.pk, "rita": rita.pk}
    values = {name: people.get(value, value) if name == "owner" else value for name, value in values.items()}
    assert sentence in text_of(save(client, page("accounts_apikey", "add"), **values))
    assert not ApiKey.objects.exists()
