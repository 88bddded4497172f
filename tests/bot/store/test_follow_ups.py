"""Being quiet: what is answered then, what once we are woken, and how long that is kept."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model import Wish
from bot.store import Conversations, Heard
from tests.bot.store.talk import Q1, Q2, Q3, M, finish, led, read, submit
from tests.bot.store.words import MONTH, THREAD, answer, said

UNASKED = [Wish.JOIN, Wish.FOLLOW]


@pytest.mark.parametrize("wish", UNASKED)
async def test_where_we_are_quiet_only_what_is_said_to_us_is_answered(
    store: Conversations, wish: Wish
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    assert await store.follow_ups.off(THREAD, retention=MONTH)
    assert not await store.follow_ups.off(THREAD, retention=MONTH)
    assert await submit(store, Q2, wish) is Heard.STORED
    asked = await store.submit(THREAD, Q3, Wish.ANSWER, tokens=1, retention=MONTH)
    assert asked.lease
    assert await read(store, asked.lease) == ["m1", "m1~a", "m2", "m3"]


@pytest.mark.parametrize("wish", UNASKED)
async def test_what_was_said_while_we_were_quiet_stays_without_an_answer(
    store: Conversations, wish: Wish
) -> None:
    await led(store, Q1)
    await store.follow_ups.off(THREAD, retention=MONTH)
    await submit(store, Q2, wish)
    assert await store.follow_ups.on(THREAD, retention=MONTH)
    assert not await store.follow_ups.on(THREAD, retention=MONTH)
    assert await submit(store, Q2, wish) is Heard.REPEATED
    assert await submit(store, Q3, wish) is Heard.QUEUED
    assert [turn.id for turn in await store.pending(THREAD)] == ["m1", "m3"]


async def test_what_is_owed_an_answer_gets_it_though_we_are_to_be_quiet(
    store: Conversations,
) -> None:
    lease = await led(store, Q1)
    assert await submit(store, Q2, Wish.FOLLOW) is Heard.QUEUED
    await store.follow_ups.off(THREAD, retention=MONTH)
    assert await submit(store, Q2, Wish.FOLLOW) is Heard.QUEUED
    await store.begin(lease, merge=False)
    assert await finish(store, lease, answer(Q1))
    assert await read(store, lease) == ["m1", "m1~a", "m2"]


async def test_a_reset_leaves_it_as_it_is(store: Conversations) -> None:
    await led(store, Q1)
    await store.follow_ups.off(THREAD, retention=MONTH)
    await store.reset(THREAD)
    assert not await store.follow_ups.off(THREAD, retention=MONTH)
    assert await submit(store, said("m9", 9), Wish.FOLLOW) is Heard.STORED


async def test_it_holds_before_anybody_asked_us_and_ends_with_the_conversation(
    store: Conversations, client: Any
) -> None:
    assert not await store.follow_ups.on(THREAD, retention=MONTH)
    assert await client.keys() == []
    assert await store.follow_ups.off(THREAD, retention=timedelta(days=1))
    assert not await store.takes_part(THREAD)
    assert await submit(store, Q1, Wish.JOIN) is Heard.IGNORED
    assert 86_000 < await client.ttl(M) <= 86_400
    await led(store, Q2)
    assert await client.ttl(M) > 86_400
    assert await submit(store, Q3, Wish.JOIN) is Heard.STORED
