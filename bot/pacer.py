"""Shell: lets calls go as their buckets allow, across all threads of this process."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot import pacing
from bot.pacing import Bucket, Urgency
from bot.ports import BucketSpec, Told

_LOOK_AGAIN = 0.1  # seconds; mostly woken earlier, when the call ahead has gone
_MANY = 1_000  # buckets


@dataclass(eq=False, slots=True)
class _Ticket:
    number: int
    specs: tuple[BucketSpec, ...]
    urgency: Callable[[], Urgency]

    @property
    def rank(self) -> tuple[Urgency, int]:
        return self.urgency(), self.number

    def shares(self, other: "_Ticket") -> bool:
        return any(spec.name == theirs.name for spec in self.specs for theirs in other.specs)


class Pacer:
    """The one owner of all buckets of this process; *clock* gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._waiting: list[_Ticket] = []
        self._numbers = itertools.count()
        self._moved = asyncio.Event()
        self._streams = Counter[str]()

    @contextmanager
    def stream(self, specs: Iterable[BucketSpec]) -> Generator[None]:
        """An answer is being written that draws on *specs*.

        Interim calls leave some credit for its first and last.
        """
        names = {spec.name for spec in specs}
        self._streams.update(names)
        try:
            yield
        finally:
            self._streams.subtract(names)
            self._streams += Counter()  # drops what stands at nothing

    @property
    def kept(self) -> int:
        """How many buckets are in use, or were of late."""
        return len(self._buckets)

    async def turn(self, specs: Sequence[BucketSpec], urgency: Callable[[], Urgency]) -> None:
        """Return when a call may go that draws one credit from each of *specs*, which is spent.

        *urgency* is asked again whenever something moves: what was interim may be final by now.
        Calls of the same bucket go by urgency, then in the order in which they came.
        """
        ticket = _Ticket(next(self._numbers), tuple(specs), urgency)
        self._fit(specs)
        self._waiting.append(ticket)
        try:
            while (delay := self._delay(ticket)) > 0:
                await self._until_moved(delay)
            self._spend(ticket)
        finally:
            self._waiting.remove(ticket)
            self.nudge()

    def pause(self, specs: Sequence[BucketSpec], seconds: float) -> None:
        """Close the buckets of *specs* for *seconds*: the platform said so."""
        now = self._clock()
        for spec in specs:
            self._buckets[spec.name] = pacing.pause(self._bucket(spec, now), seconds, now=now)
        self.nudge()

    def heed(self, told: Told) -> None:
        """Correct a bucket by what the platform *told* of it."""
        now, name = self._clock(), told.bucket.name
        bucket = pacing.fitted(self._bucket(told.bucket, now), told.bucket, now)
        if told.left is not None:
            bucket = pacing.corrected(bucket, told.left, told.rest, now=now)
        if told.pause:
            bucket = pacing.pause(bucket, told.pause, now=now)
        self._buckets[name] = bucket
        self.nudge()

    def nudge(self) -> None:
        """Have every waiting call look again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _until_moved(self, delay: float) -> None:
        try:
            async with asyncio.timeout(delay):
                await self._moved.wait()
        except TimeoutError:
            pass  # the delay is over: that is what was waited for

    def _delay(self, ticket: _Ticket) -> float:
        now = self._clock()
        rank, own = ticket.rank, self._alone(ticket, now)
        for other in self._waiting:
            # One that waits for a bucket of its own does not hold up the others.
            if other.rank < rank and other.shares(ticket) and self._alone(other, now) <= own:
                return max(own, _LOOK_AGAIN)
        return own

    def _alone(self, ticket: _Ticket, now: float) -> float:
        urgency = ticket.urgency()
        return max(
            pacing.wait(self._bucket(spec, now), urgency, streams=self._streams[spec.name], now=now)
            for spec in ticket.specs
        )

    def _fit(self, specs: Sequence[BucketSpec]) -> None:
        """Let buckets have the limits of *specs*, which may have been learnt meanwhile."""
        now = self._clock()
        for spec in specs:
            if spec.name in self._buckets:
                self._buckets[spec.name] = pacing.fitted(self._buckets[spec.name], spec, now)

    def _spend(self, ticket: _Ticket) -> None:
        now = self._clock()
        urgency = ticket.urgency()
        for spec in ticket.specs:
            bucket, streams = self._bucket(spec, now), self._streams[spec.name]
            self._buckets[spec.name] = pacing.spend(bucket, urgency, streams=streams, now=now)
        if len(self._buckets) > _MANY:
            self._forget_rested(now)

    def _forget_rested(self, now: float) -> None:
        """Drop what a rested bucket would equal: channels come and go, the process stays."""
        self._buckets = {
            name: bucket
            for name, bucket in self._buckets.items()
            if not pacing.is_rested(bucket, now)
        }

    def _bucket(self, spec: BucketSpec, now: float) -> Bucket:
        return self._buckets.get(spec.name) or pacing.rested(spec, now)
