"""Verbs on people and teams."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import pre_save

from accounts import actions
from accounts.actor import Actor
from accounts.errors import Clash, Invalid, NotYours
from accounts.models import Door, Session, User, UserEvent
from api.platform.tokens import issue
from tests.factories import PASSWORD, TeamFactory, UserFactory, acting

SYSTEM = Actor.system()


def test_an_address_is_one_living_person(rita: User, ada: User) -> None:
    with pytest.raises(Clash):
        actions.add_user(by=SYSTEM, email="RITA@example.test", full_name="Other")
    actions.delete_user(rita, by=acting(ada))
    again = actions.add_user(by=SYSTEM, email="rita@example.test", full_name="New Rita")
    assert again.pk != rita.pk
    assert User.objects.get(email="rita@example.test") == again


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "no address", "full_name": "x"}, "email"),
        ({"email": "a@b.test\nBcc: x@y.test", "full_name": "x"}, "email"),
        ({"email": "a@b.test", "full_name": " "}, "full_name"),
        ({"email": "a@b.test", "full_name": "x\x00"}, "full_name"),
        ({"email": "a@b.test", "full_name": "x" * 201}, "full_name"),
        ({"email": "a@b.test", "full_name": "x", "role": "boss"}, "role"),
        ({"email": "a@b.test", "full_name": "x", "password": "123"}, "password"),
    ],
)
def test_refused_values_add_nobody(values: dict[str, Any], field: str, db: None) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_user(by=SYSTEM, **values)
    assert field in {problem.field for problem in refused.value.problems}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("ada", "admin", True),
        ("ada", "agent", True),
        ("agnes", "customer", True),
        ("agnes", "agent", False),
        ("rita", "customer", False),
    ],
)
def test_who_adds_whom(who: str, role: str, allowed: bool, ada: User, agnes: User, rita: User) -> None:
    by = acting({"ada": ada, "agnes": agnes, "rita": rita}[who])
    if allowed:
        assert actions.add_user(by=by, email="x@y.test", full_name="X", role=role).role == role
    else:
        with pytest.raises(NotYours):
            actions.add_user(by=by, email="x@y.test", full_name="X", role=role)


def test_nobody_lifts_themselves(agnes: User, rita: User) -> None:
    for user, change in (
        (agnes, {"role": "admin"}),
        (rita, {"role": "agent"}),
        (rita, {"email": "other@example.test"}),
    ):
        with pytest.raises(NotYours):
            actions.change_user(user, by=acting(user), **change)
    assert actions.change_user(rita, by=acting(rita), full_name="Rita M").full_name == "Rita M"


@pytest.mark.parametrize("change", [{"role": "agent"}, {"is_active": False}, {"read_only": True}])
def test_the_last_administrator_stays(change: dict[str, Any], ada: User) -> None:
    with pytest.raises(Clash):
        actions.change_user(ada, by=SYSTEM, **change)
    UserFactory(role="admin")
    actions.change_user(ada, by=SYSTEM, **change)


def test_read_only_staff_change_nobody(ada: User, rita: User) -> None:
    UserFactory(role="admin")
    looker = actions.change_user(ada, by=SYSTEM, read_only=True)
    for work in (
        lambda: actions.change_user(rita, by=acting(looker), full_name="X"),
        lambda: actions.delete_user(rita, by=acting(looker)),
        lambda: actions.add_team(by=acting(looker), name="X"),
        lambda: actions.set_password(rita, PASSWORD + "1", by=acting(looker)),
    ):
        with pytest.raises(NotYours):
            work()


def test_every_change_is_written_down(rita: User, ada: User) -> None:
    actions.change_user(rita, by=Actor.person(ada, Door.ADMIN), company="Acme", is_vip=True)
    event = UserEvent.objects.filter(user=rita).latest("id")
    assert (event.actor, event.door, event.kind) == (ada, "admin", "changed")
    assert {"field": "company", "previous": "", "current": "Acme"} in event.changes
    count = UserEvent.objects.count()
    actions.change_user(rita, by=acting(ada), company="Acme")
    assert UserEvent.objects.count() == count


def test_a_new_password_ends_every_token(agnes: User) -> None:
    issue(agnes)
    actions.set_password(agnes, "another-long-password-8", by=acting(agnes))
    assert Session.objects.get().revoked_at is not None


def test_team_names_are_one_of_a_kind(ada: User) -> None:
    team = TeamFactory(name="Desk")
    with pytest.raises(Clash):
        actions.add_team(by=acting(ada), name=" desk ")
    actions.delete_team(team, by=acting(ada))
    assert actions.add_team(by=acting(ada), name="Desk").pk != team.pk


@pytest.mark.django_db(transaction=True)
def test_two_administrators_change_each_other_at_the_same_moment(ada: User) -> None:
    """Each holds the other's row when it writes down who did it; neither waits for that row."""
    ann, both = UserFactory(role="admin"), Barrier(2)

    def meet(**event: Any) -> None:
        if connection.features.has_select_for_update:  # else the second has to wait anyway
            both.wait(timeout=10)

    def change(pair: tuple[User, User]) -> None:
        try:
            actions.change_user(pair[0], by=acting(pair[1]), company="Acme")
        finally:
            connection.close()

    pre_save.connect(meet, sender=UserEvent)
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(change, [(ada, ann), (ann, ada)]))
    finally:
        pre_save.disconnect(meet, sender=UserEvent)
    assert User.objects.filter(company="Acme").count() == 2
