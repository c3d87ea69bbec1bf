"""Hints to the worker cost the change nothing, whatever the broker does."""

import socket
from pathlib import Path
from threading import Event, Thread

import pytest
from celery import Celery

from accounts.hints import MOST_UNREAD, hint, tell
from config import connections


@pytest.fixture
def folder(tmp_path: Path) -> Celery:
    """An application whose broker is a folder that nobody reads."""
    url, options = connections.broker("", tmp_path)
    app = Celery(set_as_current=False, broker=url)
    app.conf.update(broker_transport="config.folder_broker:Transport", broker_transport_options=options)
    return app


def test_a_broker_that_says_nothing_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        app = Celery(set_as_current=False, broker=f"redis://127.0.0.1:{broker.getsockname()[1]}/0")

        @app.task(name="tests.something")
        def task() -> None: ...

        done = Event()

        def change() -> None:
            for _ in range(100):
                hint(task)
            done.set()

        Thread(target=change, daemon=True).start()
        assert done.wait(5)
        broker.settimeout(20)
        broker.accept()[0].close()  # it was asked


def test_hints_do_not_pile_up_while_no_worker_reads(folder: Celery) -> None:
    @folder.task(name="tests.something")
    def task() -> None: ...

    for _ in range(10 * MOST_UNREAD):
        tell(task)
    name = folder.conf.task_default_queue
    with folder.connection_for_write() as connection:
        channel = connection.default_channel
        assert channel._size(name) == MOST_UNREAD
        while channel._size(name):
            assert channel._get(name)["headers"]["task"] == "tests.something"
        tell(task)
        assert channel._size(name) == 1
