"""Whose turn it is: a lane for each endpoint, so that a slow or dead one holds up nobody else.

A lane takes few deliveries at a time until its endpoint has answered well, then more and more, because claiming many
together is cheap. After a failure it goes back to one at a time, shares few threads with all others that fail, and
rests between two attempts, the longer the longer it has been failing.
"""

import time
from collections import deque
from collections.abc import Iterable
from threading import Lock

from webhooks.claims import Claim
from webhooks.sending import Line

AT_ONCE = 2  # attempts of one endpoint at the same time
MOST_CLAIMED = 64  # deliveries of one endpoint held in memory
# Seconds between two attempts of an endpoint that fails: a share of the time it has been failing, within bounds.
REST_SHARE, SHORTEST_REST, LONGEST_REST = 0.02, 0.1, 10.0


class Lane:
    """The deliveries of one endpoint that this dispatcher holds, and its open connections.

    `failing_for`: seconds since its first failure in a row; None where the last attempt did not fail.
    `rests_until` and `tried_at` are on the monotonic clock.
    """

    def __init__(self, *, failing_for: float | None = None) -> None:
        self.claims: deque[Claim] = deque()
        self.lines: list[Line] = []  # open and unused
        self.running = 0
        self.rests_until = self.tried_at = float("-inf")
        self._failed_at = None if failing_for is None else time.monotonic() - failing_for
        self._width = AT_ONCE
        self._lock = Lock()

    @property
    def failing(self) -> bool:
        """Whether its last attempt failed."""
        return self._failed_at is not None

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
        self._width = min(self._width * 2, MOST_CLAIMED) if delivered else AT_ONCE
        if delivered:
            self._failed_at = None
            return
        now = time.monotonic()
        self._failed_at = self._failed_at or now
        self.rests_until = now + min(max(SHORTEST_REST, REST_SHARE * (now - self._failed_at)), LONGEST_REST)

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
