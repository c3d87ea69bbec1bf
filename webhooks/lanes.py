"""Whose turn it is: a lane for each endpoint, so that a slow or dead one holds up nobody else.

A lane takes few deliveries at a time until its endpoint has answered well, then more and more, because claiming many
together is cheap. After a failure it goes back to one at a time, shares few threads with all others that fail, and
rests between two attempts, longer each time.
"""

import time
from collections import deque
from collections.abc import Iterable
from threading import Lock

from webhooks.claims import Claim
from webhooks.sending import Line

AT_ONCE = 2  # attempts of one endpoint at the same time
MOST_CLAIMED = 64  # deliveries of one endpoint held in memory
FIRST_REST, LONGEST_REST = (
    0.2,
    10.0,
)  # seconds after the first failure in a row, doubled by each further one, and at most


class Lane:
    """The deliveries of one endpoint that this dispatcher holds, and its open connections.

    `failing`: whether its last attempt failed. `rests_until` and `tried_at` are on the monotonic clock.
    """

    def __init__(self, *, failing: bool = False) -> None:
        self.claims: deque[Claim] = deque()
        self.lines: list[Line] = []  # open and unused
        self.running = 0
        self.failing = failing
        self.rests_until = self.tried_at = float("-inf")
        self._rest = FIRST_REST
        self._width = AT_ONCE
        self._lock = Lock()

    @property
    def room(self) -> int:
        """How many more deliveries it may hold. It is filled up when half of them are gone."""
        held = len(self.claims)
        if self.failing:
            return 1 - held - self.running
        return self._width - held if held <= self._width // 2 else 0

    def add(self, claims: Iterable[Claim]) -> None:
        self.tried_at = time.monotonic()
        self.claims.extend(claims)

    def start(self) -> bool:
        """Whether one more runner may start."""
        with self._lock:
            if not self.claims or self.running >= (1 if self.failing else AT_ONCE):
                return False
            self.running += 1
            return True

    def end(self) -> None:
        with self._lock:
            self.running -= 1

    def take(self) -> Claim | None:
        """The next delivery, None when there is none."""
        try:
            return self.claims.popleft()
        except IndexError:
            return None

    def take_all(self) -> list[Claim]:
        """Everything that has not begun."""
        taken = []
        while (claim := self.take()) is not None:
            taken.append(claim)
        return taken

    def note(self, *, delivered: bool) -> None:
        """Learns from an attempt."""
        self.failing = not delivered
        self._width = min(self._width * 2, MOST_CLAIMED) if delivered else AT_ONCE
        if delivered:
            self._rest = FIRST_REST
        else:
            self.rests_until = time.monotonic() + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST)

    def line(self) -> Line | None:
        """An open connection that nobody uses."""
        try:
            return self.lines.pop()
        except IndexError:
            return None

    def close(self) -> None:
        """Ends its connections."""
        while (line := self.line()) is not None:
            line.close()
