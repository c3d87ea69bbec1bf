"""Sign-ins by token: who may end them, what they never survive, and when they are forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import actions
from accounts.errors import NotYours
from accounts.models import Session, User, UserEvent
from accounts.signin import WrongCredentials
from accounts.tasks import prune_sessions
from tests.factories import acting, admin


@pytest.mark.parametrize("meanwhile", ["new password", "deactivated", "deleted"])
def test_who_lost_the_right_while_signing_in_gets_no_session(meanwhile: str, agnes: User, ada: User) -> None:
    checked = User.objects.get(pk=agnes.pk)  # as it was when the password was checked
    if meanwhile == "new password":
        actions.set_password(agnes, "another-long-password-8", by=acting(ada))
    elif meanwhile == "deactivated":
        actions.change_user(agnes, by=acting(ada), is_active=False)
    else:
        actions.delete_user(agnes, by=acting(ada))
    with pytest.raises(WrongCredentials):
        actions.open_session(checked, by=acting(checked))
    assert not Session.objects.exists()


def test_nobody_signs_in_for_somebody_else(agnes: User, ada: User) -> None:
    with pytest.raises(NotYours):
        actions.open_session(agnes, by=acting(ada))


def test_ones_own_session_is_ended_by_oneself_or_an_administrator_who_may_write(
    agnes: User, rita: User, ada: User
) -> None:
    session = actions.open_session(rita, by=acting(rita))
    for other in (agnes, admin("Lois", read_only=True)):
        with pytest.raises(NotYours):
            actions.revoke_session(session, by=acting(other))
    assert Session.objects.live().exists()
    actions.revoke_session(session, by=acting(ada))
    assert not Session.objects.live().exists()


def test_it_ends_once(rita: User) -> None:
    session = actions.open_session(rita, by=acting(rita))
    for _ in range(2):
        actions.revoke_session(session, by=acting(rita))
    assert UserEvent.objects.filter(user=rita, kind=UserEvent.Kind.SIGNED_OUT).count() == 1


def test_what_expired_is_forgotten_after_its_last_refresh_token(rita: User, agnes: User) -> None:
    kept, gone = (actions.open_session(user, by=acting(user)) for user in (rita, agnes))
    with time_machine.travel(timezone.now() + timedelta(days=59)):
        assert actions.refresh_session(kept, token=kept.refresh_id, by=acting(rita))
        assert prune_sessions() == 0
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert prune_sessions() == 1
    assert Session.objects.get() == kept
    assert gone.pk != kept.pk
