"""Managing endpoints: who may, what is refused, what happens to what waits."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import Clash, Gone, Invalid, NotYours
from accounts.models import User
from accounts.sealing import Unreadable, seal, unseal
from tests.factories import EndpointFactory, TicketFactory, acting, admin
from tickets import actions as tickets
from webhooks import actions, health, recovering, retention
from webhooks.models import Delivery, Endpoint, Message
from webhooks.words import EVENTS

pytestmark = pytest.mark.django_db
URL = "https://example.com/hooks"


def test_only_administrators_who_may_write_manage_endpoints(ada: User, agnes: User, rita: User) -> None:
    endpoint, secret = actions.add_endpoint(by=acting(ada), url=URL, events=["ticket.created", "ticket.created"])
    assert (endpoint.owner, endpoint.events, endpoint.is_active) == (ada, ["ticket.created"], True)
    assert secret.startswith("whsec_")
    delivery = actions.send_test(endpoint, by=acting(ada))
    for somebody in (agnes, rita, admin("Rex", read_only=True)):
        by = acting(somebody)
        for verb in (
            lambda by=by: actions.add_endpoint(by=by, url=URL),
            lambda by=by: actions.change_endpoint(endpoint, by=by, is_active=False),
            lambda by=by: actions.delete_endpoint(endpoint, by=by),
            lambda by=by: actions.rotate_secret(endpoint, by=by),
            lambda by=by: actions.send_test(endpoint, by=by),
            lambda by=by: actions.resend(delivery, by=by),
            lambda by=by: actions.recover(endpoint, by=by, since=timezone.now()),
        ):
            with pytest.raises(NotYours):
                verb()
    assert Endpoint.objects.get().is_active


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://user@example.com/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": 7}, "url"),
        ({"url": URL + "x" * 2000}, "url"),
        ({"url": URL + "\x00"}, "url"),
        ({"events": ["ticket.created", "nope"]}, "events"),
        ({"events": ["webhook.test"]}, "events"),
        ({"description": "x" * 501}, "description"),
    ],
)
def test_wrong_values_are_named_on_create_and_on_change(ada: User, changes: dict[str, Any], field: str) -> None:
    endpoint = EndpointFactory()
    for verb in (
        lambda: actions.add_endpoint(by=acting(ada), **{"url": URL, **changes}),
        lambda: actions.change_endpoint(endpoint, by=acting(ada), **changes),
    ):
        with pytest.raises(Invalid) as refused:
            verb()
        assert [problem.field for problem in refused.value.problems] == [field]
    assert Endpoint.objects.count() == 1


def test_the_secret_is_kept_sealed_and_the_former_one_signs_for_a_day(ada: User) -> None:
    endpoint, first = actions.add_endpoint(by=acting(ada), url=URL)
    second = actions.rotate_secret(endpoint, by=acting(ada))
    row = Endpoint.objects.get()
    assert first not in (row.secret, row.former_secret)
    assert (unseal(row.secret), unseal(row.former_secret)) == (second, first)
    assert row.former_secret_expires_at is not None
    assert timedelta(hours=23) < row.former_secret_expires_at - timezone.now() <= timedelta(hours=24)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        retention.prune()
    assert Endpoint.objects.get().former_secret == ""


def test_a_sealed_text_needs_the_key_it_was_sealed_with(settings: Any) -> None:
    from accounts import sealing

    sealed, former = seal("whsec_x"), settings.SECRET_KEY
    try:
        settings.SECRET_KEY = "another key for tests only, fifty characters or more"
        for fallbacks, opens in (([], False), ([former], True)):
            settings.SECRET_KEY_FALLBACKS = fallbacks
            sealing._box.cache_clear()
            unseal.cache_clear()
            if opens:
                assert unseal(sealed) == "whsec_x"
            else:
                with pytest.raises(Unreadable):
                    unseal(sealed)
    finally:
        sealing._box.cache_clear()
        unseal.cache_clear()


def test_a_paused_endpoint_collects_for_two_weeks(ada: User) -> None:
    endpoint = EndpointFactory()
    actions.change_endpoint(endpoint, by=acting(ada), is_active=False)
    TicketFactory()
    assert endpoint.deliveries.filter(message__event="ticket.created").count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        TicketFactory()
    assert endpoint.deliveries.filter(message__event="ticket.created").count() == 1
    resumed = actions.change_endpoint(endpoint, by=acting(ada), is_active=True)
    assert (resumed.stopped_at, health.health_of(resumed)) == (None, "healthy")


def test_what_waits_for_a_deleted_endpoint_is_cancelled(ada: User) -> None:
    endpoint = EndpointFactory()
    TicketFactory()
    actions.delete_endpoint(endpoint, by=acting(ada))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    TicketFactory()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(Gone):
        actions.change_endpoint(endpoint, by=acting(ada), is_active=False)
    with pytest.raises(Gone):
        actions.resend(Delivery.objects.all()[0], by=acting(ada))


def test_sending_again(ada: User) -> None:
    endpoint = EndpointFactory()
    TicketFactory()
    delivery = endpoint.deliveries.all()[0]
    for state in ("delivered", "exhausted", "pending"):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, attempt_count=10, error="x")
        again = actions.resend(delivery, by=acting(ada))
        assert (again.state, again.attempt_count, again.error) == ("pending", 0, "")
        assert again.due_at <= timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(state="parked", error="TypeError: x")
    with pytest.raises(Clash, match="could not be built"):
        actions.resend(delivery, by=acting(ada))


def test_a_test_is_for_one_endpoint_whatever_it_asked_for(ada: User) -> None:
    endpoint, _ = EndpointFactory(events=["user.created"]), EndpointFactory()
    delivery = actions.send_test(endpoint, by=acting(ada))
    assert list(Delivery.objects.filter(message__event="webhook.test")) == [delivery]
    actions.change_endpoint(endpoint, by=acting(ada), is_active=False)
    with pytest.raises(Clash, match="switched off"):
        actions.send_test(endpoint, by=acting(ada))


def test_what_somebody_asks_for_goes_before_all_that_waits(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    for _ in range(3):
        TicketFactory()
    old, newest = endpoint.deliveries.order_by("id")[0], endpoint.deliveries.order_by("-id")[0]
    Delivery.objects.filter(pk=old.pk).update(due_at=timezone.now() - timedelta(hours=1))
    test = actions.send_test(endpoint, by=acting(ada))
    actions.resend(newest, by=acting(ada))
    in_turn = endpoint.deliveries.order_by("due_at", "id").values_list("pk", flat=True)
    assert list(in_turn[:3]) == [newest.pk, test.pk, old.pk]


def test_recovering_queues_what_is_missing_and_nothing_twice(ada: User, agnes: User) -> None:
    TicketFactory(subject="Too old")
    since = timezone.now()
    TicketFactory(subject="Before it was there")
    endpoint = EndpointFactory(events=["ticket.created"])
    other = EndpointFactory()
    for name in ("Delivered", "Failed", "Waiting"):
        TicketFactory(subject=name)
    tickets.reply(TicketFactory(subject="Noted"), by=acting(agnes), content="x", internal=True)
    states = {"Delivered": "delivered", "Failed": "exhausted"}
    for row in endpoint.deliveries.select_related("message__ticket"):
        row.state = states.get(row.message.ticket.subject, "pending")  # type: ignore[union-attr]
        row.save()
    others = other.deliveries.count()
    recovery = actions.recover(endpoint, by=acting(ada), since=since)
    assert recovery.percent < 100
    assert recovering.go_on() == 2
    rows = {row.message.ticket.subject: row.state for row in endpoint.deliveries.select_related("message__ticket")}  # type: ignore[union-attr]
    assert rows == {
        "Before it was there": "pending",
        "Delivered": "delivered",
        "Failed": "pending",
        "Waiting": "pending",
        "Noted": "pending",
    }
    recovery.refresh_from_db()
    assert (recovery.queued, recovery.percent, recovery.finished_at is None) == (2, 100, False)
    assert other.deliveries.count() == others
    actions.recover(endpoint, by=acting(ada), since=since)
    assert recovering.go_on() == 0


def test_what_would_be_tried_tomorrow_is_recovered_at_once(ada: User) -> None:
    since, tomorrow = timezone.now(), timezone.now() + timedelta(hours=20)
    endpoint = EndpointFactory(events=["ticket.created"])
    for name in ("Later", "In flight"):
        TicketFactory(subject=name)
    later, flying = endpoint.deliveries.order_by("id")
    endpoint.deliveries.update(due_at=tomorrow, attempt_count=8, error="Answered 500.")
    Delivery.objects.filter(pk=flying.pk).update(claimed_by=uuid4())
    recovery = actions.recover(endpoint, by=acting(ada), since=since)
    assert recovering.go_on() == 1
    later.refresh_from_db()
    flying.refresh_from_db()
    recovery.refresh_from_db()
    assert (recovery.queued, later.attempt_count, later.due_at <= timezone.now()) == (1, 0, True)
    assert (flying.attempt_count, flying.due_at) == (8, tomorrow)


@pytest.mark.parametrize("change", ["resumed", "moved"])
def test_what_waits_is_tried_at_once_when_the_endpoint_is_mended(change: str, ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(hours=119))
    if change == "resumed":
        actions.change_endpoint(endpoint, by=acting(ada), is_active=False)
    endpoint.deliveries.update(due_at=timezone.now() + timedelta(hours=20), attempt_count=8)
    actions.change_endpoint(endpoint, by=acting(ada), description="The same address", url=endpoint.url)
    assert endpoint.deliveries.get().due_at > timezone.now()
    mended: dict[str, Any] = {"resumed": {"is_active": True}, "moved": {"url": URL + "/new"}}[change]
    assert actions.change_endpoint(endpoint, by=acting(ada), **mended).failing_since is None
    delivery = endpoint.deliveries.get()
    assert (delivery.due_at <= timezone.now(), delivery.attempt_count) == (True, 8)


def test_a_long_recovery_goes_on_where_it_was(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovering, "STEP", 2)
    since = timezone.now()
    for _ in range(5):
        TicketFactory()
    endpoint = EndpointFactory(events=["ticket.created"])
    recovery = actions.recover(endpoint, by=acting(ada), since=since)
    assert recovering._step() is not None
    recovery.refresh_from_db()
    assert 0 < recovery.percent < 100
    recovering.go_on()
    assert endpoint.deliveries.count() == 5


def test_recovering_with_nothing_in_the_log(ada: User) -> None:
    recovery = actions.recover(EndpointFactory(), by=acting(ada), since=timezone.now())
    assert recovering.go_on() == 0
    recovery.refresh_from_db()
    assert recovery.finished_at is not None


def test_an_endpoint_that_failed_for_five_days_is_disabled_and_its_owner_told_once(ada: User) -> None:
    dead, ill = EndpointFactory(by=acting(ada)), EndpointFactory(by=acting(ada))
    now = timezone.now()
    Endpoint.objects.filter(pk=dead.pk).update(failing_since=now - timedelta(hours=120, minutes=1))
    Endpoint.objects.filter(pk=ill.pk).update(failing_since=now - timedelta(hours=119))
    assert (health.disable_dead(), health.disable_dead()) == (1, 0)
    dead.refresh_from_db()
    ill.refresh_from_db()
    assert (health.health_of(dead), health.health_of(ill)) == ("disabled", "failing")
    [letter] = mail.outbox
    assert letter.to == [ada.email]
    assert dead.url in letter.body
    assert f"/settings/webhooks/{dead.pk}/" in letter.body


def test_an_owner_who_cannot_be_written_to_keeps_no_other_waiting(ada: User) -> None:
    amy = admin("Amy")
    ill, well = EndpointFactory(by=acting(ada)), EndpointFactory(by=acting(amy))
    User.objects.filter(pk=ada.pk).update(email="ada@example.test\nBcc: all@example.test")
    health.stop([ill.pk, well.pk], health.GONE, timezone.now())
    assert health.disable_dead() == 1
    User.objects.filter(pk=ada.pk).update(email=ada.email)
    assert (health.disable_dead(), health.disable_dead()) == (1, 0)
    assert [letter.to for letter in mail.outbox] == [[amy.email], [ada.email]]


@pytest.mark.parametrize("lost", [{"is_active": False}, {"role": "agent"}])
def test_where_the_owner_cannot_help_all_administrators_are_told(lost: dict[str, Any], ada: User) -> None:
    endpoint = EndpointFactory(by=acting(ada), description="ERP & <b>\nstock")
    amy, _, _ = admin("Amy"), admin("Rex", read_only=True), admin("Gone", is_active=False)
    User.objects.filter(pk=ada.pk).update(**lost)
    health.stop([endpoint.pk], health.GONE, timezone.now())
    assert (health.disable_dead(), health.disable_dead()) == (1, 0)
    [letter] = mail.outbox
    assert letter.to == [amy.email]
    assert letter.subject.endswith("Webhook switched off: ERP & <b> stock")
    assert "Hello Amy" in letter.body
    assert "(ERP & <b>\nstock)" in letter.body


def test_what_was_queued_while_its_endpoint_was_deleted_is_cancelled(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    actions.delete_endpoint(endpoint, by=acting(ada))
    Delivery.objects.update(state="pending")
    retention.prune()
    assert Delivery.objects.get().state == "cancelled"


def test_old_messages_go_with_their_deliveries(ada: User) -> None:
    endpoint = EndpointFactory()
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        TicketFactory()
    TicketFactory()
    old = Message.objects.filter(created_at__lt=timezone.now() - timedelta(days=30)).count()
    assert retention.prune() == old > 0
    assert endpoint.deliveries.filter(message__event="ticket.created").count() == 1
    assert Message.objects.filter(event="ticket.created").count() == 1


def test_every_event_has_a_sentence() -> None:
    assert all(EVENTS.values())
    assert Actor.system().is_admin
