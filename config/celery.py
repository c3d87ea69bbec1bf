"""The background worker. What it runs stands in each app's ``tasks.py``; when, in CELERY_BEAT_SCHEDULE."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.beat import EmbeddedService
from click import Option
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("polydesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


class BeatThread(bootsteps.StartStopStep):
    """``--beat-thread``: the scheduler in a thread of the worker.

    Celery's own ``--beat`` forks a process, which costs as much memory again and outlives a worker that is killed.
    """

    def __init__(self, worker: Any, beat_thread: bool = False, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = beat_thread

    def create(self, worker: Any) -> Any:
        return EmbeddedService(worker.app, thread=True, schedule_filename=worker.app.conf.beat_schedule_filename)


app.user_options["worker"].add(Option(["--beat-thread"], is_flag=True, help="Run the scheduler in a thread."))
app.steps["worker"].add(BeatThread)


class Webhooks(bootsteps.StartStopStep):
    """Runs the dispatcher of webhooks beside the tasks; the task ``webhooks.wake`` only pokes it."""

    def start(self, worker: Any) -> None:
        from webhooks import dispatcher  # needs the apps, which are not there when this module is read

        dispatcher.start()

    def stop(self, worker: Any) -> None:
        from webhooks import dispatcher

        dispatcher.stop()


app.steps["worker"].add(Webhooks)
