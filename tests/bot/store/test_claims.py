"""One process carries out what a message says, once."""

import asyncio

from bot.model import Conversation
from bot.store import Claims, connect

THREAD = Conversation("slack", "T1", "C1", "1700.1")


async def test_of_many_one_claims_a_message_and_nobody_after_it(store_url: str) -> None:
    async with connect(store_url, name="test") as client:
        claims = [Claims(client) for _ in range(20)]
        won = await asyncio.gather(*(one.claim(THREAD, "1700.2") for one in claims))
        assert sum(won) == 1
        assert not await claims[0].claim(THREAD, "1700.2")
        assert await claims[0].claim(THREAD, "1700.3")
