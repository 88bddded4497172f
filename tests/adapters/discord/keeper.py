"""A small true ear, and a way to wait for what nobody tells of."""

import asyncio
from collections.abc import Callable

from adapters.discord.listening import Patience
from bot.errors import StoreAway
from bot.model import Hint, IncomingMessage
from bot.ports import Thread

# What takes minutes in production, short enough to wait for.
QUICK = Patience(longest=0.5, pause=0.05, first=0.01, grace=0.2)


class Keeper:
    """An ear that keeps what it heard, in order; it can refuse, fail, or not care."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.heard: list[IncomingMessage] = []
        self.threads: list[Thread] = []
        self.store_is_away = False
        self.bug: Exception | None = None
        self.cares = True

    async def concerns(self, hint: Hint) -> bool:
        """Whatever *cares* says; keeps the hint."""
        self.hints.append(hint)
        return self.cares

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Keep the message, unless the store is away."""
        if self.store_is_away:
            raise StoreAway("store.away")
        if self.bug is not None:
            raise self.bug
        self.heard.append(message)
        self.threads.append(thread)
        return True

    @property
    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [message.text for message in self.heard]


async def until(holds: Callable[[], object], seconds: float = 8) -> None:
    """Return once *holds*; TimeoutError after *seconds*."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  - what is asked are plain properties
            await asyncio.sleep(0.005)
