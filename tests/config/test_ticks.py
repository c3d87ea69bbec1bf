"""Periodic jobs run once a period, however many schedulers there are."""

import threading
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.db import connection

from config.celery import app
from config.models import Tick
from config.tasks import claim_tick, tick


@pytest.fixture(autouse=True)
def _tasks() -> None:
    """Every app's tasks are known, as in a worker."""
    app.loader.import_default_modules()


@pytest.mark.django_db
def test_a_job_runs_once_a_period() -> None:
    with time_machine.travel(1_000_000, tick=False):
        assert [tick("webhooks.prune", 3600.0) for _ in range(3)] == [True, False, False]
    with time_machine.travel(1_000_000 + 3600, tick=False):
        assert [tick("webhooks.prune", 3600.0) for _ in range(2)] == [True, False]
    assert Tick.objects.count() == 1


@pytest.mark.django_db
def test_a_clock_that_was_set_back_stops_no_job_and_a_slow_one_runs_none_twice() -> None:
    assert claim_tick("job", 100)
    assert not claim_tick("job", 99)  # a scheduler whose clock is a little slow
    assert claim_tick("job", 40)
    assert claim_tick("job", 41)


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_at_once_wins() -> None:
    start, won = threading.Barrier(8), []

    def claim(number: int) -> None:
        start.wait()
        won.append(claim_tick("job", number))
        connection.close()

    for number in (1, 2):
        threads = [threading.Thread(target=claim, args=(number,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert won.count(True) == 2


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["args"][0])
@pytest.mark.django_db
def test_every_planned_job_exists_and_runs_on_an_empty_installation(entry: dict[str, Any]) -> None:
    name, seconds = entry["args"]
    assert name in current_app.tasks
    assert entry["schedule"] == seconds
    assert tick(name, seconds)
