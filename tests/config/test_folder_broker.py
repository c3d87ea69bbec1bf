"""The broker of installations without Redis: a folder that web processes write to while the worker reads."""

import uuid
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import ChannelError


@pytest.fixture
def queue() -> Any:
    """A queue of its own in the folder that the settings name, with its channel."""
    with current_app.connection_for_write() as connection:
        yield connection.default_channel, uuid.uuid4().hex


def look(channel: Any, name: str) -> Any:
    try:
        return channel._get(name)
    except Empty:
        return None


def test_a_worker_that_looks_while_a_message_is_written_finds_nothing(queue: Any) -> None:
    channel, name = queue
    seen = []

    class Written:
        """Part of a message; while it becomes text, the worker looks."""

        def __json__(self) -> str:
            seen.append(look(channel, name))
            return "whole"

    channel._put(name, {"body": Written()})
    assert seen == [None]
    assert look(channel, name) == {"body": "whole"}


def test_a_message_that_is_not_whole_is_left_out(queue: Any) -> None:
    channel, name = queue
    for text in ("", '{"body": '):
        Path(channel.data_folder_in, f"{uuid.uuid4()}.{name}.msg").write_text(text)
    channel._put(name, {"body": 1})
    assert [look(channel, name), look(channel, name)] == [{"body": 1}, None]


def test_a_folder_that_cannot_be_written_is_said(queue: Any, tmp_path: Path) -> None:
    channel, name = queue
    channel.data_folder_out = tmp_path / "away"
    with pytest.raises(ChannelError, match="Cannot leave a message"):
        channel._put(name, {"body": 1})


def test_the_oldest_message_is_read_first_and_each_once(queue: Any) -> None:
    channel, name = queue
    for number in range(20):
        channel._put(name, {"body": number})
    assert [look(channel, name) for _ in range(21)] == [*({"body": number} for number in range(20)), None]
    assert not list(Path(channel.data_folder_in).glob(f"*{name}*"))
