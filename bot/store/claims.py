"""Who carries out a command that was said in a message: one process, once."""

import secrets
from typing import Any, Final

from redis.asyncio import Redis

from bot.model import Conversation
from bot.store.scripts import key, translated

_KEPT: Final = 24 * 3600  # seconds; a platform may tell of one message again hours later


class Claims:
    """Claims on messages. Each method raises StoreAway where *client* has no answer."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def claim(self, conversation: Conversation, message_id: str) -> bool:
        """Whether what the message says is for the caller to do: nobody claimed it within a day.

        A call whose reply was lost may be sent again by the client: the claim stays the caller's.
        """
        ours, claimed = secrets.token_hex(8), key(conversation, f"claim:{message_id}")
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.set(claimed, ours, nx=True, ex=_KEPT)
                pipe.get(claimed)
                found: list[Any] = await pipe.execute()
        return bool(found[1] == ours.encode())
