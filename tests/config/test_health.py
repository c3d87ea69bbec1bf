"""Liveness says the process answers; readiness says requests can be served whole."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    health._migrations.cache_clear()


def test_alive_without_any_query(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.json() == {"status": "ok"}


def test_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "storage": "ok", "broker": "ok"},
    }


def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("tickets", "0001_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "failed"


def test_not_ready_without_its_redis(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "checks": {"database": "ok", "migrations": "ok", "storage": "ok", "broker": "failed"},
    }


def test_not_ready_when_files_cannot_be_stored(client: Client, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "attachments.stores.FolderStore",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    assert client.get("/readyz").json()["checks"]["storage"] == "failed"


def test_the_storage_probe_leaves_nothing_behind(client: Client) -> None:
    client.get("/readyz")
    assert not default_storage.exists("readyz")
