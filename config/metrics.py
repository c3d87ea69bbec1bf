"""Numbers for Prometheus: requests and their times by door, webhooks by endpoint.

Off unless METRICS_ALLOWED_CIDRS names who may read them.

Several web processes share their numbers through the folder PROMETHEUS_MULTIPROC_DIR (see config/gunicorn.py).
"""

import ipaddress
import os
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess

from accounts.client import client_address
from webhooks.metrics import WebhookCollector

# The first prefix that fits names the door, so that no visitor can invent labels.
DOORS = {
    "/api/v1": "platform",
    "/v1/support": "support",
    "/v1": "toptickets",
    "/ticketing/v1": "taas",
    "/admin/": "admin",
    "/static/": "static",
    "/files/": "files",
}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
REQUESTS = Histogram(
    "polydesk_request_seconds",
    "Time to answer, in seconds",
    ("door", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class CountRequests:
    """Times every request; not in the chain at all where nobody may read the numbers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_ALLOWED_CIDRS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        door = next((name for prefix, name in DOORS.items() if request.path.startswith(prefix)), "pages")
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(door, method, f"{response.status_code // 100}xx").observe(time.perf_counter() - started)
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers in Prometheus' text form, for allowed addresses; for all others there is no such page."""
    if not _may_read(client_address(request)):
        raise Http404
    requests = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        requests = CollectorRegistry()
        multiprocess.MultiProcessCollector(requests)
    webhooks = CollectorRegistry()
    webhooks.register(WebhookCollector())
    return HttpResponse(generate_latest(requests) + generate_latest(webhooks), content_type=CONTENT_TYPE_LATEST)


def _may_read(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.METRICS_ALLOWED_CIDRS)
