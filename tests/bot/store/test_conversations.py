"""Who leads, what is pending, what an answer may read: on a real server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import Fenced, Lost
from bot.model import Ended, Turn, Wish
from bot.store import Conversations, Heard, Lease
from bot.store.scripts import DUE
from tests.bot.store.talk import Q1, Q2, Q3, H, M, Q, finish, led, read, submit
from tests.bot.store.words import MONTH, NOON, THREAD, answer, said

# Who leads


async def test_a_message_that_is_none_of_ours_leaves_no_key(
    store: Conversations, client: Any
) -> None:
    assert await submit(store, Q1, Wish.FOLLOW) is Heard.IGNORED
    assert await submit(store, Q1, Wish.REMEMBER) is Heard.IGNORED
    assert not await store.takes_part(THREAD)
    assert await client.keys() == []


async def test_what_was_said_before_we_were_called_is_no_question_however_late_it_comes(
    store: Conversations,
) -> None:
    assert await submit(store, Q2) is Heard.LEAD
    assert await submit(store, Q1, Wish.FOLLOW) is Heard.STORED
    assert await submit(store, Q3, Wish.FOLLOW) is Heard.QUEUED


async def test_where_we_take_part_messages_are_followed_or_remembered(
    store: Conversations,
) -> None:
    await led(store, Q1)
    assert await store.takes_part(THREAD)
    assert await submit(store, Q2, Wish.FOLLOW) is Heard.QUEUED
    assert await submit(store, Q3, Wish.REMEMBER) is Heard.STORED


async def test_of_many_at_once_one_leads(client: Any) -> None:
    workers = [Conversations(client) for _ in range(8)]
    heard = await asyncio.gather(*(submit(workers[i % 8], said(f"m{i}", i)) for i in range(40)))
    assert sorted(outcome.value for outcome in heard) == ["lead"] + ["queued"] * 39


async def test_each_lease_has_a_higher_epoch(hasty: Conversations) -> None:
    leases: list[Lease | None] = []
    for turn in (Q1, Q2, Q3):
        submitted = await hasty.submit(THREAD, turn, Wish.ANSWER, tokens=1, retention=MONTH)
        leases.append(submitted.lease)
        await asyncio.sleep(0.03)
    assert leases == [Lease(THREAD, 1), Lease(THREAD, 2), Lease(THREAD, 3)]


async def test_a_renewed_lease_stays(client: Any) -> None:
    store = Conversations(client, lease=0.1)
    lease = await led(store, Q1)
    for _ in range(5):
        await asyncio.sleep(0.04)
        assert not await store.renew(lease)
        assert await store.take(THREAD) is None


LEASED: dict[str, Callable[[Conversations, Lease], Awaitable[object]]] = {
    "begin": lambda store, lease: store.begin(lease, merge=False),
    "seed": lambda store, lease: store.seed(lease, [], retention=MONTH),
    "move_floor": lambda store, lease: store.move_floor(lease, 1),
    "note_parts": lambda store, lease: store.note_parts(lease, ["p1"]),
    "renew": lambda store, lease: store.renew(lease),
    "finish": lambda store, lease: finish(store, lease, answer(Q1)),
    "release": lambda store, lease: store.release(lease),
}


@pytest.mark.parametrize("name", LEASED)
async def test_an_old_lease_is_fenced(
    name: str, hasty: Conversations, store: Conversations, client: Any
) -> None:
    old = await led(hasty, Q1)
    await asyncio.sleep(0.03)
    assert await store.take(THREAD) == Lease(THREAD, 2)
    before = await client.hgetall(M)
    with pytest.raises(Fenced):
        await LEASED[name](hasty, old)
    assert await client.hgetall(M) == before


async def test_another_worker_with_the_same_epoch_is_fenced(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    with pytest.raises(Fenced):
        await Conversations(client).renew(lease)


async def test_an_older_lease_of_the_same_worker_is_fenced(hasty: Conversations) -> None:
    old = await led(hasty, Q1)
    await asyncio.sleep(0.03)
    assert await hasty.take(THREAD) == Lease(THREAD, 2)
    with pytest.raises(Fenced):
        await hasty.renew(old)


async def test_a_lease_goes_on_with_the_next_question(client: Any) -> None:
    store = Conversations(client, lease=0.4)
    lease = await led(store, Q1, Q2)
    await store.begin(lease, merge=False)
    await asyncio.sleep(0.3)
    assert await finish(store, lease, answer(Q1))
    await asyncio.sleep(0.2)
    assert await store.take(THREAD) is None


async def test_a_released_lease_is_fenced(store: Conversations) -> None:
    lease = await led(store, Q1)
    await store.release(lease)
    with pytest.raises(Fenced):
        await store.renew(lease)


# Redeliveries


async def test_a_redelivery_is_led_again_only_where_nobody_leads(
    hasty: Conversations, store: Conversations
) -> None:
    await led(hasty, Q1)
    await asyncio.sleep(0.03)
    assert await submit(store, Q1) is Heard.LEAD
    assert await submit(store, Q1) is Heard.QUEUED


@pytest.mark.parametrize("answered", [answer(Q1), None], ids=["answered", "given up"])
async def test_what_is_done_is_repeated(store: Conversations, answered: Turn | None) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    assert not await finish(store, lease, answered)
    for wish in Wish:
        assert await submit(store, Q1, wish) is Heard.REPEATED
    assert await store.take(THREAD) is None


async def test_context_becomes_a_question_when_its_twin_says_so(store: Conversations) -> None:
    lease = await led(store, Q1)
    assert await submit(store, Q2, Wish.REMEMBER) is Heard.STORED
    assert await submit(store, Q2, Wish.REMEMBER) is Heard.REPEATED
    assert await submit(store, Q2, Wish.FOLLOW) is Heard.REPEATED
    assert await submit(store, Q2, Wish.ANSWER) is Heard.QUEUED
    await store.begin(lease, merge=False)
    assert await finish(store, lease, answer(Q1))
    assert await read(store, lease) == ["m1", "m1~a", "m2"]
    await finish(store, lease, None)
    assert await submit(store, Q2, Wish.ANSWER) is Heard.REPEATED


# What an answer reads


async def test_an_answer_stands_directly_behind_its_question(store: Conversations) -> None:
    lease = await led(store, Q1, Q2)
    assert await read(store, lease) == ["m1"]
    assert await finish(store, lease, answer(Q1))
    assert await read(store, lease) == ["m1", "m1~a", "m2"]
    assert not await finish(store, lease, answer(Q2))


async def test_the_earliest_in_the_platforms_time_goes_first(store: Conversations) -> None:
    lease = await led(store, Q2, Q3, Q1)
    order: list[list[str]] = []
    for question in (Q1, Q2, Q3):
        order.append(await read(store, lease))
        await finish(store, lease, answer(question))
    assert order == [["m1"], ["m1", "m1~a", "m2"], ["m1", "m1~a", "m2", "m2~a", "m3"]]


async def test_what_is_begun_goes_on_though_an_earlier_one_arrives(store: Conversations) -> None:
    lease = await led(store, Q2)
    assert await read(store, lease) == ["m2"]
    await submit(store, Q1)
    assert await read(store, lease) == ["m1", "m2"]
    await finish(store, lease, answer(Q2))
    assert await read(store, lease) == ["m1"]


async def test_merged_questions_are_answered_together(store: Conversations) -> None:
    lease = await led(store, Q1, Q2)
    work = await store.begin(lease, merge=True)
    assert work
    assert work.questions == ("m1", "m2")
    await submit(store, Q3)
    again = await store.begin(lease, merge=True)
    assert again
    assert again == work
    assert await finish(store, lease, answer(Q2))
    assert await read(store, lease, merge=True) == ["m1", "m2", "m2~a", "m3"]


async def test_a_successor_goes_on_with_the_same_questions(
    hasty: Conversations, store: Conversations
) -> None:
    old = await led(hasty, Q1)
    begun = await hasty.begin(old, merge=True)
    await hasty.note_parts(old, ["p1"])
    await hasty.note_parts(old, ["p1", "p2"])
    await submit(hasty, Q2)
    await asyncio.sleep(0.03)

    lease = await store.take(THREAD)
    assert lease
    work = await store.begin(lease, merge=True)
    assert begun
    assert work
    assert (begun.resumed, begun.parts) == (False, ())
    assert (work.resumed, work.parts, work.questions) == (True, ("p1", "p2"), ("m1",))

    assert await finish(store, lease, answer(Q1, parts=("p1", "p2")))
    following = await store.begin(lease, merge=True)
    assert following
    assert (following.resumed, following.parts) == (False, ())


async def test_nothing_pending_releases_the_lease(store: Conversations, client: Any) -> None:
    lease = await led(store, Q1)
    await client.delete(Q)
    assert await store.begin(lease, merge=False) is None
    with pytest.raises(Fenced):
        await store.renew(lease)


async def test_what_stood_in_the_thread_is_read_first_and_overwrites_nothing(
    store: Conversations,
) -> None:
    lease = await led(store, said("m900", 900))
    seeds = [(said(f"m{i}", i), 1) for i in range(250)]
    seeds.append((said("m900", 900, "another text"), 1))
    await store.seed(lease, seeds, retention=MONTH)
    work = await store.begin(lease, merge=False)
    assert work
    assert work.seeded
    assert [turn.sent_at - NOON for turn in work.turns] == [*range(250), 900]
    assert work.turns[-1].text == "text of m900"


async def test_the_floor_moves_up_only_and_is_told_for_its_question(store: Conversations) -> None:
    lease = await led(store, Q1, Q2, Q3)
    await finish_after_reading(store, lease, Q1)
    assert await read(store, lease) == ["m1", "m1~a", "m2"]
    await store.move_floor(lease, Q2.sent_at)
    await store.move_floor(lease, Q1.sent_at)
    work = await store.begin(lease, merge=False)
    assert work
    assert work.floor_moved
    assert [turn.id for turn in work.turns] == ["m2"]
    await finish(store, lease, answer(Q2))
    following = await store.begin(lease, merge=False)
    assert following
    assert not following.floor_moved
    assert [turn.id for turn in following.turns] == ["m2", "m2~a", "m3"]


async def finish_after_reading(store: Conversations, lease: Lease, question: Turn) -> None:
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(question))


async def test_a_question_older_than_the_floor_is_read_alone(store: Conversations) -> None:
    lease = await led(store, Q3)
    await store.begin(lease, merge=False)
    await store.move_floor(lease, Q3.sent_at)
    await submit(store, Q1)
    await submit(store, Q2, Wish.REMEMBER)
    await finish(store, lease, answer(Q3))
    assert await read(store, lease) == ["m1"]


async def test_turns_that_cannot_be_read_or_were_deleted_are_passed_over(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q3)
    await submit(store, Q1, Wish.REMEMBER)
    await submit(store, Q2, Wish.REMEMBER)
    await client.hset(H, "m1", "1,u,0|j{broken")
    await client.hset(H, "m2", "0,x,1|")
    with capture_logs() as logged:
        assert await read(store, lease) == ["m3"]
    assert [(entry["event"], entry["turn"]) for entry in logged] == [("turn_unreadable", "m1")]


async def test_a_question_that_cannot_be_read_blocks_nobody(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1, Q2)
    await client.hset(H, "m1", "1,q,0|Zzz")
    assert await read(store, lease) == ["m2"]
    await client.hset(H, "m2", "1,q,0|Zzz")
    assert await store.begin(lease, merge=False) is None


async def test_merged_questions_end_with_the_last_that_can_be_read(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1, Q3)
    await submit(store, Q2, Wish.REMEMBER)
    await client.hset(H, "m3", "1,q,0|Zzz")
    work = await store.begin(lease, merge=True)
    assert work
    assert work.questions == ("m1",)
    assert [turn.id for turn in work.turns] == ["m1"]


# What Claude has said already


async def test_what_claude_has_ended_is_there_for_a_successor(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1, Q2)
    begun = await store.begin(lease, merge=False)
    assert begun
    assert begun.ended is None
    await store.note_ended(lease, Ended("All of it.", "Besides."))
    await store.release(lease)
    other = Conversations(client, worker="w2")
    taken = await other.take(THREAD)
    assert taken
    work = await other.begin(taken, merge=False)
    assert work
    assert work.ended == Ended("All of it.", "Besides.")
    assert await other.finish(taken, answer(Q1), tokens=1, retention=MONTH)
    following = await other.begin(taken, merge=False)
    assert following
    assert following.ended is None


async def test_an_emptied_server_is_told_from_another_worker(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await client.flushall()
    with pytest.raises(Lost):
        await store.renew(lease)


async def test_what_nobody_can_read_in_the_due_set_stands_in_nobodys_way(
    hasty: Conversations, client: Any
) -> None:
    await led(hasty, Q1)
    await client.zadd(DUE, {"garbage": 1, "a:b:c:d:e": 2, THREAD.key: 3})
    with capture_logs() as lines:
        assert await hasty.due(10) == [THREAD]
    assert [line["event"] for line in lines] == ["due_unreadable"] * 2
    assert await client.zrange(DUE, 0, -1) == [THREAD.key.encode()]
