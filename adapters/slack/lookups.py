"""Answers that are worth keeping: asked once by many, kept for a while, waited for only briefly."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import PlatformError

Known = TypeVar("Known")

_KEPT_SECONDS = 3600.0  # a new display name is seen within an hour
_SULK_SECONDS = 60.0  # a failed look-up is not repeated for each message of a busy channel
_AT_ONCE = 8
_SIZE = 5000


@dataclass(slots=True)
class _Entry(Generic[Known]):
    value: Known | None
    until: float


class Lookups(Generic[Known]):
    """What *ask* tells of an id, kept an hour for the 5,000 ids that were wanted last.

    It owns the tasks that ask: close it.
    """

    def __init__(
        self, ask: Callable[[str], Awaitable[Known]], *, clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._entries: OrderedDict[str, _Entry[Known]] = OrderedDict()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def get(self, ids: Collection[str], wait: float) -> Mapping[str, Known]:
        """What is known of *ids* after at most *wait* seconds; unknown ones are left out.

        What has grown old is told rather than nothing. A look-up that takes longer goes on for
        the next who asks. Never raises.
        """
        wanted = {id_: self._refreshing(id_) for id_ in ids if not self._is_fresh(id_)}
        if wanted:
            await asyncio.wait(wanted.values(), timeout=wait)
        entries = {id_: self._entries.get(id_) for id_ in ids}
        return {
            id_: entry.value
            for id_, entry in entries.items()
            if entry is not None and entry.value is not None
        }

    async def close(self) -> None:
        """Give up what is being asked."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _is_fresh(self, id_: str) -> bool:
        entry = self._entries.get(id_)
        if entry is None:
            return False
        self._entries.move_to_end(id_)
        return self._clock() < entry.until

    def _refreshing(self, id_: str) -> asyncio.Task[None]:
        task = self._running.get(id_)
        if task is None:
            task = asyncio.create_task(self._refresh(id_))  # `close` waits for it
            self._running[id_] = task
            task.add_done_callback(lambda _: self._running.pop(id_, None))
        return task

    async def _refresh(self, id_: str) -> None:
        async with self._slots:
            try:
                entry = _Entry[Known](await self._ask(id_), self._clock() + _KEPT_SECONDS)
            except PlatformError:
                old = self._entries.get(id_)
                value = None if old is None else old.value
                entry = _Entry(value, self._clock() + _SULK_SECONDS)
        self._entries[id_] = entry
        while len(self._entries) > _SIZE:
            self._entries.popitem(last=False)
