"""Stops, trimming, sweeping, keys and trouble: conversations on a real server."""

from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import StoreAway
from bot.model import Conversation, Wish, answer_id
from bot.store import Conversations, Heard, Lease
from bot.store.scripts import DUE, Scripts
from tests.bot.store.talk import Q1, Q2, Q3, H, M, Q, finish, led, read, submit
from tests.bot.store.words import MONTH, THREAD, answer, said

# Stops


async def test_a_stop_reaches_the_answer_under_way(store: Conversations) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    assert await store.stop(THREAD, "m1")
    assert await store.renew(lease)
    work = await store.begin(lease, merge=False)
    assert work
    assert work.stopped


async def test_a_stop_never_stops_another_question(store: Conversations) -> None:
    lease = await led(store, Q1, Q2)
    await store.begin(lease, merge=False)
    assert await store.stop(THREAD, "m2")
    assert not await store.renew(lease)
    await finish(store, lease, answer(Q1))
    assert not await store.stop(THREAD, "m1")
    work = await store.begin(lease, merge=False)
    assert work
    assert work.stopped
    await finish(store, lease, None)
    last = await led(store, Q3)
    await store.begin(last, merge=False)
    assert not await store.renew(last)


async def test_what_is_done_leaves_nothing_of_its_work_behind(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await store.note_parts(lease, ["p1"])
    await store.stop(THREAD, "m1")
    await finish(store, lease, answer(Q1))
    assert set(await client.hkeys(M)) == {b"epoch", b"part", b"ttl", b"enrolled"}


async def test_what_nobody_asked_cannot_be_stopped(store: Conversations, client: Any) -> None:
    assert not await store.stop(THREAD, "m1")
    assert await client.keys() == []


# Trimming


async def test_a_long_conversation_loses_its_oldest_turns_and_their_identity(
    client: Any,
) -> None:
    store = Conversations(client, most_turns=4)
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1, parts=("p1", "p2")))
    aliases = f"bot:{{{THREAD.key}}}:a"
    assert set(await client.hkeys(aliases)) == {b"m1~a", b"p1", b"p2"}

    for i in range(2, 8):
        await submit(store, said(f"m{i}", i), Wish.REMEMBER)
    assert set(await client.hkeys(H)) == {b"m4", b"m5", b"m6", b"m7"}
    assert await client.exists(aliases) == 0
    for i in range(1, 8):
        assert await submit(store, said(f"m{i}", i), Wish.REMEMBER) is Heard.REPEATED


async def test_what_is_pending_is_never_trimmed(client: Any) -> None:
    store = Conversations(client, most_turns=2)
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    for i in range(2, 8):
        await submit(store, said(f"m{i}", i), Wish.REMEMBER)
    assert set(await client.hkeys(H)) == {b"m1", b"m7"}
    assert await read(store, lease) == ["m1"]


async def test_one_call_trims_at_most_64_turns(client: Any) -> None:
    lease = await led(Conversations(client, worker="w"), said("m500", 500))
    seeds = [(said(f"m{i}", i), 1) for i in range(100)]
    await Conversations(client, worker="w").seed(lease, seeds, retention=MONTH)
    await submit(Conversations(client, most_turns=1), said("m501", 501), Wish.REMEMBER)
    assert await client.hlen(H) == 102 - 64


# Sweeping


async def test_what_a_dead_worker_left_is_due_and_can_be_taken_once(
    client: Any, store: Conversations
) -> None:
    hasty = Conversations(client, lease=-1.1)  # its lease ran out a second before it began
    await led(hasty, Q1)
    assert await store.due(10) == [THREAD]
    assert await store.take(THREAD) == Lease(THREAD, 2)
    assert await store.take(THREAD) is None
    assert await store.due(10) == []


async def test_a_lease_that_is_handed_over_is_due_at_once(store: Conversations) -> None:
    lease = await led(store, Q1)
    assert await store.due(10) == []
    await store.release(lease)
    assert await store.due(10) == [THREAD]
    assert await store.take(THREAD) == Lease(THREAD, 2)


async def test_releasing_with_nothing_pending_calls_nobody(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await client.delete(Q)
    await store.release(lease)
    assert await store.due(10) == []


async def test_an_idle_conversation_leaves_the_due_set_once_its_time_has_come(
    client: Any,
) -> None:
    store = Conversations(client, lease=-1.1)
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    assert await store.due(10) == [THREAD]
    assert await store.take(THREAD) is None
    assert await client.exists("bot:due") == 0


async def test_an_idle_conversation_whose_time_has_not_come_stays_due(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    assert await store.take(THREAD) is None
    assert await client.exists("bot:due") == 1


async def test_a_conversation_that_was_touched_meanwhile_stays_due(client: Any) -> None:
    await client.zadd(DUE, {THREAD.key: 2})
    scripts = Scripts(client, worker="w", lease=1)
    await scripts.run("settle", [DUE], THREAD.key, "1")
    assert await client.exists(DUE) == 1
    await scripts.run("settle", [DUE], THREAD.key, "2")
    assert await client.exists(DUE) == 0


async def test_the_time_to_look_again_never_moves_forward(
    store: Conversations, hasty: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    look = await client.zscore(DUE, THREAD.key)
    await led(hasty, Q2)
    assert await client.zscore(DUE, THREAD.key) == look


async def test_taking_what_nobody_knows_is_nothing(store: Conversations, client: Any) -> None:
    assert await store.take(Conversation("slack", "T1", "C9", None)) is None
    assert await client.keys() == []


# Keys


async def test_every_key_of_a_conversation_lives_as_long_as_was_asked(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1, Q2)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1, parts=("p1",)))
    month = int(MONTH.total_seconds())
    for kind in "hzqam":
        assert month - 5 <= await client.ttl(f"bot:{{{THREAD.key}}}:{kind}") <= month


async def test_aliases_lead_from_a_part_to_its_turn(store: Conversations, client: Any) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1, parts=("p1", "p2")))
    assert await client.hget(f"bot:{{{THREAD.key}}}:a", "p2") == answer_id("m1").encode()


# Trouble


async def test_a_full_store_says_so_but_still_takes_the_answer(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await client.config_set("maxmemory", "1")
    try:
        with pytest.raises(StoreAway) as full:
            await submit(store, Q2)
        assert full.value.key == "store.full"
        assert not await finish(store, lease, answer(Q1))
    finally:
        await client.config_set("maxmemory", "256mb")
    lease = await led(store, Q2)
    assert await read(store, lease) == ["m1", "m1~a", "m2"]


async def test_a_server_that_became_a_replica_is_asked_again_on_a_fresh_connection(
    store: Conversations, client: Any
) -> None:
    await submit(store, Q1)
    before = await client.client_id()
    await client.replicaof("127.0.0.1", "1")
    try:
        with pytest.raises(StoreAway):
            await submit(Conversations(client), Q2)
    finally:
        await client.replicaof("NO", "ONE")
    assert await client.client_id() != before


async def test_ready_says_whether_the_store_answers(store: Conversations) -> None:
    await store.ready()
    nowhere = Redis(unix_socket_path="/nonexistent/store.sock", retry=Retry(NoBackoff(), 0))
    with pytest.raises(StoreAway) as away:
        await Conversations(nowhere).ready()
    assert away.value.key == "store.away"
    with pytest.raises(StoreAway):
        await Conversations(nowhere).takes_part(THREAD)
    await nowhere.aclose()


def test_the_length_of_a_lease_is_told(store_url: str) -> None:
    client = Redis(unix_socket_path=store_url)
    assert Conversations(client).lease_seconds == 15.0
    assert Conversations(client, lease=0.5).lease_seconds == 0.5
