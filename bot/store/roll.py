"""The roll of the conversations that we take part in, asked for many of them at once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.model import Conversation
from bot.store.scripts import key, translated

_PAUSE = 0.01  # seconds from one round to the next; the first after a quiet time goes at once


@dataclass(slots=True, eq=False)
class _Round:
    """Questions that travel together; who asks the first one *leads*.

    *done* without *answers* and without *failed* says that the leader was cancelled.
    """

    asked: dict[Conversation, None] = field(default_factory=dict[Conversation, None])
    led: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)
    answers: Mapping[Conversation, bool] | None = None
    failed: StoreAway | None = None


class Roll:
    """Asks whether we take part in conversations, one round of questions under way at a time.

    What is asked meanwhile goes together with the next round, so that a flood of messages costs few
    round trips, and nothing is ever answered from what was known before it was asked.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._turn = asyncio.Lock()
        self._asked_at = 0.0
        self._next = _Round()

    async def has(self, conversation: Conversation) -> bool:
        """Whether somebody has asked us something in *conversation*. Raises StoreAway."""
        while True:
            ours = self._next
            ours.asked[conversation] = None
            await (ours.done.wait() if ours.led else self._lead(ours))
            if ours.answers is not None:
                return ours.answers[conversation]
            if ours.failed is not None:
                raise StoreAway(ours.failed.key, **ours.failed.arguments) from ours.failed

    async def _lead(self, ours: _Round) -> None:
        ours.led = True
        try:
            async with self._turn:
                await self._rest()
                self._next = _Round()
                ours.answers = await self._fetch(tuple(ours.asked))
        except StoreAway as error:
            ours.failed = error
        finally:
            if self._next is ours:  # cancelled before its turn: who follows it leads another
                self._next = _Round()
            ours.done.set()

    async def _rest(self) -> None:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(self._asked_at + _PAUSE - clock())
        self._asked_at = clock()

    async def _fetch(self, asked: tuple[Conversation, ...]) -> Mapping[Conversation, bool]:
        # One by one, but sent together: a cluster keeps each conversation on a server of its own.
        with translated():
            async with self._client.pipeline(transaction=False) as line:
                for conversation in asked:
                    line.hexists(key(conversation, "m"), "part")
                found = await line.execute()
        return dict(zip(asked, map(bool, found), strict=True))
