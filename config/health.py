"""Liveness and readiness, for load balancers and container platforms."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from attachments.stores import store

log = structlog.get_logger(__name__)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It says nothing about what it depends on, so that nobody restarts it for their sake."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when requests can be served whole; 503 with the names of the parts that are missing."""
    parts = {name: _works(name, probe) for name, probe in PROBES.items()}
    ready = all(parts.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: "ok" if works else "failed" for name, works in parts.items()},
    }
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def _works(name: str, probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the answer is "not ready"
        log.warning("not_ready", part=name, error=type(error).__name__)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class UnappliedMigrations(Exception):
    """The database is older than the code."""


@cache  # only success is remembered: a database does not lose migrations under running code
def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnappliedMigrations


def _storage() -> None:
    store().probe()


def _broker() -> None:
    if not settings.REDIS_URL:
        if not Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]).is_dir():
            raise FileNotFoundError
        return
    from redis import Redis

    with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
        redis.ping()


PROBES: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "broker": _broker,
}
