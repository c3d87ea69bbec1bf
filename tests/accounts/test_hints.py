"""Hints to the worker cost the change nothing, whatever the broker does."""

import socket
from threading import Event, Thread

from celery import Celery

from accounts.hints import hint


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
