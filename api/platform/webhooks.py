"""Webhooks, their deliveries, and the log for polling, through contract platform (§8). For administrators."""

from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.errors import Gone, NotYours
from accounts.walking import Place, Way
from api.platform import webhooks_documented as documented
from api.platform.base import Query
from api.platform.cursor import Walk, walked
from api.platform.repeating import Once, RepeatableViewSet, repeatable
from api.platform.serializers import EndpointChangeIn, EndpointIn, RecoveryIn
from webhooks import actions, log, native, queries
from webhooks.models import Delivery, Endpoint, Message
from webhooks.words import EVENTS, TEST

R = TypeVar("R", bound=Model)
READING = ("GET", "HEAD")
OLDEST_FIRST = Way()


class AdministratorsViewSet(RepeatableViewSet):
    """Who only looks may look; everybody else learns nothing, not even what there is."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if (request.method or "").lower() not in self.action_map:  # that is said to everybody alike
            return
        if not self.actor.is_admin:
            raise NotYours("Only administrators may do this.")
        if request.method not in READING:
            self.actor.must_administer()

    def must_still_see(self, shown: dict[str, Any], path: dict[str, str]) -> None:
        endpoint_of(path.get("webhook_id") or shown["id"])


class Endpoints(AdministratorsViewSet):
    @documented.list_webhooks
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        walk = Walk("webhooks", check)
        check.finish()
        page = walk.page(Endpoint.objects.select_related("team", "owner"), OLDEST_FIRST)
        return walked(self, native.endpoints(page.rows, queries.figures_of(page.rows)), walk, page)

    @documented.create_webhook
    @repeatable
    def create(self, request: Request, once: Once) -> HttpResponse:
        values = self.read(EndpointIn)

        def add() -> HttpResponse:
            endpoint, secret = actions.add_endpoint(by=self.actor, **values)
            return self._shown(endpoint, 201, secret=secret)

        return once(add)

    @documented.get_webhook
    def retrieve(self, request: Request, webhook_id: str) -> HttpResponse:
        return self._shown(endpoint_of(webhook_id))

    @documented.change_webhook
    def partial_update(self, request: Request, webhook_id: str) -> HttpResponse:
        endpoint = endpoint_of(webhook_id)
        return self._shown(actions.change_endpoint(endpoint, by=self.actor, **self.read(EndpointChangeIn)))

    @documented.delete_webhook
    def destroy(self, request: Request, webhook_id: str) -> HttpResponse:
        actions.delete_endpoint(endpoint_of(webhook_id), by=self.actor)
        return HttpResponse(status=204)

    @documented.rotate_webhook
    @repeatable
    def rotate(self, request: Request, webhook_id: str, once: Once) -> HttpResponse:
        endpoint = endpoint_of(webhook_id)
        return once(lambda: self._shown(endpoint, secret=actions.rotate_secret(endpoint, by=self.actor)))

    @documented.test_webhook
    @repeatable
    def test(self, request: Request, webhook_id: str, once: Once) -> HttpResponse:
        endpoint = endpoint_of(webhook_id)
        return once(lambda: self.show({"data": native.delivery(actions.send_test(endpoint, by=self.actor))}, 202))

    @documented.recover_webhook
    @repeatable
    def recover(self, request: Request, webhook_id: str, once: Once) -> HttpResponse:
        begun = partial(actions.recover, endpoint_of(webhook_id), by=self.actor, **self.read(RecoveryIn))
        return once(lambda: self.show({"data": native.recovery(begun())}, 202))

    @documented.get_recovery
    def recovery(self, request: Request, webhook_id: str, recovery_id: str) -> HttpResponse:
        recovery = _named(endpoint_of(webhook_id).recoveries.all(), recovery_id, "recovery")
        return self.show({"data": native.recovery(recovery)})

    def _shown(self, endpoint: Endpoint, status: int = 200, **secret: str) -> HttpResponse:
        (shape,) = native.endpoints([endpoint], queries.figures_of([endpoint]))
        return self.show({"data": {**shape, **secret}}, status)


class Deliveries(AdministratorsViewSet):
    @documented.list_deliveries
    def index(self, request: Request, webhook_id: str) -> HttpResponse:
        endpoint = endpoint_of(webhook_id)
        check = Query(request._request)
        states = check.words("status", list(Delivery.State.values))
        events = check.words("event", [*EVENTS, TEST])
        since = check.moment("since")
        walk = Walk(f"deliveries:{endpoint.pk}", check, "status", "event", "since")
        check.finish()
        found = endpoint.deliveries.select_related("message").defer("message__body")
        if states:
            found = found.filter(state__in=states)
        if events:
            found = found.filter(message__event__in=events)
        if since:
            found = found.filter(created_at__gte=since)
        page = walk.page(found, Way(newest_first=True))
        return walked(self, [native.delivery(row) for row in page.rows], walk, page)

    @documented.get_delivery
    def retrieve(self, request: Request, webhook_id: str, delivery_id: str) -> HttpResponse:
        delivery = delivery_of(webhook_id, delivery_id)
        return self.show({"data": native.whole_delivery(delivery, delivery.attempts.order_by("id"))})

    @documented.resend_delivery
    @repeatable
    def resend(self, request: Request, webhook_id: str, delivery_id: str, once: Once) -> HttpResponse:
        delivery = delivery_of(webhook_id, delivery_id)
        return once(lambda: self.show({"data": native.delivery(actions.resend(delivery, by=self.actor))}, 202))


class Log(AdministratorsViewSet):
    @documented.list_log
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        events = check.words("event", list(EVENTS))
        since = check.moment("since")
        walk = Walk("events", check)  # a place in the log is one whatever is picked from it
        check.finish()
        settled = log.settled()
        found = Message.objects.filter(pk__lte=settled).exclude(event=TEST)
        if events:
            found = found.filter(event__in=events)
        if since:
            found = found.filter(pk__gt=log.last_before(since), created_at__gte=since)
        page = walk.page(found, OLDEST_FIRST)
        # At the end all that is settled has been seen, also what no filter let through.
        seen = max(settled, walk.place.number if walk.place else 0)
        going_on = walk.text(page.following or Place(seen))
        return walked(self, [native.message(row) for row in page.rows], walk, page, poll_cursor=going_on)


def endpoint_of(webhook_id: str) -> Endpoint:
    """The living endpoint of this id, its team and owner at hand. Raises Gone."""
    return _named(Endpoint.objects.select_related("team", "owner"), webhook_id, "webhook")


def delivery_of(webhook_id: str, delivery_id: str) -> Delivery:
    """A delivery to a living endpoint, its message at hand. Raises Gone."""
    return _named(endpoint_of(webhook_id).deliveries.select_related("message"), delivery_id, "delivery")


def _named(rows: QuerySet[R], text: str, what: str) -> R:
    try:
        found = rows.filter(uuid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Gone(f"There is no such {what}.")
    return found
