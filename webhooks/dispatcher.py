"""Sends what is due: one thread of a worker process that claims, has a pool of threads send, and records.

`wake()` makes it look at once; by itself it looks every second, and more often while there is work. Any number of
processes may run one. It only stops when told to; whatever goes wrong is tried again.
"""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection
from django.utils import timezone

from webhooks import claims
from webhooks.claims import Claim
from webhooks.lanes import Lane
from webhooks.models import Endpoint
from webhooks.sending import Deadlines, Outcome, send

THREADS = 256  # most of them wait for receivers; one is started when all others do
FAILING_THREADS = 32  # of them, for all endpoints together whose last attempt failed
IDLE, BUSY = 1.0, 0.1  # seconds between two looks
BUSY_FOR = 2.0  # seconds after the last work was found
AFTER_A_FAULT = 1.0
MOST_RECORDED = 200  # attempts in one transaction
PER_TURN = 16  # attempts a runner makes before it queues for a thread again
PATIENCE = 25.0  # seconds that a stop waits for attempts in flight, less than the supervisor waits for the worker
LONGEST_LOOK = 0.2  # seconds of claiming before what came back is recorded
MARGIN = 1.0  # seconds that an attempt may take beyond its time-out
REFUSED = (DataError, IntegrityError, TypeError, ValueError)

log = logging.getLogger(__name__)


class Dispatcher:
    """One dispatcher. `run` is its thread's life; everything else of it that others call is `wake` and `stop`."""

    def __init__(self) -> None:
        self.owner = uuid4()
        self._woken = Event()
        self._stopping = False
        self._lanes: dict[int, Lane] = {}
        self._results: SimpleQueue[tuple[Claim, Outcome | None]] = SimpleQueue()  # None: not attempted
        self._unwritten: list[tuple[Claim, Outcome | None]] = []
        self._deadlines = Deadlines()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._thread = Thread(target=self.run, name="webhooks", daemon=True)
        self._looked_at = self._found_at = float("-inf")
        self._next_due = float("inf")  # on the monotonic clock
        self._clock = float("inf")  # how far the clock was ahead of the monotonic one; unknown before the first turn

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to send."""
        self._looked_at = float("-inf")
        self._woken.set()

    def stop(self) -> None:
        """Begins nothing new, waits for what is in flight, writes it down and gives the rest back."""
        self._stopping = True
        self._woken.set()
        self._thread.join(PATIENCE + 5)

    def run(self) -> None:
        """Until told to stop."""
        while not self._stopping:
            self._woken.wait(self._guarded_turn())
            self._woken.clear()
        ends = time.monotonic() + PATIENCE
        while any(lane.running for lane in self._lanes.values()) and time.monotonic() < ends:
            self._deadlines.cut()
            self._woken.wait(BUSY)
            self._woken.clear()
        for lane in self._lanes.values():
            for claim in lane.take_all():
                self._results.put((claim, None))
            lane.close()
        self._guarded_turn()
        self._pool.shutdown(wait=False)
        connection.close()

    def _guarded_turn(self) -> float:
        """A turn; seconds until the next one should come. Whatever happens in it, there is a next one."""
        try:
            return self.turn()
        except (DatabaseError, InterfaceError) as error:
            # The first line only: what follows may show values of the row.
            log.warning("the database failed the dispatcher: %s", str(error).partition("\n")[0])
        except Exception:
            log.exception("the dispatcher met what nobody foresaw; it goes on")
        with suppress(Exception):
            connection.close()
        return AFTER_A_FAULT

    def turn(self) -> float:
        """Cuts what takes too long, records what came back, claims and starts what is due."""
        self._deadlines.cut()
        self._record()
        self._mind_the_clock()
        now = time.monotonic()
        if not self._stopping:
            if now >= min(self._looked_at + self._pause(now), self._next_due) or self._has_run_dry():
                self._refill(now)
            for lane in self._lanes.values():
                self._start_runners(lane)
        return max(0.0, min(self._looked_at + self._pause(now), self._next_due) - time.monotonic())

    def _mind_the_clock(self) -> None:
        """When the clock of the machine was set back, what is planned comes forward with it."""
        ahead = time.time() - time.monotonic()
        if self._clock - ahead > claims.CLOCK_STEP.total_seconds():
            claims.move_due()
        self._clock = ahead

    def _pause(self, now: float) -> float:
        return BUSY if now - self._found_at < BUSY_FOR or any(lane.running for lane in self._lanes.values()) else IDLE

    def _has_run_dry(self) -> bool:
        """Whether a lane that was doing well is nearly out of work: there may be more behind it."""
        return any(lane.running and not lane.failing and lane.room > 0 for lane in self._lanes.values())

    def _refill(self, now: float) -> None:
        """Claims for every endpoint with something due as much as its lane has room for, and starts sending it."""
        self._looked_at = now
        self._next_due = float("inf")
        waiting = claims.waiting()
        clock = timezone.now()
        failing = []
        for pk, due_at, since in waiting:
            delay = (due_at - clock).total_seconds()
            if delay > 0 or time.monotonic() - now > LONGEST_LOOK:
                self._next_due = min(self._next_due, now + max(delay, 0.0))
                continue
            lane = self._lanes.get(pk)
            if lane is None:
                lane = self._lanes[pk] = Lane(failing_for=(clock - since).total_seconds() if since else None)
            if lane.failing:
                failing.append((lane, pk))
            elif lane.room > 0:
                self._fill(lane, pk)
        self._fill_failing(failing, now)
        self._leave({one.endpoint_id for one in waiting})

    def _fill_failing(self, waiting: list[tuple[Lane, int]], now: float) -> None:
        """Lets those that fail and do not rest try, as far as there are threads for them, in turn."""
        free = FAILING_THREADS - sum(lane.running or len(lane.claims) for lane in self._lanes.values() if lane.failing)
        for lane, pk in sorted(waiting, key=lambda pair: pair[0].tried_at):
            if lane.rests_until > now:
                self._next_due = min(self._next_due, lane.rests_until)
            elif free > 0 and lane.room > 0:
                self._fill(lane, pk)
                free -= 1

    def _fill(self, lane: Lane, pk: int) -> None:
        endpoint = Endpoint.objects.sending().filter(pk=pk).first()
        found = claims.claim(endpoint, self.owner, lane.room) if endpoint else []
        if found:
            self._found_at = time.monotonic()
        lane.add(found)
        self._start_runners(lane)

    def _leave(self, waiting: set[int]) -> None:
        """Lanes without anything pending are done. Where deliveries are held all the same, the endpoint was stopped."""
        for pk in self._lanes.keys() - waiting:
            lane = self._lanes[pk]
            for claim in lane.take_all():
                self._results.put((claim, None))
            if not lane.running:
                self._lanes.pop(pk).close()

    def _start_runners(self, lane: Lane) -> None:
        while lane.start():
            self._pool.submit(self._run_lane, lane)

    def _run_lane(self, lane: Lane) -> None:
        """In a thread of the pool: attempt after attempt, until there are none or it is somebody else's turn."""
        try:
            for _ in range(PER_TURN):
                claim = None if self._stopping else lane.take()
                if claim is None:
                    return
                if not self._has_time(claim):
                    self._results.put((claim, None))
                    continue
                outcome, line = send(claim.letter, lane.line(), self._deadlines)
                if line is not None:
                    lane.lines.append(line)
                self._results.put((claim, outcome))
                lane.note(delivered=outcome.delivered)
                if not outcome.delivered:  # the rest must not wait here for an endpoint that fails
                    for waiting in lane.take_all():
                        self._results.put((waiting, None))
                self._woken.set()
        except Exception:
            log.exception("an attempt failed in an unforeseen way; its lease ends by itself")
        finally:
            lane.end()
            self._woken.set()

    @staticmethod
    def _has_time(claim: Claim) -> bool:
        """Whether an attempt that begins now ends within the lease."""
        return claim.until - time.monotonic() > settings.WEBHOOK_TIMEOUT + MARGIN

    def _record(self) -> None:
        """Writes down what came back. What could not be written is kept for the next turn."""
        while True:
            while len(self._unwritten) < MOST_RECORDED:
                try:
                    self._unwritten.append(self._results.get_nowait())
                except Empty:
                    break
            if not self._unwritten:
                return
            self._write([(claim, outcome) for claim, outcome in self._unwritten if outcome is not None])
            self._unwritten = [(claim, outcome) for claim, outcome in self._unwritten if outcome is None]
            claims.give_back((claim for claim, _ in self._unwritten), self.owner)
            self._unwritten.clear()

    def _write(self, made: list[tuple[Claim, Outcome]]) -> None:
        """What the database refuses for its content would be refused again: it is left out, the rest is written."""
        try:
            if made:
                claims.record(made, self.owner)
        except REFUSED as error:
            if len(made) > 1:
                for one in made:
                    self._write([one])
            else:
                log.error("the outcome of delivery %s cannot be written: %s", made[0][0].pk, type(error).__name__)


_running: Dispatcher | None = None


def start() -> None:
    """Starts this process' dispatcher."""
    global _running
    _running = Dispatcher()
    _running.start()


def stop() -> None:
    """Stops this process' dispatcher, if it runs one."""
    if _running is not None:
        _running.stop()


def wake() -> None:
    """Wakes this process' dispatcher, if it runs one."""
    if _running is not None:
        _running.wake()
