"""A real clamd on this machine that knows one thing: the harmless test file that all scanners know."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from tests.servers import await_port, free_port

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIGURATION = """
Foreground yes
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}
StreamMaxLength 40M
"""


@contextmanager
def scanner() -> Iterator[str]:
    """Yields its address."""
    with tempfile.TemporaryDirectory(prefix="polydesk-clamd-") as folder:
        Path(folder, "known.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
        port = free_port()
        configuration = Path(folder, "clamd.conf")
        configuration.write_text(CONFIGURATION.format(port=port, folder=folder))
        with subprocess.Popen(["clamd", "-c", configuration], stdout=subprocess.DEVNULL) as server:
            try:
                await_port(port)
                yield f"tcp://127.0.0.1:{port}"
            finally:
                server.terminate()


@contextmanager
def dripping(answer: bytes, *, every: float) -> Iterator[str]:
    """The address of one that answers a single byte `every` so many seconds."""
    over = Event()

    def serve(listening: socket.socket) -> None:
        client, _ = listening.accept()
        with client, suppress(OSError):
            for letter in answer:
                client.send(bytes([letter]))
                over.wait(every)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Thread(target=serve, args=[listening])
        server.start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        over.set()
        server.join()
