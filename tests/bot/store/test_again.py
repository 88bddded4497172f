"""A question that was answered may be answered again, in the place of what stands."""

import asyncio

from structlog.testing import capture_logs

from bot.model import answer_id
from bot.store import Again, Conversations, Heard
from tests.bot.store.talk import Q1, Q2, Q3, finish, led, submit
from tests.bot.store.words import THREAD, answer


async def test_it_is_led_with_what_stood_and_its_messages(store: Conversations) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    stump = answer(Q1, "One, tw", parts=("p1", "p2"))
    await finish(store, lease, stump)
    again = await store.again(THREAD, Q1.id, Again.CONTINUE)
    assert again.heard is Heard.LEAD
    assert again.lease
    work = await store.begin(again.lease, merge=False)
    assert work
    assert (work.again, work.before, work.parts) == (Again.CONTINUE, stump, ("p1", "p2"))
    assert [turn.id for turn in work.turns] == [Q1.id]
    whole = answer(Q1, "One, two.", parts=("p1",))
    assert not await finish(store, again.lease, whole)
    assert await store.turn(THREAD, whole.id) == whole
    third = await led(store, Q2)
    work = await store.begin(third, merge=False)
    assert work
    assert [turn.text for turn in work.turns] == [Q1.text, "One, two.", Q2.text]
    assert (work.again, work.before) == (None, None)


async def test_a_successor_goes_on_with_it_too(hasty: Conversations, store: Conversations) -> None:
    lease = await led(hasty, Q1)
    await hasty.begin(lease, merge=False)
    await finish(hasty, lease, answer(Q1, "One", parts=("p1",)))
    again = await hasty.again(THREAD, Q1.id, Again.RETRY)
    assert again.lease
    await hasty.begin(again.lease, merge=False)
    await hasty.note_parts(again.lease, ["p1", "p2"])
    await asyncio.sleep(0.03)
    taken = await store.take(THREAD)
    assert taken
    work = await store.begin(taken, merge=False)
    assert work
    assert (work.again, work.parts, work.resumed) == (Again.RETRY, ("p1", "p2"), True)
    assert work.before == answer(Q1, "One", parts=("p1",))


async def test_it_is_never_merged_with_what_else_is_pending(store: Conversations) -> None:
    lease = await led(store, Q2)
    await store.begin(lease, merge=True)
    await finish(store, lease, answer(Q2))
    again = await store.again(THREAD, Q2.id, Again.RETRY)
    assert again.lease
    for other in (Q1, Q3):
        await submit(store, other)
    asked: list[tuple[tuple[str, ...], Again | None]] = []
    more = True
    while more:
        work = await store.begin(again.lease, merge=True)
        assert work
        asked.append((work.questions, work.again))
        more = await finish(store, again.lease, answer(work.turns[-1], "new"))
    assert asked == [((Q1.id,), None), ((Q2.id,), Again.RETRY), ((Q3.id,), None)]


async def test_what_has_no_answer_or_is_pending_is_not_owed_another(store: Conversations) -> None:
    async def again() -> Heard:
        return (await store.again(THREAD, Q1.id, Again.RETRY)).heard

    assert await again() is Heard.IGNORED
    lease = await led(store, Q1)
    assert await again() is Heard.REPEATED
    await store.begin(lease, merge=False)
    await finish(store, lease)
    assert await again() is Heard.IGNORED


async def test_it_is_owed_once(store: Conversations) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    assert (await store.again(THREAD, Q1.id, Again.RETRY)).heard is Heard.LEAD
    assert (await store.again(THREAD, Q1.id, Again.CONTINUE)).heard is Heard.REPEATED
    assert await store.turn(THREAD, answer_id(Q1.id)) == answer(Q1)


async def test_without_another_answer_the_one_that_stood_is_forgotten(
    store: Conversations,
) -> None:
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    again = await store.again(THREAD, Q1.id, Again.RETRY)
    assert again.lease
    await store.begin(again.lease, merge=False)
    await finish(store, again.lease, None)
    assert await store.turn(THREAD, answer_id(Q1.id)) is None


async def test_a_turn_that_was_set_aside_is_in_no_window_and_worth_no_word(
    store: Conversations,
) -> None:
    lease = await led(store, Q1, Q2)
    await store.begin(lease, merge=False)
    await finish(store, lease)
    await store.set_aside(lease, [Q1.id, "m-that-is-gone"])
    with capture_logs() as lines:
        work = await store.begin(lease, merge=False)
    assert work
    assert [turn.id for turn in work.turns] == [Q2.id]
    assert not lines
