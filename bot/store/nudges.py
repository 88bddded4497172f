"""Nudges between processes: who answers in a conversation is to look at it at once."""

import asyncio
from collections.abc import Callable
from typing import Final, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from bot.errors import StoreAway
from bot.model import Conversation
from bot.store.scripts import translated

log = structlog.get_logger(__name__)

CONTROL: Final = "bot:ctl"
_LOOK: Final = 1.0  # seconds that one wait for a nudge takes at most
_AGAIN: Final = 1.0  # seconds until a broken subscription is made anew


class Nudges:
    """What one process calls to all others; a nudge may be lost, and nothing rests on it alone."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def send(self, conversation: Conversation) -> None:
        """Have whoever answers in *conversation* look at it. Raises StoreAway."""
        with translated():
            await self._client.publish(CONTROL, conversation.key)  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs

    async def listen(self, hear: Callable[[Conversation | None], None]) -> None:
        """Call *hear* with each conversation that is nudged, until cancelled.

        None stands for any: nobody listened until then, and a nudge may have been missed.
        """
        while True:
            try:
                async with self._client.pubsub() as subscription:  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
                    with translated():
                        await subscription.subscribe(CONTROL)  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
                    hear(None)
                    await _relay(subscription, hear)
            except StoreAway as error:
                log.debug("nudges_away", error=str(error))  # the sweeper tells of the store
            await asyncio.sleep(_AGAIN)


async def _relay(subscription: PubSub, hear: Callable[[Conversation | None], None]) -> None:
    while True:
        with translated():
            told = cast("object", await subscription.get_message(timeout=_LOOK))  # pyright: ignore[reportUnknownMemberType]  - a dict of anything
        match told:
            case {"type": "message", "data": bytes(key)}:
                _heard(key, hear)
            case _:
                continue


def _heard(key: bytes, hear: Callable[[Conversation | None], None]) -> None:
    try:
        conversation = Conversation.parse(key.decode())
    except ValueError:
        # Nobody of ours sent it, or a later version.
        log.error("nudge_unreadable", length=len(key))  # noqa: TRY400  - it may quote a key
        return
    hear(conversation)
