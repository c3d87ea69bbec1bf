"""/settings/keys/: administrators make, rotate and revoke API keys."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.errors import Clash, NotYours
from accounts.keys import BOT, find_key, issue_key, revoke_key, rotate_key
from accounts.models import ApiKey, User
from tests.factories import TeamFactory, acting
from tests.pages import signed_in, text_of

pytestmark = pytest.mark.django_db

PAGE = "/settings/keys/"
NEW = "/settings/keys/new/"
SYSTEM = Actor.system()


def shown(answer: HttpResponse) -> str:
    """The key that a page shows."""
    found = re.search(r'<input id="key" type="text" readonly value="([^"]+)"', answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    return unescape(found[1])


def test_a_new_key_is_shown_once(ada: User) -> None:
    browser = signed_in(ada)
    answer = browser.post(
        NEW,
        {
            "kind": "toptickets admin", "name": "Nightly <b>export</b>", "owner": ada.pk, "life": "30",
            "scopes": ["tickets:read"], "allowed_addresses": "192.0.2.0/24\n::1",
        },
    )  # fmt: skip
    text = shown(answer)
    key = find_key("toptickets", text)
    assert key is not None
    assert (key.owner, key.name, key.scopes) == (ada, "Nightly <b>export</b>", ["tickets:read"])
    assert key.allowed_addresses == ["192.0.2.0/24", "::1/128"]
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - timedelta(days=30)) < timedelta(seconds=20)
    listed = browser.get(PAGE).content.decode()
    assert key.prefix in listed
    assert text not in listed
    assert "<b>export" not in listed


def test_keys_of_every_kind(ada: User) -> None:
    team = TeamFactory(name="Desk")
    browser = signed_in(ada)
    for kind, more in (
        ("toptickets ro", {"owner": ada.pk}),
        ("toptickets agent", {"owner": ada.pk}),
        ("taas primary", {"team": team.pk}),
        ("taas secondary", {"team": team.pk}),
        ("support key", {}),
        ("support key", {"owner": ada.pk, "team": team.pk}),
    ):
        assert find_key(kind.split()[0], shown(browser.post(NEW, {"kind": kind, "name": kind, **more})))
    assert ApiKey.objects.filter(owner__email=BOT).count() == 1
    said = text_of(browser.get(PAGE))
    assert "Support API" in said
    assert "Desk" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "toptickets admin"}, "needs an owner"),
        ({"kind": "taas primary"}, "needs a team"),
        ({"kind": "taas key"}, "valid choice"),
        ({"name": " "}, "required"),
        ({"name": "x" * 201}, "at most 200"),
        ({"name": "\x00"}, "Null characters"),
        ({"owner": "rita"}, "valid choice"),
        ({"owner": "9" * 30}, "valid choice"),
        ({"allowed_addresses": "home"}, "Not an address"),
        ({"life": "forever"}, "valid choice"),
        ({"kind": "toptickets agent", "owner": "ada", "scopes": ["teams:delete"]}, "cannot hold"),
        ({"scopes": ["nonsense"]}, "valid choice"),
    ],
)
def test_a_wrong_form_is_explained_and_makes_nothing(
    change: dict[str, Any], sentence: str, ada: User, rita: User
) -> None:
    people = {"ada": ada.pk, "rita": rita.pk}
    sent = {"kind": "support key", "name": "Chat", **change}
    answer = signed_in(ada).post(NEW, {**sent, "owner": people.get(sent.get("owner", ""), sent.get("owner", ""))})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not ApiKey.objects.exists()


def test_a_rotated_key_does_the_same_and_the_old_one_ends(ada: User) -> None:
    end = timezone.now() + timedelta(days=10)
    old, _ = issue_key(
        by=SYSTEM, contract="toptickets", kind="agent", owner=ada, name="Sync", scopes=["tickets:read"],
        expires_at=end, allowed_addresses=["192.0.2.0/24"],
    )  # fmt: skip
    new = find_key("toptickets", shown(signed_in(ada).post(f"{PAGE}{old.pk}/rotate/")))
    assert new is not None
    for column in ("contract", "kind", "owner", "name", "scopes", "allowed_addresses"):
        assert getattr(new, column) == getattr(old, column)
    assert new.expires_at is not None
    assert abs(new.expires_at - end) < timedelta(seconds=20)
    old.refresh_from_db()
    assert (old.is_live, new.is_live) == (False, True)
    with pytest.raises(Clash):
        rotate_key(old, by=acting(ada))


def test_a_key_that_may_do_nothing_is_not_rotated_into_one_that_may_do_everything(ada: User) -> None:
    old, _ = issue_key(by=SYSTEM, contract="toptickets", kind="admin", owner=ada, scopes=[])
    new, _ = rotate_key(old, by=acting(ada))
    assert (old.scopes, new.scopes) == ([], [])


def test_a_taas_slot_holds_the_rotated_key(ada: User) -> None:
    old, _ = issue_key(by=SYSTEM, contract="taas", kind="primary", team=TeamFactory())
    new, _ = rotate_key(old, by=acting(ada))
    assert ApiKey.objects.get(revoked_at=None) == new


def test_a_key_whose_owner_lost_the_right_is_not_rotated_and_stays(ada: User, agnes: User) -> None:
    key, _ = issue_key(by=SYSTEM, contract="support", owner=agnes)
    actions.change_user(agnes, by=acting(ada), read_only=True)
    answer = signed_in(ada).post(f"{PAGE}{key.pk}/rotate/", follow=True)
    assert "The key was not rotated: The owner of a support key must be staff who may write." in text_of(answer)
    assert ApiKey.objects.get().is_live


def test_a_key_is_revoked_at_once(ada: User) -> None:
    key, _ = issue_key(by=SYSTEM, contract="support", name="Chat")
    browser = signed_in(ada)
    assert f"Revoked {key.prefix}… (Chat)." in text_of(browser.post(f"{PAGE}{key.pk}/revoke/", follow=True))
    key.refresh_from_db()
    assert not key.is_live
    assert key.prefix not in text_of(browser.get(PAGE))
    assert key.prefix in text_of(browser.get(PAGE, {"state": "revoked"}))


def test_finding_keys(ada: User) -> None:
    team = TeamFactory(name="Second line")
    chat, text = issue_key(by=SYSTEM, contract="support", owner=ada, name="Chat")
    taas, _ = issue_key(by=SYSTEM, contract="taas", kind="primary", team=team, name="Sync")
    browser = signed_in(ada)
    for query, found in (
        (text, {chat.prefix}), (chat.prefix[:6], {chat.prefix}), ("cha", {chat.prefix}), ("ada@", {chat.prefix}),
        ("second", {taas.prefix}), ("", {chat.prefix, taas.prefix}), ("nothing like it", set()),
        ("%", set()), ("\x00", {chat.prefix, taas.prefix}), ("x" * 100_000, set()),
    ):  # fmt: skip
        said = text_of(browser.get(PAGE, {"q": query}))
        assert {prefix for prefix in (chat.prefix, taas.prefix) if f"{prefix}…" in said} == found, query[:50]


@pytest.mark.parametrize("state", ["live", "expired", "revoked", "all", "nonsense"])
def test_states(state: str, ada: User) -> None:
    made = {name: issue_key(by=SYSTEM, contract="support", owner=ada, name=name)[0] for name in ("L", "E", "R")}
    ApiKey.objects.filter(pk=made["E"].pk).update(expires_at=timezone.now())
    revoke_key(made["R"], by=SYSTEM)
    said = text_of(signed_in(ada).get(PAGE, {"state": state}))
    expected = {"live": "L", "expired": "E", "revoked": "R"}.get(state, "LER")
    assert {name for name, key in made.items() if key.prefix in said} == set(expected)


def test_pages_cost_the_same_however_many_keys(ada: User) -> None:
    browser = signed_in(ada)
    counts = []
    for _ in (1, 2):
        for _ in range(5):
            issue_key(by=SYSTEM, contract="support", owner=ada, team=TeamFactory())
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    for _ in range(45):
        issue_key(by=SYSTEM, contract="support", owner=ada)
    assert "51–55 of 55" in text_of(browser.get(PAGE, {"page": "2"}))
    assert browser.get(PAGE, {"page": "x"}).status_code == 200


def test_for_all_others_there_is_no_such_page(agnes: User, rita: User) -> None:
    key, _ = issue_key(by=SYSTEM, contract="support")
    for user in (agnes, rita):
        browser = signed_in(user)
        for path in (PAGE, NEW):
            assert browser.get(path).status_code == 404
        assert browser.post(NEW, {"kind": "support key", "name": "x"}).status_code == 404
        for verb in ("rotate", "revoke"):
            assert browser.post(f"{PAGE}{key.pk}/{verb}/").status_code == 404
    assert ApiKey.objects.get().is_live


def test_a_read_only_administrator_looks_and_makes_read_only_keys(ada: User) -> None:
    key, _ = issue_key(by=SYSTEM, contract="support")
    User.objects.filter(pk=ada.pk).update(read_only=True)
    browser = signed_in(User.objects.get(pk=ada.pk))
    page = browser.get(PAGE)
    assert key.prefix in text_of(page)
    assert f"{key.pk}/revoke/" not in page.content.decode()
    assert browser.post(NEW, {"kind": "support key", "name": "x"}).status_code == 422
    assert shown(browser.post(NEW, {"kind": "toptickets ro", "name": "x", "owner": ada.pk})).startswith("tt_ro_")
    assert browser.post(f"{PAGE}{key.pk}/revoke/").status_code == 403
    assert "may look" in text_of(browser.post(f"{PAGE}{key.pk}/rotate/", follow=True))
    key.refresh_from_db()
    assert key.is_live


def test_reading_only_is_no_way_around_being_an_administrator(agnes: User, ada: User) -> None:
    looker = actions.change_user(agnes, by=acting(ada), read_only=True)
    with pytest.raises(NotYours):
        issue_key(by=acting(looker), contract="toptickets", kind="ro", owner=ada)


@pytest.mark.parametrize("path", ["0/revoke/", "999999/rotate/", f"{10**30}/revoke/"])
def test_unknown_keys_are_not_found(path: str, ada: User) -> None:
    assert signed_in(ada).post(PAGE + path).status_code == 404


def test_changes_are_posted_with_a_token(ada: User) -> None:
    key, _ = issue_key(by=SYSTEM, contract="support")
    assert signed_in(ada).get(f"{PAGE}{key.pk}/revoke/").status_code == 405
    browser = signed_in(ada, enforce_csrf_checks=True)
    assert browser.post(f"{PAGE}{key.pk}/revoke/").status_code == 403
    assert ApiKey.objects.get().is_live
