"""Asking the worker for what it would also find without being asked.

The row that says what is to be done is written with the change; a hint only makes it quick. So it costs the change
nothing: it is given from a thread of its own, however long the broker takes to answer, and may be lost.
"""

import logging
import os
import threading
from typing import Any

MOST_UNREAD = 20  # messages in the broker's queue; a worker that does not read them needs no more hints
log = logging.getLogger(__name__)


class _Teller:
    """One thread a process, begun with the first hint. What is asked for again before it was told is told once."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._asked: dict[str, Any] = {}  # tasks by name
        self._thread: threading.Thread | None = None

    def ask(self, task: Any) -> None:
        with self._news:
            self._asked[task.name] = task
            if self._thread is None:
                self._thread = threading.Thread(target=self._tell, name="hints", daemon=True)
                self._thread.start()
            self._news.notify()

    def _tell(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._asked)
                tasks = list(self._asked.values())
                self._asked.clear()
            for task in tasks:
                tell(task)


_teller = _Teller()


def hint(task: Any) -> None:
    """Asks for a Celery task without arguments, some time soon; returns at once."""
    if task.app.conf.task_always_eager:
        task.delay()
    else:
        _teller.ask(task)


def tell(task: Any) -> None:
    """Asks for it now, which takes as long as the broker takes.

    While no worker reads, hints do not pile up: working them off would keep it from everything else for a minute.
    """
    try:
        if _unread(task.app) < MOST_UNREAD:
            task.delay()
    except Exception as error:  # noqa: BLE001 - brokers fail in many ways
        log.warning("could not ask for %s: %s", task.name, type(error).__name__)


def _unread(app: Any) -> int:
    with app.producer_pool.acquire(block=True) as producer:
        queue = producer.channel.queue_declare(queue=app.conf.task_default_queue, durable=True)
        return int(queue.message_count)


def _begin_anew() -> None:
    """A forked process has none of its parent's threads."""
    global _teller
    _teller = _Teller()


os.register_at_fork(after_in_child=_begin_anew)
