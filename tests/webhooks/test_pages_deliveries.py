"""The delivery log, one delivery, and recoveries, as administrators see them."""

import os
import re
import subprocess
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from tests.factories import EndpointFactory, TicketFactory, acting
from tests.pages import signed_in, text_of
from tests.webhooks.receiver import Receiver
from tests.webhooks.test_queries import fill
from tickets import actions as tickets
from webhooks import actions, recovering
from webhooks.curl import as_curl
from webhooks.models import Attempt, Delivery, Endpoint, Recovery

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def endpoint(ada: User) -> Endpoint:
    found: Endpoint = EndpointFactory(url="https://example.com/it's?a=1&b=2")
    return found


def page_of(row: Endpoint | Delivery) -> str:
    if isinstance(row, Delivery):
        return f"/settings/webhooks/{row.endpoint_id}/deliveries/{row.pk}/"
    return f"/settings/webhooks/{row.pk}/"


def attempt(delivery: Delivery, **values: Any) -> Attempt:
    return Attempt.objects.create(
        delivery=delivery, **{"status": 200, "milliseconds": 34, "request_headers": {"webhook-id": "x"}, **values}
    )


def listed(answer: HttpResponse) -> list[int]:
    """The deliveries that a log shows, in order."""
    return [int(pk) for pk in re.findall(r'class="what cover" href="[^"]*/deliveries/(\d+)/"', answer.content.decode())]


def test_the_log_shows_the_newest_first_with_what_came_back(ada: User, endpoint: Endpoint) -> None:
    Endpoint.objects.update(events=["ticket.created"])
    ticket, _ = TicketFactory(), TicketFactory()
    fill(endpoint, 1, state="parked", error="TypeError: x")
    delivered, waiting = endpoint.deliveries.order_by("id").select_related("message")[:2]
    attempt(delivered, status=500, milliseconds=1, error="Answered 500.")
    attempt(delivered)
    Delivery.objects.filter(pk=delivered.pk).update(state="delivered", attempt_count=2)
    answer = signed_in(ada).get(page_of(endpoint))
    assert listed(answer) == list(endpoint.deliveries.order_by("-id").values_list("pk", flat=True))
    said = text_of(answer)
    assert f"Delivered {delivered.message.event} #{ticket.pk} 200 in 34 ms 2×" in said
    assert f"Pending ticket.created #{waiting.message.ticket_id} Attempt 1 of 3 is due" in said
    assert "Parked ticket.created TypeError: x" in said


def test_filters_are_in_the_address(ada: User, endpoint: Endpoint) -> None:
    ticket = TicketFactory()
    [delivery] = endpoint.deliveries.filter(message__event="ticket.created")
    Delivery.objects.filter(pk=delivery.pk).update(state="exhausted")
    browser, page = signed_in(ada), page_of(endpoint)
    everything = listed(browser.get(page))
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    for query, found in (
        ({"state": "exhausted"}, [delivery.pk]),
        ({"event": "ticket.created", "state": ""}, [delivery.pk]),
        ({"event": "webhook.test"}, []),
        ({"q": str(delivery.message.uuid)}, [delivery.pk]),
        ({"q": f"#{ticket.pk}", "event": "ticket.created"}, [delivery.pk]),
        ({"q": "printer"}, []),
        ({"q": "\x00"}, everything),
        ({"q": "x" * 5000}, everything),
        ({"since": tomorrow}, []),
        ({"since": "2020-01-01T00:00"}, everything),
        ({"since": "0001-01-01T00:00"}, everything),
        ({"since": "9999-12-31T23:59"}, everything),
        ({"since": "soon", "state": "nonsense", "event": "\ud7ff"}, everything),
    ):
        answer = browser.get(page, query)
        assert answer.status_code == 200, query
        assert listed(answer) == found, query
    assert "No such deliveries" in text_of(browser.get(page, {"q": "printer"}))


def test_since_is_in_the_readers_time_zone(ada: User, endpoint: Endpoint) -> None:
    User.objects.filter(pk=ada.pk).update(timezone="Pacific/Kiritimati")  # 14 hours ahead
    fill(endpoint, 1)
    local = timezone.localtime(timezone.now(), ZoneInfo("Pacific/Kiritimati"))
    browser = signed_in(User.objects.get(pk=ada.pk))
    for minutes, found in ((-5, 1), (5, 0)):
        since = f"{local + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
        assert len(listed(browser.get(page_of(endpoint), {"since": since}))) == found


def test_the_log_is_paged_and_costs_the_same_everywhere(ada: User, endpoint: Endpoint) -> None:
    browser, page, counts = signed_in(ada), page_of(endpoint), []

    def walk(way: str, start: str) -> list[list[int]]:
        seen, path = [], start
        while path:
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get(page + path)
            counts.append(len(queries))
            seen.append(listed(answer))
            link = re.search(rf'rel="{way}" href="([^"]+)"', answer.content.decode())
            path = unescape(link[1]) if link else ""
        return seen

    fill(endpoint, 1, state="delivered")
    assert [len(rows) for rows in walk("next", "?state=delivered")] == [1]
    fill(endpoint, 119, state="delivered")
    fill(endpoint, 3, state="exhausted")
    forth = walk("next", "?state=delivered")
    assert [len(rows) for rows in forth] == [50, 50, 20]
    together = [pk for rows in forth for pk in rows]
    assert together == sorted(together, reverse=True)
    assert len(set(counts)) == 1
    back = walk("prev", f"?state=delivered&older={forth[1][-1]}")
    assert back == [forth[2], forth[1], forth[0]]
    assert listed(browser.get(page, {"newer": forth[0][0], "state": "delivered"})) == forth[0]


def test_one_delivery_with_everything(ada: User, endpoint: Endpoint) -> None:
    ticket = TicketFactory(subject="<script>alert(1)</script>")
    [delivery] = endpoint.deliveries.filter(message__event="ticket.created").select_related("message")
    attempt(delivery, status=None, milliseconds=15_000, error="No answer within 15 seconds.", request_headers={})
    came_back = {"response_headers": {"Server": "<i>x</i>"}, "response_body": "<b>busy</b>"}
    attempt(delivery, status=503, error="Answered 503.", **came_back)
    Delivery.objects.filter(pk=delivery.pk).update(
        attempt_count=2, due_at=timezone.now() + timedelta(minutes=5, seconds=30), error="Answered 503."
    )
    answer = signed_in(ada).get(page_of(delivery))
    said, source = text_of(answer), answer.content.decode()
    for words in (
        "Retrying Attempt 3 of", "in 5 min", str(delivery.message.uuid), f"#{ticket.pk}", "Answered 503.",
        "No answer within 15 seconds.", "15000 ms",
        '"event": "ticket.created"', "<b>busy</b>", "It did not come to one.",
    ):  # fmt: skip
        assert words in said, words
    assert bytes(delivery.message.body).decode() in unescape(source)
    assert "<script>alert" not in source
    assert "<b>busy" not in source
    assert "<i>x" not in source
    assert 'hx-trigger="load' not in source  # nothing is near


def test_a_delivery_costs_the_same_however_often_it_was_tried(ada: User, endpoint: Endpoint) -> None:
    TicketFactory()
    delivery = endpoint.deliveries.order_by("id")[0]
    browser, counts = signed_in(ada), []
    for made in (1, 60):
        for _ in range(made):
            attempt(delivery)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(page_of(delivery))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert answer.content.decode().count("<summary") == 51  # the newest fifty, and the body


def test_a_delivery_that_is_near_is_watched_by_its_fragment_for_a_while(ada: User, endpoint: Endpoint) -> None:
    delivery = actions.send_test(endpoint, by=acting(ada))
    browser, page = signed_in(ada), page_of(delivery)
    assert 'look=1" hx-trigger="load delay:1s"' in browser.get(page).content.decode()
    fragment = browser.get(page + "?look=30", headers=HTMX)
    assert 'look=31" hx-trigger="load delay:5s"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "hx-trigger" not in browser.get(page + "?look=80", headers=HTMX).content.decode()
    Delivery.objects.update(state="delivered")
    assert "hx-trigger" not in browser.get(page + "?look=1", headers=HTMX).content.decode()


def test_what_came_of_a_test_is_said(ada: User, endpoint: Endpoint) -> None:
    delivery = actions.send_test(endpoint, by=acting(ada))
    browser, page = signed_in(ada), page_of(delivery) + "outcome/"
    assert "is on its way" in text_of(browser.get(page))
    assert "Is the worker running?" in text_of(browser.get(page + "?look=80"))
    attempt(delivery, status=404, error="Answered 404.")
    answer = browser.get(page + "?look=3")
    assert "It did not arrive: Answered 404." in text_of(answer)
    assert "hx-trigger" not in answer.content.decode()
    attempt(delivery, status=204)
    assert "It arrived: your receiver answered 204 after 34 ms." in text_of(browser.get(page))


def test_resending(ada: User, endpoint: Endpoint) -> None:
    TicketFactory()
    delivery = endpoint.deliveries.order_by("id")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="delivered", attempt_count=1)
    browser = signed_in(ada)
    assert "with the same id and body" in text_of(browser.post(page_of(delivery) + "resend/", follow=True))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("pending", 0)


def test_a_parked_delivery_says_why_and_cannot_be_sent(ada: User, endpoint: Endpoint) -> None:
    [delivery] = fill(endpoint, 1, state="parked", error="KeyError: 'title'")
    delivery.message.body, delivery.message.error = b"", "KeyError: 'title'"
    delivery.message.save()
    browser = signed_in(ada)
    answer = browser.get(page_of(delivery))
    assert "Parked : its body could not be built" in text_of(answer)
    assert "KeyError: 'title'" in text_of(answer)
    assert "resend/" not in answer.content.decode()
    assert "could not be built" in text_of(browser.post(page_of(delivery) + "resend/", follow=True))
    delivery.refresh_from_db()
    assert delivery.state == "parked"


def test_a_delivery_is_found_under_its_own_endpoint_only(ada: User, endpoint: Endpoint) -> None:
    [delivery], other = fill(endpoint, 1), EndpointFactory()
    browser = signed_in(ada)
    assert browser.get(f"/settings/webhooks/{other.pk}/deliveries/{delivery.pk}/").status_code == 404
    actions.delete_endpoint(endpoint, by=acting(ada))
    assert browser.get(page_of(delivery)).status_code == 404
    assert browser.post(page_of(delivery) + "resend/").status_code == 404


def test_internal_notes_are_marked(ada: User, agnes: User) -> None:
    endpoint = EndpointFactory(include_internal=True, events=["comment.created"])
    tickets.reply(TicketFactory(), by=acting(agnes), content="He is rude.", internal=True)
    assert "Internal note" in text_of(signed_in(ada).get(page_of(endpoint.deliveries.get())))


def test_the_command_sends_what_we_would_and_holds_no_secret(ada: User, receiver: Receiver) -> None:
    endpoint = EndpointFactory(url=receiver.url + '?it\'s="me"&x=$HOME')
    TicketFactory(subject='It\'s `$(date)` \\ "quoted"\n100 % Ünïcödé!')
    [delivery] = endpoint.deliveries.filter(message__event="ticket.created").select_related("message")
    body, secret = bytes(delivery.message.body), endpoint.open_secret
    command = as_curl(endpoint.url, str(delivery.message.uuid), body)
    page = unescape(signed_in(ada).get(page_of(delivery)).content.decode())
    assert command.strip() in page
    assert secret.removeprefix("whsec_") not in page
    path = os.environ["PATH"]
    done = subprocess.run(
        ["sh", "-c", command], env={"PATH": path, "WEBHOOK_SECRET": secret}, capture_output=True, check=True
    )
    assert b"200" in done.stdout
    [request] = receiver.wait_for(1)
    assert (request.id, request.body) == (str(delivery.message.uuid), body)
    assert Webhook(secret).verify(request.body, request.headers)
    assert subprocess.run(["sh", "-c", command], env={"PATH": path}, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("span", ["hour", "day", "fortnight"])
def test_recovering_a_span(span: str, ada: User, endpoint: Endpoint) -> None:
    Endpoint.objects.update(events=["ticket.created"])
    fill(endpoint, 3, state="exhausted")
    browser, page = signed_in(ada), page_of(endpoint) + "recover/"
    answer = browser.post(page, {"span": span}, follow=True)
    assert "Looking for what is missing. " in text_of(answer)
    assert 'look=1" hx-trigger="load delay:1s"' in answer.content.decode()
    assert "Recovering since" in text_of(browser.get(page_of(endpoint)))
    recovering.go_on()
    fragment = browser.get(page + "?look=1", headers=HTMX)
    assert "3 queued" in text_of(fragment)
    assert "by Ada" in text_of(fragment)
    assert "hx-trigger" not in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    length = {"hour": timedelta(hours=1), "day": timedelta(days=1), "fortnight": timedelta(days=14)}[span]
    assert abs(timezone.now() - length - Recovery.objects.get().since) < timedelta(seconds=20)


def test_recovering_since_a_moment(ada: User, endpoint: Endpoint) -> None:
    browser, page = signed_in(ada), page_of(endpoint) + "recover/"
    now = timezone.now()
    browser.post(page, {"since": f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M}"})
    assert abs(now - timedelta(hours=3) - Recovery.objects.get().since) < timedelta(minutes=2)
    for sent, sentence in (
        ({}, "Say since when"),
        ({"since": "soon"}, "valid date/time"),
        ({"since": "0001-01-01T00:00"}, "too long ago"),
        ({"since": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}"}, "still to come"),
        ({"span": "century"}, "choose a span"),
    ):
        answer = browser.post(page, sent)
        assert answer.status_code == 422
        assert sentence in text_of(answer), sent
    assert Recovery.objects.count() == 1
