"""Logs: one line a request and one an event, JSON for machines and text for a terminal, never a query string.

Keys travel in query strings (``?key=…``), so lines carry the path alone, and paths that are credentials are cut.
"""

import re
import time
import uuid
from typing import Any

import orjson
import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import Processor

from accounts.client import client_address

_CREDENTIAL = re.compile(r"(/track/|/files/|/reset/key/)[^/]+")
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
]


def _json(event: dict[str, Any], **options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def configure_structlog() -> None:
    """Send structlog's events through the standard library's handlers, so that all lines look alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(form: str, level: str) -> dict[str, Any]:
    """The LOGGING setting for ``form`` text or json."""
    ending: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        ending += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]
    else:
        ending += [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "processors": ending, "foreign_pre_chain": _SHARED}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Django's own handlers would say everything twice; RequestLog writes requests and their failures.
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "kombu.connection": {"level": "ERROR"},  # it would tell that a folder has no host name
            "django_structlog.celery": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
        },
    }


class RequestLog(RequestMiddleware):
    """One ``request_finished`` line for each request, whichever door it comes through, with its time in ms."""

    def prepare(self, request: HttpRequest) -> None:
        request._started = time.perf_counter()  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex, ip=client_address(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        spent = time.perf_counter() - request._started  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(ms=round(spent * 1000, 1))
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = _CREDENTIAL.sub(r"\1…", request.path)
        return f"{request.method} {path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the user where the view has asked for one; logging alone must not query the database."""
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            structlog.contextvars.bind_contextvars(user_id=user.pk)
