"""A small true ear, and a way to wait for what nobody tells of."""

import asyncio
from collections.abc import Callable

from adapters.slack.connection import Timing
from bot.errors import StoreAway
from bot.model import Hint, IncomingMessage
from bot.ports import Thread

# What takes seconds in production, short enough to wait for.
QUICK = Timing(ping=0.2, poll=0.02, dead_after=1.0, grace=1.0, goodbye=0.2)


class Keeper:
    """An ear that keeps what it heard, in order; it can refuse, take its time, or not care."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.heard: list[IncomingMessage] = []
        self.threads: list[Thread] = []
        self.store_is_away = False
        self.bug: Exception | None = None
        self.cares = True
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.waiting = 0

    async def concerns(self, hint: Hint) -> bool:
        """Whatever *cares* says; keeps the hint."""
        self.hints.append(hint)
        return self.cares

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Keep the message once *may_end* is set, unless the store is away."""
        if self.store_is_away:
            raise StoreAway("store.away")
        if self.bug is not None:
            raise self.bug
        self.waiting += 1
        try:
            await self.may_end.wait()
        finally:
            self.waiting -= 1
        self.heard.append(message)
        self.threads.append(thread)
        return True

    @property
    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [message.text for message in self.heard]


async def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Return once *holds*; TimeoutError after *seconds*."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  - what is asked are plain properties
            await asyncio.sleep(0.005)
