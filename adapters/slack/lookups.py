"""Answers that are worth keeping: asked once by many, kept for a while, waited for only briefly."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from adapters.slack.quota import Quota
from bot.errors import Denied, PlatformError, RateLimited
from bot.ports import BucketSpec

T = TypeVar("T")

KEPT_SECONDS = 3600.0  # a new display name is seen within an hour
_SULK_SECONDS = 60.0  # a failed look-up is not repeated for each message of a busy channel
_SIZE = 5000
_QUEUE = 60  # look-ups under way from which on no more are begun for names that are only mentioned
_SPARE = 5.0  # credits that these leave to whoever speaks next


@dataclass(slots=True)
class _Entry(Generic[T]):
    value: T | None
    until: float
    told: bool  # whether Slack said so; else it is for want of an answer


class Lookups(Generic[T]):
    """What *ask* tells of an id, kept for the 5,000 ids that were wanted last.

    It is kept for as many seconds as *kept* says, an hour where it is not given. It asks no faster
    than *rate* says. It owns the tasks that ask: close it.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[T]],
        rate: BucketSpec,
        *,
        clock: Callable[[], float],
        kept: Callable[[T], float] = lambda _: KEPT_SECONDS,
    ) -> None:
        self._kept = kept
        self._ask = ask
        self._clock = clock
        self._quota = Quota(rate, clock=clock)
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._pressing: dict[str, asyncio.Task[None]] = {}

    async def get(self, ids: Collection[str], wait: float) -> Mapping[str, T]:
        """What is known of *ids* after at most *wait* seconds; unknown ones are left out.

        What has grown old is told rather than nothing. A look-up that takes longer goes on for
        the next who asks; where many are under way, the last of *ids* are not asked. Never raises.
        """
        wanted = [self._refreshing(id_) for id_ in ids if not self._is_fresh(id_)]
        running = [task for task in wanted if task is not None]
        if running:
            await asyncio.wait(running, timeout=wait)
        entries = {id_: self._entries.get(id_) for id_ in ids}
        return {
            id_: entry.value
            for id_, entry in entries.items()
            if entry is not None and entry.value is not None
        }

    async def first(self, id_: str, wait: float) -> T | None:
        """What is known of *id_*, asked before all others; None where Slack knows nothing of it.

        Raises TimeoutError where nothing is known after *wait* seconds, or no answer can be had.
        """
        entry = self._entries.get(id_)
        if entry is None or not entry.told or not self._is_fresh(id_):
            task = self._pressing.get(id_) or self._begun(self._pressing, id_, spare=0.0)
            await asyncio.wait([task], timeout=wait)
            entry = self._entries.get(id_)
        if entry is None or not entry.told:
            raise TimeoutError
        return entry.value

    async def close(self) -> None:
        """Give up what is being asked."""
        running = [*self._running.values(), *self._pressing.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _is_fresh(self, id_: str) -> bool:
        entry = self._entries.get(id_)
        if entry is None:
            return False
        self._entries.move_to_end(id_)
        return self._clock() < entry.until

    def _refreshing(self, id_: str) -> asyncio.Task[None] | None:
        task = self._pressing.get(id_) or self._running.get(id_)
        if task is None and len(self._running) < _QUEUE:
            task = self._begun(self._running, id_, _SPARE)
        return task

    def _begun(
        self, running: dict[str, asyncio.Task[None]], id_: str, spare: float
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._refresh(id_, spare))  # `close` waits for it
        running[id_] = task
        task.add_done_callback(lambda _: running.pop(id_, None))
        return task

    async def _refresh(self, id_: str, spare: float) -> None:
        self._entries[id_] = await self._asked(id_, spare)
        self._entries.move_to_end(id_)
        while len(self._entries) > _SIZE:
            self._entries.popitem(last=False)

    async def _asked(self, id_: str, spare: float) -> _Entry[T]:
        while True:
            while (wait := self._quota.wait(spare)) > 0:  # noqa: ASYNC110  - it waits for time
                await asyncio.sleep(wait)
            self._quota.spend()
            try:
                value = await self._ask(id_)
                return _Entry(value, self._clock() + self._kept(value), told=True)
            except RateLimited as error:
                self._quota.pause(error.retry_after)
            except Denied:
                return _Entry(None, self._clock() + _SULK_SECONDS, told=True)
            except PlatformError:
                old = self._entries.get(id_) or _Entry[T](None, 0.0, told=False)
                return replace(old, until=self._clock() + _SULK_SECONDS)
