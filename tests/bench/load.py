"""The load: a few connections kept busy by one process of its own, with nothing in it but sockets.

`run(job)` starts the process, which reads a pickled `Job` and writes a pickled `Result`. Requests are bytes made
beforehand and answers are only cut, so that one request costs this process about 0.1 ms; its share of a core is
measured and printed.
"""

import pickle
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Job:
    """`requests` are sent in turn, each connection beginning elsewhere; every answer must be `status`, its body begin
    with `opening`.
    """

    port: int
    requests: list[bytes]
    status: int
    connections: int
    seconds: float
    opening: bytes = b'{"data":'


@dataclass(slots=True)
class Result:
    """Latencies in seconds; `busy` is the share of a core that making the load took."""

    seconds: float
    busy: float
    latencies: list[float] = field(default_factory=list)


class WrongAnswer(Exception):
    """An answer that is not what was asked for; a benchmark of errors would be fast and worthless."""


def run(job: Job) -> Result:
    """Runs the job in a process of its own."""
    command = [sys.executable, "-c", "from tests.bench import load; load.main()"]
    done = subprocess.run(command, input=pickle.dumps(job), capture_output=True, check=False)
    if done.returncode:
        raise WrongAnswer(done.stderr.decode().strip().rpartition("\n")[2])
    result: Result = pickle.loads(done.stdout)  # noqa: S301 - written by ourselves
    return result


class _Connection:
    """One request at a time, the next as soon as the answer is whole."""

    def __init__(self, job: Job, place: int) -> None:
        self.job = job
        self.next = place * max(1, len(job.requests) // job.connections)
        self.socket = socket.create_connection(("127.0.0.1", job.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.sent_at = 0.0

    def send(self) -> None:
        request = self.job.requests[self.next % len(self.job.requests)]
        self.next += 1
        self.received.clear()
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Takes what has come; whether the answer is whole. Raises WrongAnswer."""
        part = self.socket.recv(262_144)
        if not part:
            raise WrongAnswer("the server closed the connection")
        self.received += part
        head, gap, body = self.received.partition(b"\r\n\r\n")
        if not gap:
            return False
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        if not length:
            raise WrongAnswer(f"an answer without length: {bytes(head)!r}")
        if len(body) < int(length):
            return False
        if int(head.split(b" ", 2)[1]) != self.job.status or not body.startswith(self.job.opening):
            raise WrongAnswer(f"not {self.job.status} with what was asked for: {bytes(self.received[:500])!r}")
        return True


def make(job: Job) -> Result:
    """Keeps the connections busy for so long, then lets the last answers come."""
    result = Result(0.0, 0.0)
    with selectors.DefaultSelector() as ready:
        for place in range(job.connections):
            connection = _Connection(job, place)
            ready.register(connection.socket, selectors.EVENT_READ, connection)
        started, cpu = time.perf_counter(), time.process_time()
        for key in list(ready.get_map().values()):
            key.data.send()
        while ready.get_map():
            for key, _ in ready.select(30) or _nothing_came():
                connection = key.data
                if not connection.receive():
                    continue
                now = time.perf_counter()
                result.latencies.append(now - connection.sent_at)
                if now - started < job.seconds:
                    connection.send()
                else:
                    ready.unregister(connection.socket)
                    connection.socket.close()
    result.seconds = time.perf_counter() - started
    result.busy = (time.process_time() - cpu) / result.seconds
    return result


def _nothing_came() -> list[tuple[selectors.SelectorKey, int]]:
    raise WrongAnswer("no answer came within 30 seconds")


def main() -> None:
    """The process of the load: a job comes in, its result goes out."""
    sys.stdout.buffer.write(pickle.dumps(make(pickle.load(sys.stdin.buffer))))  # noqa: S301 - from our own parent
