"""Making, finding and revoking API keys."""

import hmac
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.errors import Clash, Invalid, NotYours
from accounts.keys import ALL_SCOPES, READ_SCOPES, find_key, issue_key, revoke_key
from accounts.models import ApiKey, User
from tests.factories import TeamFactory, UserFactory, acting

SYSTEM = Actor.system()


def test_the_key_is_shown_once_and_only_its_digest_stored(ada: User) -> None:
    key, text = issue_key(by=acting(ada), contract="toptickets", kind="admin", owner=ada)
    assert text.startswith("tt_admin_")
    assert key.prefix == text[: len("tt_admin_") + 8]
    stored = ApiKey.objects.values().get()
    assert bytes(stored["digest"]) == sha256(text.encode()).digest()
    assert text not in str(stored)
    assert find_key("toptickets", text) == key
    assert find_key("support", text) is None
    assert find_key("toptickets", text + "x") is None
    assert find_key("toptickets", "") is None


def test_digests_are_compared_in_constant_time(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    key, text = issue_key(by=acting(ada), contract="toptickets", kind="admin", owner=ada)
    compared = []
    monkeypatch.setattr(
        "accounts.keys.compare_digest", lambda a, b: compared.append((a, b)) or hmac.compare_digest(a, b)
    )
    assert find_key("toptickets", text) == key
    assert compared == [(sha256(text.encode()).digest(),) * 2]


def test_there_are_nineteen_scopes_and_seven_for_reading() -> None:
    assert (len(set(ALL_SCOPES)), len(READ_SCOPES)) == (19, 7)


def test_a_read_only_key_lives_exactly_three_days(ada: User) -> None:
    before = timezone.now()
    key, _ = issue_key(
        by=acting(ada), contract="toptickets", kind="ro", owner=ada, expires_at=before + timedelta(days=900)
    )
    assert key.expires_at is not None
    assert timedelta(hours=72) <= key.expires_at - before < timedelta(hours=72, seconds=10)
    assert set(key.scopes) == set(READ_SCOPES)


@pytest.mark.parametrize(("kind", "scope"), [("ro", "tickets:write"), ("agent", "users:write"), ("admin", "nonsense")])
def test_scopes_beyond_the_kind_are_refused(kind: str, scope: str, ada: User) -> None:
    with pytest.raises(Invalid):
        issue_key(by=acting(ada), contract="toptickets", kind=kind, owner=ada, scopes=[scope])


def test_only_administrators_issue_keys(agnes: User, rita: User) -> None:
    for user in (agnes, rita):
        with pytest.raises(NotYours):
            issue_key(by=acting(user), contract="toptickets", kind="agent", owner=agnes)


def test_a_support_key_needs_staff_who_may_write(agnes: User, rita: User, ada: User) -> None:
    looker = actions.change_user(agnes, by=acting(ada), read_only=True)
    for owner in (looker, rita):
        with pytest.raises(NotYours):
            issue_key(by=SYSTEM, contract="support", owner=owner)


def test_a_new_taas_key_replaces_that_slots_key(ada: User) -> None:
    team = TeamFactory()
    first, _ = issue_key(by=SYSTEM, contract="taas", kind="primary", team=team)
    other, _ = issue_key(by=SYSTEM, contract="taas", kind="secondary", team=team)
    issue_key(by=SYSTEM, contract="taas", kind="primary", team=team)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.is_live, other.is_live) == (False, True)
    with pytest.raises(Clash, match="API keys"):
        actions.delete_team(team, by=acting(ada))


def test_the_owner_and_administrators_revoke(ada: User, agnes: User) -> None:
    key, _ = issue_key(by=acting(ada), contract="toptickets", kind="agent", owner=agnes)
    with pytest.raises(NotYours):
        revoke_key(key, by=acting(UserFactory(role="agent")))
    revoke_key(key, by=acting(agnes))
    assert not key.is_live


def test_addresses_are_checked(ada: User) -> None:
    with pytest.raises(Invalid):
        issue_key(by=acting(ada), contract="toptickets", kind="admin", owner=ada, allowed_addresses=["10.0.0.0/99"])
