"""Celery's broker without Redis: kombu's folder of messages, in which a message appears whole.

Kombu's own creates the file and writes it afterwards. A worker that reads in between takes an empty message,
and ends over it.
"""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Reads as kombu's does: the oldest name first."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        text = dumps(payload)
        name = f"{time.time_ns()}_{uuid4()}.{queue}.msg"
        written, whole = (Path(self.data_folder_out, hidden + name) for hidden in (".", ""))
        try:
            written.write_text(text)
            written.replace(whole)
        except OSError as error:
            with suppress(OSError):
                written.unlink()
            raise ChannelError(f"Cannot leave a message in {self.data_folder_out}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next message. One that a power failure left empty is gone by now, and not worth the worker's life."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("left out a message that is not whole")


class Transport(filesystem.Transport):
    """Named by CELERY_BROKER_TRANSPORT."""

    Channel = Channel
