"""/webhooks: who is told of what, managed by administrators (contract platform §8)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import delete_team
from accounts.models import User
from accounts.sealing import unseal
from tests.api.platform.caller import Platform
from tests.factories import EndpointFactory, TeamFactory, TicketFactory, acting, admin
from webhooks import actions, health, recovering
from webhooks.models import Delivery, Endpoint, Message, Recovery
from webhooks.words import EVENTS

URL = "https://example.com/hooks"


def test_a_webhook_is_made_and_its_secret_shown_this_once(ada: User) -> None:
    platform, team = Platform(ada), TeamFactory(name="Desk")
    values = {
        "url": URL,
        "events": ["ticket.created", "comment.created"],
        "description": "Wallboard",
        "include_internal": True,
        "team": str(team.uuid),
    }
    made = platform.post("/webhooks", values)
    assert made.status == 201
    secret = made.data.pop("secret")
    endpoint = Endpoint.objects.get()
    assert (str(endpoint.uuid), endpoint.owner, unseal(endpoint.secret)) == (made.data["id"], ada, secret)
    assert made.data == {
        **values,
        "id": str(endpoint.uuid),
        "team": {"id": str(team.uuid), "name": "Desk"},
        "owner": {"id": str(ada.uuid), "name": "Ada", "email": "ada@example.test"},
        "is_active": True,
        "health": "healthy",
        "failing_since": None,
        "disabled_reason": None,
        "pending": 0,
        "success_rate": None,
        "created_at": made.data["created_at"],
        "updated_at": made.data["updated_at"],
    }
    answers = [
        platform.get("/webhooks"),
        platform.get(f"/webhooks/{endpoint.uuid}"),
        platform.patch(f"/webhooks/{endpoint.uuid}", {"description": "x"}),
        platform.post(f"/webhooks/{endpoint.uuid}/test", {}),
    ]
    assert {answer.status for answer in answers} == {200, 202}
    for answer in answers:
        assert "whsec_" not in str(answer.body)
        assert "secret" not in str(answer.body)


def test_the_address_alone_is_enough(ada: User) -> None:
    made = Platform(ada).post("/webhooks", {"url": URL, "unknown": 1})
    assert (made.data["events"], made.data["team"], made.data["include_internal"]) == ([], None, False)
    assert made.data["is_active"] is True


def test_what_is_absent_stays(ada: User) -> None:
    team = TeamFactory()
    endpoint = EndpointFactory(description="Wallboard", events=["user.created"], team=team, include_internal=True)
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}"
    assert platform.patch(path, {}).data["events"] == ["user.created"]
    changed = platform.patch(path, {"team": None, "events": [], "url": f"{URL}/2", "description": ""}).data
    assert (changed["team"], changed["events"], changed["url"], changed["description"]) == (None, [], f"{URL}/2", "")
    assert changed["include_internal"] is True


def test_it_is_paused_and_switched_on_again_and_says_how_it_is(ada: User) -> None:
    endpoint = EndpointFactory()
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}"
    assert platform.patch(path, {"is_active": False}).data["health"] == "paused"
    assert platform.patch(path, {"is_active": True}).data["health"] == "healthy"
    since = timezone.now() - timedelta(days=6)
    Endpoint.objects.update(failing_since=since)
    failing = platform.get(path).data
    assert (failing["health"], failing["failing_since"]) == ("failing", f"{since:%Y-%m-%dT%H:%M:%SZ}")
    health.disable_dead()
    disabled = platform.get(path).data
    assert (disabled["health"], disabled["is_active"]) == ("disabled", False)
    assert disabled["disabled_reason"] == "Every attempt failed for 120 hours."
    healed = platform.patch(path, {"is_active": True}).data
    assert (healed["health"], healed["disabled_reason"], healed["failing_since"]) == ("healthy", None, None)


def test_it_says_what_waits_and_how_much_arrived(ada: User) -> None:
    endpoint = EndpointFactory(events=["ticket.created"])
    for _ in range(5):
        TicketFactory()
    first, second, *_ = endpoint.deliveries.order_by("id")
    endpoint.deliveries.filter(pk__in=[first.pk, second.pk]).update(state="delivered", attempt_count=1)
    endpoint.deliveries.filter(pk=second.pk + 1).update(attempt_count=1, error="Answered 500.")
    shape = Platform(ada).get(f"/webhooks/{endpoint.uuid}").data
    assert (shape["pending"], shape["success_rate"]) == (3, 0.666)


def test_deleted_means_gone(ada: User) -> None:
    endpoint = EndpointFactory()
    TicketFactory()
    delivery = endpoint.deliveries.all()[0]
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}"
    assert platform.delete(path).status == 204
    assert platform.get("/webhooks").data == []
    for answer in (
        platform.get(path),
        platform.patch(path, {"is_active": False}),
        platform.delete(path),
        platform.post(f"{path}/rotate", {}),
        platform.post(f"{path}/test", {}),
        platform.post(f"{path}/recover", {"since": "2026-03-01T08:00:00Z"}),
        platform.get(f"{path}/recoveries/{uuid4()}"),
        platform.get(f"{path}/deliveries"),
        platform.get(f"{path}/deliveries/{delivery.uuid}"),
        platform.post(f"{path}/deliveries/{delivery.uuid}/resend", {}),
    ):
        assert (answer.status, answer.code) == (404, "not_found")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("name", ["1", "x", "%00", "0198b6c4", "00000000-0000-0000-0000-000000000001", "9" * 40, "%ff"])
def test_what_is_no_id_of_a_webhook_is_not_found(name: str, ada: User) -> None:
    platform = Platform(ada)
    EndpointFactory()
    assert platform.get(f"/webhooks/{name}").status == 404
    assert platform.delete(f"/webhooks/{name}").status == 404
    assert platform.get(f"/webhooks/{Endpoint.objects.get().uuid}/deliveries/{name}").status == 404
    assert platform.get(f"/webhooks/{Endpoint.objects.get().uuid}/recoveries/{name}").status == 404


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"url": "http://10.0.0.1/"}, 422, "url"),
    ({"url": "https://127.1/"}, 422, "url"),
    ({"url": "http://example.com/"}, 422, "url"),
    ({"url": "https://example.com:22/"}, 422, "url"),
    ({"url": "https://user:pw@example.com/"}, 422, "url"),
    ({"url": "ftp://example.com/"}, 422, "url"),
    ({"url": "nonsense"}, 422, "url"),
    ({"url": " "}, 422, "url"),
    ({"url": None}, 422, "url"),
    ({"url": URL + "x" * 2000}, 422, "url"),
    ({"url": URL + "\x00"}, 422, "url"),
    ({"url": 7}, 400, "url"),
    ({"url": [URL]}, 400, "url"),
    ({"events": ["ticket.created", "nope"]}, 400, "events"),
    ({"events": ["webhook.test"]}, 400, "events"),
    ({"events": [["ticket.created"]]}, 400, "events"),
    ({"events": [{}]}, 400, "events"),
    ({"events": [None]}, 400, "events"),
    ({"events": "ticket.created"}, 400, "events"),
    ({"events": {"0": "ticket.created"}}, 400, "events"),
    ({"events": None}, 422, "events"),
    ({"description": "x" * 501}, 422, "description"),
    ({"description": 5}, 400, "description"),
    ({"is_active": "true"}, 400, "is_active"),
    ({"is_active": None}, 422, "is_active"),
    ({"include_internal": 1}, 400, "include_internal"),
    ({"team": "desk"}, 422, "team"),
    ({"team": "00000000-0000-0000-0000-000000000001"}, 422, "team"),
    ({"team": 3}, 400, "team"),
    ({"team": {}}, 400, "team"),
]


@pytest.mark.parametrize(("values", "status", "field"), WRONG, ids=[str(one[0])[:50] for one in WRONG])
def test_wrong_values_are_named_and_nothing_is_saved(
    values: dict[str, Any], status: int, field: str, ada: User
) -> None:
    endpoint = EndpointFactory(description="As it was")
    platform = Platform(ada)
    before = Endpoint.objects.values().get()
    for answer in (
        platform.post("/webhooks", {"url": URL, **values}),
        platform.patch(f"/webhooks/{endpoint.uuid}", {"description": "Changed", **values}),
    ):
        assert (answer.status, answer.fields) == (status, {field}), answer.body
        assert answer.body["error"]["message"] == "The request data is invalid"
    assert Endpoint.objects.values().get() == before


def test_refusals_say_what_would_be_right(ada: User) -> None:
    team = TeamFactory()
    delete_team(team, by=acting(ada))
    answer = Platform(ada).post("/webhooks", {"events": ["x"], "team": str(team.uuid)})
    assert {detail["field"]: detail["message"] for detail in answer.body["error"]["details"]} == {
        "url": "This field is required.",
        "events": f"Events must be among: {', '.join(EVENTS)}",
        "team": "There is no such team.",
    }
    assert answer.status == 400
    guarded = Platform(ada).post("/webhooks", {"url": "http://example.com/"})
    assert guarded.body["error"]["details"] == [{"field": "url", "message": "Only https addresses are called."}]
    hidden = Platform(ada).post("/webhooks", {"url": "https://169.254.169.254/"})
    assert hidden.body["error"]["details"] == [{"field": "url", "message": "Webhooks may not go to this address."}]
    assert Platform(ada).send("POST", "/webhooks", b"{").code == "invalid_input"


def test_a_new_secret_and_the_one_before_signs_for_a_day(ada: User) -> None:
    endpoint = EndpointFactory()
    answer = Platform(ada).post(f"/webhooks/{endpoint.uuid}/rotate", {})
    row = Endpoint.objects.get()
    assert answer.status == 200
    assert (unseal(row.secret), unseal(row.former_secret)) == (answer.data["secret"], endpoint.open_secret)
    assert answer.data["id"] == str(endpoint.uuid)
    again = Platform(ada).send("POST", f"/webhooks/{endpoint.uuid}/rotate", b"")  # needs no body
    assert again.data["secret"] != answer.data["secret"]


def test_a_test_is_sent_to_a_webhook_that_is_on(ada: User) -> None:
    endpoint = EndpointFactory(events=["user.created"])
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}"
    answer = platform.post(f"{path}/test", {})
    assert answer.status == 202
    assert (answer.data["event"], answer.data["status"], answer.data["sequence"]) == ("webhook.test", "pending", None)
    assert platform.get(f"{path}/deliveries").data == [answer.data]
    platform.patch(path, {"is_active": False})
    refused = platform.post(f"{path}/test", {})
    assert (refused.status, refused.code) == (409, "conflict")
    assert Message.objects.filter(event="webhook.test").count() == 1


def test_a_recovery_says_how_far_it_has_come(ada: User) -> None:
    since = timezone.now()
    for _ in range(3):
        TicketFactory()
    endpoint, other = EndpointFactory(events=["ticket.created"]), EndpointFactory()
    platform, path = Platform(ada), f"/webhooks/{endpoint.uuid}"
    answer = platform.post(f"{path}/recover", {"since": since.isoformat()})
    assert (answer.status, answer.data["status"], answer.data["queued"]) == (202, "running", 0)
    progress = f"{path}/recoveries/{answer.data['id']}"
    assert platform.get(progress).data == answer.data
    recovering.go_on()
    done = platform.get(progress).data
    assert (done["status"], done["percent"], done["queued"]) == ("finished", 100, 3)
    assert done["finished_at"] is not None
    assert Recovery.objects.get().asked_by == ada
    assert platform.get(f"/webhooks/{other.uuid}/recoveries/{answer.data['id']}").status == 404


@pytest.mark.parametrize("since", ["1000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_since_the_beginning_and_the_end_of_time(since: str, ada: User) -> None:
    TicketFactory()
    endpoint = EndpointFactory(events=["ticket.created"])
    assert Platform(ada).post(f"/webhooks/{endpoint.uuid}/recover", {"since": since}).status == 202
    assert recovering.go_on() == (1 if since < "2" else 0)
    for path in ("/events", f"/webhooks/{endpoint.uuid}/deliveries"):
        assert Platform(ada).get(path, since=since).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"since": None}, 422), *(({"since": value}, 400) for value in (
        "", "yesterday", "2026-03-01", "2026-13-01T00:00:00Z", "2026-W01-1T00:00Z", 1772352000, True, [], {},
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-03-01T08:00:00+99:00",
        "2026-03-01T08:00:00Z\x00", "٢٠٢٦-03-01T08:00:00Z",
    ))],
)  # fmt: skip
def test_recovering_needs_a_moment(body: dict[str, Any], status: int, ada: User) -> None:
    endpoint = EndpointFactory()
    answer = Platform(ada).post(f"/webhooks/{endpoint.uuid}/recover", body)
    assert (answer.status, answer.fields) == (status, {"since"})
    assert not Recovery.objects.exists()
    if isinstance(body.get("since"), str):
        for path in ("/events", f"/webhooks/{endpoint.uuid}/deliveries"):
            asked = Platform(ada).get(path, since=body["since"])
            assert (asked.status, asked.fields) == (400, {"since"})


def test_administrators_who_may_only_look_look(ada: User) -> None:
    endpoint = EndpointFactory()
    TicketFactory()
    delivery = endpoint.deliveries.all()[0]
    recovery = actions.recover(endpoint, by=acting(ada), since=timezone.now())
    rex, path = Platform(admin("Rex", read_only=True)), f"/webhooks/{endpoint.uuid}"
    before = list(Endpoint.objects.values()), list(Delivery.objects.values())
    for readable in (
        "/webhooks", path, f"{path}/deliveries", f"{path}/deliveries/{delivery.uuid}",
        f"{path}/recoveries/{recovery.uuid}", "/events",
    ):  # fmt: skip
        assert rex.get(readable).status == 200
    for answer in (
        rex.post("/webhooks", {"url": URL}),
        rex.patch(path, {"nonsense": True}),
        rex.delete(path),
        rex.delete(f"/webhooks/{uuid4()}"),
        rex.post(f"{path}/rotate", {}),
        rex.post(f"{path}/test", {}),
        rex.post(f"{path}/recover", {}),
        rex.post(f"{path}/deliveries/{delivery.uuid}/resend", {}),
    ):
        assert (answer.status, answer.code) == (403, "forbidden")
    assert (list(Endpoint.objects.values()), list(Delivery.objects.values())) == before


def test_others_do_not_learn_whether_a_webhook_exists(agnes: User, rita: User) -> None:
    endpoint = EndpointFactory()
    for somebody in (agnes, rita):
        platform = Platform(somebody)
        assert platform.get(f"/webhooks/{endpoint.uuid}").body == platform.get(f"/webhooks/{uuid4()}").body
        assert platform.send("PUT", "/webhooks", b"").status == 405  # said to everybody


def test_pages_of_webhooks_oldest_first(ada: User) -> None:
    ids = [str(EndpointFactory().uuid) for _ in range(3)]
    platform = Platform(ada)
    first = platform.get("/webhooks", per_page=2)
    assert [shape["id"] for shape in first.data] == ids[:2]
    assert first.body["pagination"]["per_page"] == 2
    second = platform.get("/webhooks", per_page=2, cursor=first.body["pagination"]["next_cursor"])
    assert [shape["id"] for shape in second.data] == ids[2:]
    assert second.body["pagination"]["next_cursor"] is None


def test_a_list_of_webhooks_costs_the_same_whatever_it_holds(ada: User) -> None:
    platform = Platform(ada)

    def fill(count: int) -> int:
        for number in range(count):
            EndpointFactory(by=acting(admin(f"Boss{count}-{number}")), team=TeamFactory())
        TicketFactory()
        with CaptureQueriesContext(connection) as queries:
            assert platform.get("/webhooks", per_page=100).status == 200
        return len(queries)

    assert fill(1) == fill(12) == 5
