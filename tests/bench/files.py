"""Files of 30 MB, one and eight at a time, up and down: how long it takes, and what memory of the web process.

`measure(...)` runs this module in a process of its own for each store: there it makes a ticket and asks; the web
process is the product's, as the supervisor keeps it, one with eight threads on SQLite. With the S3-compatible store all
bytes pass through it.
"""

import os
import pickle
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.bench.idle import family
from tests.buckets import bucket_server, make_bucket
from tests.servers import await_port, free_port

SIZE = 30 * 1024 * 1024
AT_ONCE = 8
MOST = 40  # megabytes above idle for one multipart request
_CONTENT = b"PK\x03\x04" + os.urandom(65532)
_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\nContent-Type: application/zip\r\n\r\n'
_END = b"\r\n--b--\r\n"


class WrongAnswer(Exception):
    """An upload or download that was not taken or given whole."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Seconds until all were through; megabytes of the web process at most, above those before."""

    store: str
    what: str
    seconds: float
    above: float
    idle: float


def measure(folder: Path) -> list[Moved]:
    """On local files, then on an S3-compatible store."""
    small = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    found = _in_a_process("local files", small, folder)
    with bucket_server() as url:
        found += _in_a_process("S3", small | make_bucket(url, "bench") | {"ATTACHMENT_DELIVERY": "proxy"}, folder)
    return found


def _in_a_process(store: str, environment: dict[str, str], folder: Path) -> list[Moved]:
    port = free_port()
    environment |= {"DATA_DIR": str(folder / store), "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    environment |= {"WEB_THREADS": str(AT_ONCE), "LOG_LEVEL": "error", "BENCH_STORE": store}
    command = [sys.executable, "-c", "from tests.bench import files; files.main()"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: list[Moved] = pickle.loads(done.stdout)  # noqa: S301 - written by ourselves
    return found


def main() -> None:
    """The process of one store: writes a pickled list of Moved."""
    import django

    django.setup()
    from django.core.management import call_command

    from api.platform.tokens import issue
    from tests.api.toptickets.caller import key_for
    from tests.factories import TicketFactory, agent

    call_command("migrate", verbosity=0)
    agnes, ticket = agent("Agnes"), TicketFactory()
    path, bearer = f"/v1/tickets/{ticket.uuid}/attachments", f"Bearer {key_for(agnes)[1]}"
    comments, signed_in = f"/api/v1/tickets/{ticket.uuid}/comments", f"Bearer {issue(agnes)[0]}"
    with _web() as worker:
        for _ in range(2):  # what is loaded and opened once
            _download(_upload(path, bearer))
        found = [
            _measured(worker, "one multipart upload", lambda: _upload(path, bearer), 1),
            _measured(worker, "8 multipart uploads", lambda: _upload(path, bearer), AT_ONCE),
            _measured(worker, "one base64 upload", lambda: _upload_base64(comments, signed_in), 1),
        ]
        link = _upload(path, bearer)
        found += [
            _measured(worker, "one download", lambda: _download(link), 1),
            _measured(worker, "8 downloads", lambda: _download(link), AT_ONCE),
        ]
    sys.stdout.buffer.write(pickle.dumps(found))


@contextmanager
def _web() -> Iterator[int]:
    """The web server; yields the number of the process that answers."""
    from config.supervisor import COMMANDS

    server = subprocess.Popen(COMMANDS["web"], stdout=subprocess.DEVNULL)
    try:
        await_port(int(os.environ["PORT"]), 60)
        _ask("GET", "/healthz", "")
        yield family(server.pid)[1]
    finally:
        server.terminate()
        server.wait(60)


def _measured(worker: int, what: str, job: Callable[[], object], times: int) -> Moved:
    idle = _memory(worker, "VmRSS")
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # the highest so far is forgotten
    started = time.monotonic()
    with ThreadPoolExecutor(times) as pool:
        for running in [pool.submit(job) for _ in range(times)]:
            running.result()
    seconds = time.monotonic() - started
    return Moved(os.environ["BENCH_STORE"], what, seconds, _memory(worker, "VmHWM") - idle, idle)


def _memory(pid: int, name: str) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def _blocks() -> Iterator[bytes]:
    yield from (_CONTENT for _ in range(SIZE // len(_CONTENT)))


def _upload(path: str, bearer: str) -> str:
    """Sends 30 MB; the path of a link to them."""
    from attachments.links import signed_path

    length = len(_HEAD) + SIZE + len(_END)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(length)}
    body = (part for parts in ([_HEAD], _blocks(), [_END]) for part in parts)
    return signed_path(_json(_ask("POST", path, bearer, headers, body, 201))["id"])


def _upload_base64(path: str, bearer: str) -> None:
    content = b64encode(b"".join(_blocks()))
    body = b'{"content": "x", "attachments": [{"filename": "a.zip", "mime_type": "application/zip", "content": "'
    _ask("POST", path, bearer, {"Content-Type": "application/json"}, body + content + b'"}]}', 201)


def _download(path: str) -> None:
    if len(_ask("GET", path, "")) != SIZE:
        raise WrongAnswer("a download is not whole")


def _json(content: bytes) -> dict[str, str]:
    import orjson

    found: dict[str, str] = orjson.loads(content)
    return found


def _ask(
    method: str,
    path: str,
    bearer: str,
    headers: dict[str, str] | None = None,
    body: "bytes | Iterator[bytes] | None" = None,
    status: int = 200,
) -> bytes:
    connection = HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=120)
    try:
        connection.request(method, path, body, {**(headers or {}), **({"Authorization": bearer} if bearer else {})})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != status:
            raise WrongAnswer(f"{answer.status} to {method} {path}: {content[:200]!r}")
        return content
    finally:
        connection.close()
