"""``manage.py serve``: what `make run` runs."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from tests.config.running import environment, healthy, manage, served, soon
from tests.servers import free_port

COMMANDS = re.compile(rb"gunicorn|celery")


def children(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The process ids of web and worker."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            name = COMMANDS.search((status.parent / "cmdline").read_bytes())
        except OSError:
            continue
        if parent == process.pid and name:
            found[name[0].decode()] = int(status.parent.name)
    return found


@pytest.mark.parametrize("whole_group", [True, False])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, whole_group: bool) -> None:
    with served(tmp_path) as (process, port):
        assert soon(lambda: healthy(port))
        assert soon(lambda: children(process).keys() == {"gunicorn", "celery"})
        if whole_group:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not healthy(port)
    said = (tmp_path / "output").read_text()
    assert f"Polydesk is at http://127.0.0.1:{port}/" in said
    assert "manage.py create_user" in said
    assert "Traceback" not in said


def test_what_cannot_be_read_as_a_request_leaves_no_key_in_the_log(tmp_path: Path) -> None:
    sent = [
        b"GET /ticketing/v1/tickets?key=s3cret&search=a b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /ticketing/v1/tickets?key=s3cret\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"s3cret /v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization Bearer s3cret\r\n\r\n",
        b"GET /v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: \x00s3cret\r\n\r\n",
        b"HEAD /ticketing/v1/tickets?key=s3cret HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    ]
    with served(tmp_path) as (_, port):
        assert soon(lambda: healthy(port))
        for request in sent:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(request)
                assert client.recv(4096).startswith(b"HTTP/1.1 4")
    said = (tmp_path / "output").read_text()
    assert said.count("Invalid request from ip=127.0.0.1: ") == len(sent) - 1
    assert "s3cret" not in said
    assert "no-body response" not in said


def test_a_connection_is_not_kept_where_a_long_body_was_not_read(tmp_path: Path) -> None:
    with served(tmp_path) as (_, port), requests.Session() as client:
        assert soon(lambda: healthy(port))
        for number in range(20):
            answer = client.post(f"http://127.0.0.1:{port}/v1/tickets", b"[" * 200_000, timeout=10)
            assert (answer.status_code, answer.headers["Connection"]) == (401, "close"), number
        kept = client.post(f"http://127.0.0.1:{port}/v1/tickets", b"{}", timeout=10)
        assert (kept.status_code, kept.headers["Connection"]) == (401, "keep-alive")


def test_what_dies_is_started_again_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with served(tmp_path) as (process, port):
        assert soon(lambda: len(children(process)) == 2)
        before = children(process)
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        assert soon(lambda: len(children(process)) == 2 and not set(children(process).values()) & set(before.values()))
        assert soon(lambda: healthy(port))
        after = children(process)
        process.kill()
        process.wait(5)
        assert soon(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in after.values()))


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = manage("serve", env=environment(tmp_path, PORT=port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: Cannot listen on 127.0.0.1:{port}")
    assert "set PORT" in done.stderr


def test_a_wrong_setting_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = manage("serve", env=environment(tmp_path, RATELIMIT_SCALE="lots"))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Polydesk cannot start: RATELIMIT_SCALE is 'lots'; set it to a whole number of at least 1."
    )


def test_a_database_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/nowhere/db.sqlite3"
    done = manage("serve", env=environment(tmp_path, PORT=str(free_port()), DATABASE_URL=address))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database cannot be used; check DATABASE_URL.")
