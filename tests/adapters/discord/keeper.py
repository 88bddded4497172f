"""A small true ear, and a way to wait for what nobody tells of."""

import asyncio
from collections.abc import Callable

from adapters.discord.backfill import Pace
from adapters.discord.listening import Patience
from bot.errors import StoreAway
from bot.model import Conversation, Hint, IncomingMessage
from bot.ports import Thread

# What takes minutes in production, short enough to wait for.
QUICK = Patience(longest=0.5, pause=0.05, first=0.01, grace=0.2)

BRISK = Pace(every=0.05, pause=0.0, again=(0.01,))


class Keeper:
    """An ear that keeps what it heard, in order; it can refuse, fail, or not care."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.heard: list[IncomingMessage] = []
        self.threads: list[Thread] = []
        self.store_is_away = False
        self.bug: BaseException | None = None
        self.cares = True
        self.until: int | None = None
        self.with_dms: list[Conversation] = []

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

    async def heard_until(self, platform: str) -> int | None:
        """What was noted last, here or as `until` was set."""
        if self.store_is_away:
            raise StoreAway("store.away")
        return self.until

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """Keep the time."""
        if self.store_is_away:
            raise StoreAway("store.away")
        self.until = max(self.until or 0, sent_at)

    async def dms(self, platform: str) -> list[Conversation]:
        """What `with_dms` holds."""
        return self.with_dms

    @property
    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [message.text for message in self.heard]


async def until(holds: Callable[[], object], seconds: float = 8) -> None:
    """Return once *holds*; TimeoutError after *seconds*."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  - what is asked are plain properties
            await asyncio.sleep(0.005)
