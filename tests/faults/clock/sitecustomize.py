"""Read by every Python process that has this folder in PYTHONPATH: its clock is off by what a file says, at any time.

Only the wall clock is; the monotonic one goes on. (libfaketime cannot do it: Python's sleep fails under it.)
"""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

OFFSET = Path(os.environ["CLOCK_OFFSET_FILE"])  # seconds


def follow() -> None:
    offset, travelling, look = 0.0, None, threading.Event()
    while True:
        wanted = float(OFFSET.read_text())
        if wanted != offset:
            moved = datetime.fromtimestamp(time.time() - offset + wanted, UTC)
            if travelling is not None:
                travelling.stop()
            travelling = time_machine.travel(moved, tick=True)
            travelling.start()
            offset = wanted
        look.wait(0.05)


def start() -> None:
    threading.Thread(target=follow, daemon=True).start()


start()
os.register_at_fork(after_in_child=start)
