import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Fenced
from bot.model import Author, Conversation, Role, Turn, Wish
from bot.store import Conversations, Lease, connect
from bot.tenure import Tenure

THREAD = Conversation("slack", "T1", "C1", "1.000001")
QUESTION = Turn("1.000001", Role.USER, 1_000_001, "hello", Author("U1", "Ana"))


async def led(store: Conversations) -> Lease:
    submitted = await store.submit(
        THREAD, QUESTION, Wish.ANSWER, tokens=1, retention=timedelta(days=1)
    )
    assert submitted.lease
    await store.begin(submitted.lease, merge=False)
    return submitted.lease


@pytest.fixture
async def client(store_url: str) -> Any:
    async with connect(store_url, name="test") as client:
        yield client


async def test_a_lease_that_is_kept_outlives_its_length(client: Any) -> None:
    store = Conversations(client, lease=0.3)
    lease = await led(store)
    tenure = Tenure(store, lease, time.monotonic)
    keeping = asyncio.ensure_future(tenure.keep(lambda: None))
    await asyncio.sleep(0.7)
    tenure.guard()
    assert await Conversations(client).take(THREAD) is None
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_a_lease_that_is_not_kept_is_guarded_against(client: Any) -> None:
    store = Conversations(client, lease=0.1)
    tenure = Tenure(store, await led(store), time.monotonic)
    tenure.guard()
    await asyncio.sleep(0.15)
    with pytest.raises(Fenced):
        tenure.guard()


async def test_a_lease_that_was_taken_ends_the_keeping(client: Any) -> None:
    store = Conversations(client, lease=0.2)
    tenure = Tenure(store, await led(store), time.monotonic)
    await asyncio.sleep(0.3)
    assert await Conversations(client).take(THREAD)
    with pytest.raises(Fenced):
        await tenure.keep(lambda: None)


async def test_a_stop_reaches_who_keeps_the_lease(client: Any) -> None:
    store = Conversations(client, lease=0.3)
    tenure, stopped = Tenure(store, await led(store), time.monotonic), asyncio.Event()
    keeping = asyncio.ensure_future(tenure.keep(stopped.set))
    assert await store.stop(THREAD, QUESTION.id)
    async with asyncio.timeout(2):
        await stopped.wait()
    keeping.cancel()
    await asyncio.wait([keeping])
