"""Keeps web and worker running until it is told to stop: ``python -m config.supervisor``.

Each child runs in a session of its own, so that Ctrl-C in a terminal reaches only this process, which then stops both
in order: requests and jobs in flight are finished. Imports nothing but the standard library, to stay small.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from types import FrameType

COMMANDS = {
    "web": [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"],
    "worker": [
        *(sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "worker"),
        *("--beat-thread", "--pool", "threads", "--concurrency", "4", "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle"),
    ],
}
PATIENCE = 40  # seconds for requests and jobs in flight, a little more than gunicorn grants itself
QUICK, TOO_OFTEN = 10, 3  # a child that ended this often after less than QUICK seconds will not come up
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Somebody asked us to stop."""


def main() -> int:
    """Run both until SIGINT or SIGTERM (0), or until one of them cannot be kept alive (1)."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _on_signal)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        return _keep_alive(children)
    except Stop:
        return 0
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, signal.SIG_IGN)
        _stop(children)


def _on_signal(signum: int, frame: FrameType | None) -> None:
    raise Stop


def _keep_alive(children: dict[str, subprocess.Popen[bytes]]) -> int:
    started: dict[str, float] = {}
    failures = dict.fromkeys(COMMANDS, 0)
    while True:
        for name, command in COMMANDS.items():
            child = children.get(name)
            if child is not None and child.poll() is None:
                continue
            if child is not None:
                lived = time.monotonic() - started[name]
                failures[name] = failures[name] + 1 if lived < QUICK else 1
                print(f"The {name} process ended with code {child.returncode}.", file=sys.stderr, flush=True)
                if failures[name] >= TOO_OFTEN:
                    return 1
            children[name] = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
            started[name] = time.monotonic()
        time.sleep(1)


def _end_with_parent() -> None:
    """On Linux, have the kernel stop the child even if this process is killed without a chance to do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children.values():
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
