"""Whether we take part is asked for many conversations at once, and never told from memory."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import StoreAway
from bot.model import Conversation
from bot.store import Conversations, connect
from bot.store.roll import Roll
from tests.bot.store.talk import Q1, submit
from tests.bot.store.wire import wire_to
from tests.bot.store.words import THREAD


def thread(number: int) -> Conversation:
    return Conversation("slack", "T1", "C1", f"1800.{number}")


async def test_each_of_many_gets_its_own_answer(store: Conversations, client: Any) -> None:
    await submit(store, Q1)
    asked = [*(thread(number) for number in range(200)), THREAD]
    roll = Roll(client)
    assert await asyncio.gather(*map(roll.has, asked)) == [False] * 200 + [True]


async def test_what_is_asked_at_once_travels_together(client: Any) -> None:
    roll = Roll(client)
    before = await client.info("stats")
    await asyncio.gather(*(roll.has(thread(number)) for number in range(300)))
    after = await client.info("stats")
    assert after["total_commands_processed"] - before["total_commands_processed"] >= 300
    assert after["total_reads_processed"] - before["total_reads_processed"] < 15


async def test_an_answer_is_never_older_than_its_question(
    store: Conversations, store_url: str, tmp_path: Path
) -> None:
    here = tmp_path / "wire.sock"
    async with (
        wire_to(store_url, here) as wire,
        connect(f"unix://{here}", name="slow") as slow,
        asyncio.timeout(10),
    ):
        roll = Roll(slow)
        wire.free.clear()
        early = asyncio.create_task(roll.has(THREAD))
        while not wire.held:  # noqa: ASYNC110  - a plain number
            await asyncio.sleep(0.001)
        await submit(store, Q1)
        late = asyncio.create_task(roll.has(THREAD))
        await asyncio.sleep(0.01)
        wire.free.set()
        assert (await early, await late) == (False, True)


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_who_gives_up_takes_nobody_along(
    store: Conversations, client: Any, after: int
) -> None:
    await submit(store, Q1)
    roll = Roll(client)
    await roll.has(THREAD)  # the next round has to wait a little
    first, *others = [asyncio.create_task(roll.has(THREAD)) for _ in range(5)]
    for _ in range(after):
        await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(5):
        assert await asyncio.gather(*others) == [True] * 4
    assert first.cancelled()


async def test_a_store_that_is_away_is_told_to_everybody_and_asked_again(
    store: Conversations, store_url: str, tmp_path: Path
) -> None:
    here = tmp_path / "wire.sock"
    client = Redis(unix_socket_path=str(here), retry=Retry(NoBackoff(), 0))
    roll = Roll(client)
    told = await asyncio.gather(*(roll.has(thread(n)) for n in range(5)), return_exceptions=True)
    assert [type(one) for one in told] == [StoreAway] * 5
    async with wire_to(store_url, here):
        await submit(store, Q1)
        assert await roll.has(THREAD)
        await client.aclose()
