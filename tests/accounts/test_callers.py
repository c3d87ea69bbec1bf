"""Callers are kept in Redis: knowing them costs no query, and whatever changes about them counts at once."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from accounts import actions, callers
from accounts.models import Session, Tier, User
from config import connections
from tests import servers
from tests.factories import acting


@pytest.fixture(scope="module")
def _redis() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture(autouse=True)
def _shared_cache(_redis: str, settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = _redis
    settings.CACHES = {"default": connections.cache(_redis)}
    yield
    cache.clear()


@pytest.fixture
def session(agnes: User) -> UUID:
    return Session.objects.create(user=agnes, expires_at=timezone.now() + timedelta(days=1)).uuid


def test_they_are_asked_for_once(agnes: User, session: UUID) -> None:
    first = callers.find(session=session, person=agnes.uuid)
    with CaptureQueriesContext(connection) as queries:
        second = callers.find(session=session, person=agnes.uuid)
    assert first is not None
    assert second is not None
    assert len(queries) == 0
    assert (second.user, second.user.full_name, second.user.role, second.tier) == (agnes, "Agnes", "agent", "standard")


def test_what_is_not_kept_is_read_when_it_is_asked_for(agnes: User, session: UUID) -> None:
    for _ in range(2):
        found = callers.find(session=session, person=agnes.uuid)
    assert found is not None
    assert "password" not in found.user.__dict__
    assert found.user.password == agnes.password


@pytest.mark.parametrize("change", ["deactivated", "new password", "deleted", "signed out"])
def test_who_may_no_longer_call_is_unknown_from_the_commit_on(
    change: str,
    agnes: User,
    ada: User,
    session: UUID,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert callers.find(session=session, person=agnes.uuid)
    with django_capture_on_commit_callbacks(execute=True):
        if change == "deactivated":
            actions.change_user(agnes, by=acting(ada), is_active=False)
        elif change == "deleted":
            actions.delete_user(agnes, by=acting(ada))
        elif change == "signed out":
            actions.revoke_session(Session.objects.get(uuid=session), by=acting(agnes))
        else:
            actions.set_password(agnes, "another-long-password-8", by=acting(ada))
    assert callers.find(session=session, person=agnes.uuid) is None


def test_a_new_role_counts_from_the_commit_on(
    agnes: User, ada: User, session: UUID, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    callers.find(session=session, person=agnes.uuid)
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_user(agnes, by=acting(ada), role="customer")
    found = callers.find(session=session, person=agnes.uuid)
    assert found is not None
    assert not found.user.is_agent


def test_the_organizations_tier_counts_from_the_commit_on(
    agnes: User, ada: User, session: UUID, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    callers.find(session=session, person=agnes.uuid)
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_organization(by=acting(ada), tier="premium")
    found = callers.find(session=session, person=agnes.uuid)
    assert found is not None
    assert found.tier == Tier.PREMIUM


def test_an_answer_from_before_a_change_is_not_believed_after_it(
    agnes: User, ada: User, session: UUID, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """A reader asks the database, the person is deactivated, and only then the reader writes to the cache."""
    assert callers.find(session=session, person=agnes.uuid)
    entry = f"caller:{session}"
    late = cache.get(entry)
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_user(agnes, by=acting(ada), is_active=False)
    cache.set(entry, late, 60)
    assert callers.find(session=session, person=agnes.uuid) is None


def test_without_redis_the_database_is_asked(agnes: User, session: UUID, settings: Settings) -> None:
    settings.CACHES = {"default": connections.cache(f"redis://127.0.0.1:{servers.free_port()}/0")}
    with CaptureQueriesContext(connection) as queries:
        assert callers.find(session=session, person=agnes.uuid)
        assert callers.find(session=session, person=agnes.uuid)
    assert len(queries) == 2


def test_a_session_is_its_owners_alone(agnes: User, ada: User, session: UUID) -> None:
    assert callers.find(session=session, person=ada.uuid) is None
