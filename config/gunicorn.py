"""How gunicorn serves Polydesk: processes times threads, our log lines, proxies only where they are known."""

import gc
import logging.config
import os
import shutil
import socket
import struct
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.urls import get_resolver
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.message import Message
from gunicorn.workers.base import Worker


class StructuredLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own messages in our format. Requests are logged by config.logs, without their query strings."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        logging.config.dictConfig(settings.LOGGING)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of what cannot be read as a request, say why and not what it was: somebody's key may stand in it."""
        super().warning(": ".join(msg.split(": ", 2)[:2]), *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Addresses without their query, for the same reason."""
        told = [arg.partition("?")[0] if isinstance(arg, str) else arg for arg in args]
        super().exception(msg, *told, **kwargs)


bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
preload_app = True  # processes share the memory of the code
workers = settings.WEB_PROCESSES
threads = settings.WEB_THREADS
worker_class = "gthread"
timeout = 120
graceful_timeout = 30
keepalive = 5
DRAINED = 64 * 1024  # bytes of an unread body that gunicorn reads itself
SILENCE = 20  # seconds that a client may keep a thread waiting for its next bytes, or for taking ours
forwarded_allow_ips = ",".join(str(network) for network in settings.TRUSTED_PROXIES)
control_socket_disable = True
logger_class = StructuredLogger
loglevel = "warning"
worker_tmp_dir = next((memory for memory in ("/dev/shm",) if Path(memory).is_dir()), None)  # noqa: S108 - heartbeats

if settings.METRICS_ALLOWED_CIDRS and workers > 1:
    # Begin counting anew: numbers of processes long gone would be added to ours.
    _numbers = settings.DATA_DIR / "metrics"
    shutil.rmtree(_numbers, ignore_errors=True)
    _numbers.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_numbers)


def on_starting(server: Arbiter) -> None:
    """Load what requests need before processes are forked: shared memory, and a first request as quick as the next."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    gc.collect()
    gc.freeze()


def when_ready(server: Arbiter) -> None:
    """Bound how long silent clients hold threads; accepted connections inherit it from their listener."""
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SILENCE, 0))


def pre_request(worker: Worker, request: Message) -> None:
    """Say that the connection ends where the server will not read a long body to its end once it is refused.

    A client that keeps connections would send its next request into one that is closed.
    """
    if any(name == "CONTENT-LENGTH" and int(length) > DRAINED for name, length in request.headers):
        request.force_close()


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Let go of the numbers that described the process itself."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
