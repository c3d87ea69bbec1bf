"""/webhooks/{id}/deliveries: what was sent, what came back, and sending it again (contract platform §8)."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import EndpointFactory, TicketFactory
from tests.webhooks.receiver import Receiver, answer
from webhooks import claims
from webhooks.models import Delivery, Endpoint, Message
from webhooks.sending import Deadlines, send


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_RETRY_SCHEDULE = (60.0,)


def attempt(endpoint: Endpoint) -> None:
    """Sends what is due, as a dispatcher does."""
    owner, results = uuid4(), []
    for claim in claims.claim(endpoint, owner, 100):
        outcome, line = send(claim.letter, None, Deadlines())
        if line:
            line.close()
        results.append((claim, outcome))
    claims.record(results, owner)


def path_of(delivery: Delivery) -> str:
    return f"/webhooks/{delivery.endpoint.uuid}/deliveries/{delivery.uuid}"


def test_a_delivery_shows_its_attempts_with_request_and_response(ada: User) -> None:
    with Receiver(answer(503, b"busy", Set_Cookie="session=secret")) as receiver:
        endpoint = EndpointFactory(url=receiver.url, events=["ticket.created"])
        TicketFactory()
        delivery = endpoint.deliveries.get()
        attempt(endpoint)
        failed = Platform(ada).get(path_of(delivery)).data
        [sent] = receiver.received
        receiver.behave = answer(200, b"ok")
        Platform(ada).post(f"{path_of(delivery)}/resend", {})
        attempt(endpoint)
        whole = Platform(ada).get(path_of(delivery)).data
        again = receiver.received[1]
    assert (failed["status"], failed["attempt_count"], failed["error"]) == ("pending", 1, "Answered 503.")
    assert failed["next_attempt_at"] is not None
    assert failed["body"].encode() == sent.body == again.body
    assert failed["event_id"] == sent.id == again.id
    [made] = failed["attempts"]
    assert (made["error"], made["response"]["status"], made["response"]["body"]) == ("Answered 503.", 503, "busy")
    assert made["response"]["headers"]["Set-Cookie"] == "(hidden)"
    headers = made["request"]["headers"]
    assert Webhook(endpoint.open_secret).verify(failed["body"], headers)
    assert (whole["status"], whole["attempt_count"], whole["next_attempt_at"]) == ("delivered", 1, None)
    assert [one["error"] for one in whole["attempts"]] == ["Answered 503.", None]


def test_an_attempt_that_reached_nobody_has_no_response(ada: User, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []
    endpoint = EndpointFactory(url="https://does-not-exist.invalid/", events=["ticket.created"])
    TicketFactory()
    attempt(endpoint)
    [made] = Platform(ada).get(path_of(endpoint.deliveries.get())).data["attempts"]
    assert (made["response"], made["error"]) == (None, "The address could not be reached.")


def test_what_is_parked_says_why_and_is_not_sent(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    Message.objects.update(body=b"", error="KeyError: 'x'")
    endpoint.deliveries.update(state="parked", error="KeyError: 'x'")
    delivery = endpoint.deliveries.get()
    shape = Platform(ada).get(path_of(delivery)).data
    assert (shape["status"], shape["body"], shape["error"], shape["attempts"]) == ("parked", None, "KeyError: 'x'", [])
    refused = Platform(ada).post(f"{path_of(delivery)}/resend", {})
    assert (refused.status, refused.code) == (409, "conflict")


def test_sending_again_starts_anew_unless_it_is_under_way(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    TicketFactory()
    endpoint.deliveries.update(state="exhausted", attempt_count=10, error="Answered 500.")
    delivery = endpoint.deliveries.get()
    answered = Platform(ada).post(f"{path_of(delivery)}/resend", {})
    assert answered.status == 202
    assert (answered.data["status"], answered.data["attempt_count"], answered.data["error"]) == ("pending", 0, None)
    endpoint.deliveries.update(claimed_by=uuid4(), due_at=timezone.now() + timedelta(seconds=30))
    assert Platform(ada).get(path_of(delivery)).data["next_attempt_at"] is None
    assert Platform(ada).post(f"{path_of(delivery)}/resend", {}).status == 409


def test_a_delivery_belongs_to_its_webhook(ada: User) -> None:
    one, other = EndpointFactory(), EndpointFactory()
    TicketFactory()
    foreign = other.deliveries.all()[0]
    assert Platform(ada).get(f"/webhooks/{one.uuid}/deliveries/{foreign.uuid}").status == 404
    assert Platform(ada).post(f"/webhooks/{one.uuid}/deliveries/{foreign.uuid}/resend", {}).status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["new", "failed", "old"]),
        ({"status": "exhausted"}, ["failed"]),
        ({"status": "exhausted,delivered"}, ["failed", "old"]),
        ({"status": "parked"}, []),
        ({"event": "ticket.created"}, ["new", "failed", "old"]),
        ({"event": "user.created,ticket.updated"}, []),
        ({"event": "webhook.test"}, []),
        ({"since": "recently"}, ["new", "failed"]),
        ({"since": "recently", "status": "pending"}, ["new"]),
        ({"unknown": "x", "page": "7"}, ["new", "failed", "old"]),
    ],
)
def test_the_newest_first_and_filters_combine(query: dict[str, str], expected: list[str], ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    for _ in range(3):
        TicketFactory()
    old, failed, new = endpoint.deliveries.order_by("id")
    endpoint.deliveries.filter(pk=old.pk).update(state="delivered", created_at=timezone.now() - timedelta(days=2))
    endpoint.deliveries.filter(pk=failed.pk).update(state="exhausted")
    names = {str(old.uuid): "old", str(failed.uuid): "failed", str(new.uuid): "new"}
    if "since" in query:
        query = {**query, "since": f"{timezone.now() - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    answered = Platform(ada).get(f"/webhooks/{endpoint.uuid}/deliveries", **query)
    assert [names[shape["id"]] for shape in answered.data] == expected


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"event": "nope"}, {"since": "x"}, {"per_page": "0"}, {"cursor": "x"}]
)
def test_a_parameter_that_cannot_be_read_is_named(query: dict[str, str], ada: User) -> None:
    answered = Platform(ada).get(f"/webhooks/{EndpointFactory().uuid}/deliveries", **query)
    assert (answered.status, answered.fields) == (400, set(query))


def test_cursors_lead_through_a_list_that_grows_and_shrinks_and_back(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}/deliveries"
    for _ in range(5):
        TicketFactory()
    ids = [str(uuid) for uuid in endpoint.deliveries.order_by("-id").values_list("uuid", flat=True)]

    def page(cursor: str) -> tuple[list[str], str, str]:
        answered = platform.get(path, per_page=2, cursor=cursor)
        pagination = answered.body["pagination"]
        assert set(pagination) == {"next_cursor", "prev_cursor", "per_page"}
        return [shape["id"] for shape in answered.data], pagination["next_cursor"], pagination["prev_cursor"]

    first, following, before = page("")
    assert (first, before) == (ids[:2], None)
    TicketFactory()  # stands before the first page
    endpoint.deliveries.get(uuid=ids[1]).delete()  # the row that the cursor names
    second, following, back = page(following)
    assert second == ids[2:4]
    third, end, back_from_third = page(following)
    assert (third, end) == (ids[4:], None)
    assert page(back_from_third)[0] == second
    newest, _, start = page(back)
    assert newest == [str(endpoint.deliveries.latest("id").uuid), ids[0]]
    assert start is None


@pytest.mark.parametrize("damage", ["foreign", "other list", "cut", "forged", "text", "bytes", "long"])
def test_a_cursor_of_somewhere_else_is_refused(damage: str, ada: User) -> None:
    platform, endpoint, other = Platform(ada), EndpointFactory(), EndpointFactory()
    TicketFactory()
    path = f"/webhooks/{endpoint.uuid}/deliveries"
    right = platform.get(path, per_page=1).body["pagination"]["next_cursor"]
    assert platform.get(path, per_page=1, cursor=right).status == 200
    wrong = {
        "foreign": platform.get(f"/webhooks/{other.uuid}/deliveries", per_page=1).body["pagination"]["next_cursor"],
        "other list": platform.get("/events").body["pagination"]["poll_cursor"],
        "cut": right[:-1],
        "forged": "x" + right[1:],
        "text": "tomorrow",
        "bytes": "\x00é:\N{FIRE}:",
        "long": "a" * 5000,
    }[damage]
    answered = platform.get(path, cursor=wrong)
    assert (answered.status, answered.code, answered.fields) == (400, "invalid_input", {"cursor"})


def test_a_list_of_deliveries_costs_the_same_whatever_it_holds_and_however_deep(ada: User) -> None:
    endpoint = EndpointFactory()
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}/deliveries"

    def counted(**query: Any) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as queries:
            answered = platform.get(path, **query)
        assert answered.status == 200
        return len(queries), answered.body["pagination"]

    TicketFactory()
    few, _ = counted(per_page=100)
    for _ in range(20):
        TicketFactory()
    many, _ = counted(per_page=100)
    _, pagination = counted(per_page=10)
    deep, _ = counted(per_page=10, cursor=pagination["next_cursor"])
    assert few == many == deep == 3
