"""Who may call contract support (§2)."""

from datetime import timedelta

import orjson
import pytest
import time_machine
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.keys import BOT, issue_key, revoke_key
from accounts.models import ApiKey, EmployeeType, Role, User
from tests.api.support.caller import NO_KEY, Support, key_for
from tests.factories import TicketFactory, acting
from tickets.models import Ticket

SYSTEM = Actor.system()
CALLS = [
    ("GET", "/tickets", None),
    ("POST", "/tickets", {"subject": "a", "description": "b"}),
    ("GET", "/tickets/{}", None),
    ("PUT", "/tickets/{}", {"subject": "x"}),
    ("DELETE", "/tickets/{}", None),
    ("GET", "/categories", None),
    ("GET", "/priorities", None),
]


def refused(key: str | None) -> bool:
    """Whether all seven calls with this key are 401 and change nothing."""
    ticket = Ticket.objects.first() or TicketFactory()
    before = list(Ticket.objects.values())
    answers = [Support(key).send(method, path.format(ticket.pk), orjson.dumps(body)) for method, path, body in CALLS]
    assert list(Ticket.objects.values()) == before
    assert all(answer.headers["WWW-Authenticate"] == "ApiKey" for answer in answers)
    return [answer.said for answer in answers] == [NO_KEY] * 7


@pytest.mark.parametrize("key", [None, "", "x", "sk_", "é", "sk_" + "x" * 5000, "Bearer x", "'; --"])
def test_no_key_and_unknown_keys_are_refused(key: str | None, agnes: User) -> None:
    key_for(agnes)
    assert refused(key)


def test_the_key_counts_in_its_header_only(agnes: User) -> None:
    key = key_for(agnes)
    assert Support(None, Authorization=f"Bearer {key}").get("/tickets").said == NO_KEY
    assert Support(None).get("/tickets", key=key, api_key=key).said == NO_KEY


def test_a_revoked_key_is_refused_at_once(agnes: User) -> None:
    key = key_for(agnes)
    assert Support(key).get("/tickets").status == 200
    revoke_key(ApiKey.objects.get(), by=SYSTEM)
    assert refused(key)


def test_an_expired_key_is_refused(agnes: User) -> None:
    end = timezone.now() + timedelta(hours=1)
    _, key = issue_key(by=SYSTEM, contract="support", owner=agnes, expires_at=end)
    assert Support(key).get("/tickets").status == 200
    with time_machine.travel(end + timedelta(seconds=1)):
        assert refused(key)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "customer"}])
def test_the_key_of_somebody_who_left_is_refused(change: dict[str, object], agnes: User, ada: User) -> None:
    key = key_for(agnes)
    actions.change_user(agnes, by=acting(ada), **change)
    assert refused(key)


def test_the_key_of_a_deleted_owner_is_refused(agnes: User, ada: User) -> None:
    key = key_for(agnes)
    actions.delete_user(agnes, by=acting(ada))
    assert refused(key)


def test_the_key_of_another_contract_is_refused(ada: User) -> None:
    assert refused(issue_key(by=SYSTEM, contract="toptickets", kind="admin", owner=ada)[1])


def test_a_key_bound_to_addresses_is_refused_elsewhere(agnes: User) -> None:
    _, there = issue_key(by=SYSTEM, contract="support", owner=agnes, allowed_addresses=["192.0.2.0/24"])
    _, here = issue_key(by=SYSTEM, contract="support", owner=agnes, allowed_addresses=["127.0.0.1"])
    assert refused(there)
    assert Support(here).get("/tickets").status == 200


def test_keys_without_owner_share_one_bot(ada: User) -> None:
    for _ in range(2):
        assert Support.of().get("/tickets").status == 200
    bot = User.objects.get(email=BOT)
    assert (bot.full_name, bot.role, bot.employee_type) == ("Support API", Role.AGENT, EmployeeType.BOT)
    assert not bot.has_usable_password()
    assert set(ApiKey.objects.values_list("owner", flat=True)) == {bot.pk}


def test_switching_the_bot_off_ends_its_keys(ada: User) -> None:
    key = key_for()
    actions.change_user(User.objects.get(email=BOT), by=acting(ada), is_active=False)
    assert refused(key)
