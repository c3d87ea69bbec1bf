"""What every test starts from: an empty cache, four people, and Chromium where a browser is asked for."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from pytest_django.fixtures import Settings

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in the tests' own thread


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of request limits and cached sessions never reach the next test."""
    cache.clear()


@pytest.fixture
def _standing_clock() -> Iterator[None]:
    """The clock stands still, so that no minute ends while a test counts to its limit."""
    with time_machine.travel(datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def rita(db: None) -> Any:
    """Rita asks: a customer."""
    from tests import factories

    return factories.customer("Rita")


@pytest.fixture
def sam(db: None) -> Any:
    """Sam is another customer, who must never see what is Rita's."""
    from tests import factories

    return factories.customer("Sam")


@pytest.fixture
def agnes(db: None) -> Any:
    """Agnes answers: an agent."""
    from tests import factories

    return factories.agent("Agnes")


@pytest.fixture
def ada(db: None) -> Any:
    """Ada administers."""
    from tests import factories

    return factories.admin("Ada")


@pytest.fixture(scope="session")
def bucket_url() -> Iterator[str]:
    """A running S3-compatible store: that of the test command, or one started for the tests that ask."""
    from tests.buckets import bucket_server

    with bucket_server() as url:
        yield url


@pytest.fixture(scope="session")
def bucket_options(bucket_url: str) -> dict[str, Any]:
    """The `STORAGES` entry of an installation with a bucket of its own."""
    from config.connections import storage
    from tests.buckets import make_bucket

    variables = make_bucket(bucket_url, f"tests-{uuid4().hex}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        return storage("s3", Path(tempfile.gettempdir()))


@pytest.fixture(params=["files", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    """Runs a test on local files and on the S3-compatible store, each empty, bytes passing through us; says which."""
    entry = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files"), "allow_overwrite": True}}
    if request.param == "s3":
        entry = request.getfixturevalue("bucket_options")
    settings.STORAGES = {**settings.STORAGES, "default": entry}
    settings.ATTACHMENT_DELIVERY = "proxy"
    from attachments.stores import store

    for name, _ in list(store().names()):  # of the test before
        store().delete(name)
    return str(request.param)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which asks nothing of the outside world."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium") or shutil.which("google-chrome"),
        "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet],
    }
