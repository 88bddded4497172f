"""What a person wrote is found by an index, erased without a trace, and does not come back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Author, Conversation, Ended, Turn, Wish
from bot.store import Again, Conversations, Erased, Heard, pseudonym
from bot.store.people import STEP
from tests.bot.store.talk import Q1, Q2, Q3, H, M, finish, led, read, submit
from tests.bot.store.words import MONTH, NOON, THREAD, answer, said
from tests.contents import contents, holding

ANN, BEN = pseudonym("slack:U1"), pseudonym("slack:U2")
LATER = NOON + 10**9
KINDS = ("h", "z", "q", "a", "m", "w", "p")


def ben(name: str, at: int) -> Turn:
    return replace(said(name, at, f"Ben's {name}"), author=Author("U2", "Ben"))


def keys(conversation: Conversation = THREAD) -> set[str]:
    return {f"bot:{{{conversation.key}}}:{kind}" for kind in KINDS}


async def talked(store: Conversations) -> None:
    """Ann and Ben have each asked something, and were answered."""
    lease = await led(store, Q1, ben("m2", 2))
    await store.begin(lease, merge=False)
    assert await finish(store, lease, answer(Q1, "to Ann", parts=("p1", "p2")))
    await store.begin(lease, merge=False)
    assert not await finish(store, lease, answer(ben("m2", 2), "to Ben"))


async def test_turns_of_a_person_and_what_was_answered_to_them_are_erased(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=1, answered=1)
    assert not await holding(client, "Ann", "text of m1", "p1", "p2", ANN + " ")
    submitted = await store.submit(THREAD, Q3, Wish.ANSWER, tokens=1, retention=MONTH)
    assert submitted.lease
    assert await read(store, submitted.lease) == ["m2", "m2~a", "m3"]


async def test_what_was_said_later_stays(store: Conversations) -> None:
    lease = await led(store, Q1, Q2)
    assert await store.people.erase(THREAD, ANN, Q1.sent_at) == Erased(said=1, owed=1)
    assert await store.turn(THREAD, "m2") == Q2
    await store.release(lease)


async def test_erased_twice_is_erased_once(store: Conversations) -> None:
    await talked(store)
    both = await asyncio.gather(*(store.people.erase(THREAD, ANN, LATER) for _ in range(2)))
    assert sorted(both, key=lambda one: one.said) == [Erased(), Erased(1, 1)]


async def test_an_erased_message_that_is_told_again_is_known(store: Conversations) -> None:
    await talked(store)
    await store.people.erase(THREAD, ANN, LATER)
    assert await submit(store, Q1) is Heard.REPEATED
    assert await store.again(THREAD, "m1", Again.RETRY) == await store.again(
        THREAD, "m1", Again.CONTINUE
    )
    assert (await store.again(THREAD, "m1", Again.RETRY)).heard is Heard.IGNORED


async def test_a_question_that_waits_is_stopped_and_leaves_no_word(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1, Q2)
    await store.begin(lease, merge=False)
    await store.note_ended(lease, Ended("said to Ann", None))
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=2, owed=2)
    await store.note_ended(lease, Ended("said to Ann", None))
    assert not await holding(client, "Ann", "text of", "said to")
    assert await store.renew(lease)
    for more in (True, False):
        work = await store.begin(lease, merge=True)
        assert work
        assert work.stopped
        assert [turn.text for turn in work.turns] == [""]
        assert await finish(store, lease, answer(work.turns[-1], "cut")) is more
    assert not await holding(client, "cut")
    assert await submit(store, Q2) is Heard.REPEATED


async def test_a_question_that_was_stopped_takes_no_other_along(store: Conversations) -> None:
    lease = await led(store, ben("m1", 1), Q2, ben("m3", 3))
    await store.people.erase(THREAD, ANN, LATER)
    for asked in (("m1",), ("m2",), ("m3",)):
        work = await store.begin(lease, merge=True)
        assert work
        assert (work.questions, work.stopped) == (asked, asked == ("m2",))
        await finish(store, lease)


async def test_an_answer_to_several_is_each_ones(store: Conversations) -> None:
    lease = await led(store, Q1, ben("m2", 2))
    await store.begin(lease, merge=True)
    await finish(store, lease, answer(ben("m2", 2)))
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=1, answered=1)
    assert await store.turn(THREAD, "m2~a") is None
    assert await store.turn(THREAD, "m2") is not None


async def test_what_somebody_quotes_is_erased_with_what_they_asked(store: Conversations) -> None:
    quoted = replace(ben("m1", 1), text="> Ann said it")
    await store.submit(
        THREAD, quoted, Wish.ANSWER, tokens=1, retention=MONTH, about=Author("U1", "Ann")
    )
    assert await store.people.places(ANN) == [THREAD]
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=1, owed=1)


async def test_forgetting_does_not_prolong_what_others_said(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    for key in keys():
        await client.expire(key, 100)
    await store.people.erase(THREAD, ANN, LATER)
    assert max([await client.ttl(key) for key in keys()]) <= 100


async def test_all_that_a_conversation_owns_ends_with_its_retention(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    await store.submit(THREAD, Q3, Wish.REMEMBER, tokens=1, retention=timedelta(days=7))
    week = 7 * 24 * 3600
    held = {key for key in await contents(client) if THREAD.key in key and ":r:" not in key}
    assert held <= keys()
    lives = [await client.ttl(key) for key in held]
    assert week - 60 < min(lives) <= max(lives) <= week


async def test_a_roll_ends_behind_the_last_of_its_conversations(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    roll = f"bot:{{{ANN}}}:in"
    month = 30 * 24 * 3600
    assert month < await client.ttl(roll) <= 2 * month + 24 * 3600
    await client.zadd(roll, {"slack:T1:C1:gone": 1})
    await store.submit(replace(THREAD, thread="2"), Q1, Wish.ANSWER, tokens=1, retention=MONTH)
    assert set(await store.people.places(ANN)) == {THREAD, replace(THREAD, thread="2")}


async def test_whoever_lets_a_conversation_live_renews_the_rolls_of_all(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    rolls = [f"bot:{{{person}}}:in" for person in (ANN, BEN)]
    await client.delete(*rolls)
    await store.submit(THREAD, ben("m8", 8), Wish.REMEMBER, tokens=1, retention=MONTH)
    assert not await client.exists(*rolls)
    year = timedelta(days=365)
    await store.submit(THREAD, ben("m9", 9), Wish.REMEMBER, tokens=1, retention=year)
    for roll in rolls:
        assert await client.ttl(roll) > year.total_seconds()


async def test_a_roll_that_was_not_noted_is_noted_when_the_message_is_told_again(
    store: Conversations, client: Any
) -> None:
    await submit(store, Q1)
    await client.delete(f"bot:{{{ANN}}}:in")  # as if the process had died before it
    await client.hdel(M, "enrolled")
    await submit(store, Q1)
    assert await store.people.places(ANN) == [THREAD]


async def test_who_came_while_others_were_enrolled_is_not_passed_over(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    await client.hdel(M, "enrolled")
    await store.people.enrol(THREAD, [LATER, ANN.encode()])
    assert not await client.hexists(M, "enrolled")
    await store.people.enrol(THREAD, [LATER, ANN.encode(), BEN.encode()])
    assert await client.hexists(M, "enrolled")


async def test_what_is_trimmed_away_leaves_the_index(client: Any) -> None:
    store = Conversations(client, most_turns=3)
    lease = await led(store, Q1)
    await store.begin(lease, merge=False)
    await finish(store, lease, answer(Q1))
    for number in range(2, 8):
        await submit(store, said(f"m{number}", number), Wish.REMEMBER)
    p, w = (f"bot:{{{THREAD.key}}}:{kind}" for kind in "pw")
    assert await client.zcard(p) == await client.hlen(w) == await client.hlen(H) == 3


async def test_a_message_on_its_way_when_its_author_is_forgotten_is_erased(
    store: Conversations, client: Any
) -> None:
    await led(store, ben("m1", 1))
    await store.people.forget(ANN, LATER)
    assert await submit(store, Q2, Wish.REMEMBER) is Heard.STORED
    assert not await holding(client, "Ann", "text of m2")
    await store.people.forget(ANN, NOON)  # a mark never goes back
    assert await store.people.forgotten([ANN, BEN]) == {ANN: LATER}


async def test_a_quote_on_its_way_when_its_author_is_forgotten_is_stopped(
    store: Conversations, client: Any
) -> None:
    await store.people.forget(ANN, LATER)
    quoted, about = replace(ben("m1", 1), text="> Ann said it"), Author("U1", "Ann")
    submitted = await store.submit(
        THREAD, quoted, Wish.ANSWER, tokens=1, retention=MONTH, about=about
    )
    assert submitted.lease
    work = await store.begin(submitted.lease, merge=False)
    assert work
    assert work.stopped
    assert not await holding(client, "Ann said")


async def test_what_no_index_leads_to_is_erased_when_it_is_read(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    await client.delete(*(f"bot:{{{THREAD.key}}}:{kind}" for kind in "wp"))
    await store.people.forget(ANN, LATER)
    submitted = await store.submit(THREAD, ben("m3", 3), Wish.ANSWER, tokens=1, retention=MONTH)
    assert submitted.lease
    assert await read(store, submitted.lease) == ["m2", "m2~a", "m3"]
    assert not await holding(client, "Ann", "text of m1", "to Ann")


async def test_a_question_of_who_is_forgotten_is_stopped_when_it_is_read(
    store: Conversations, client: Any
) -> None:
    lease = await led(store, Q1)
    await store.people.forget(ANN, LATER)
    work = await store.begin(lease, merge=False)
    assert work
    assert work.stopped
    assert not await holding(client, "Ann", "text of m1")


async def test_seeds_are_found_too(store: Conversations) -> None:
    lease = await led(store, ben("m5", 5))
    await store.seed(lease, [(Q1, 1), (ben("m2", 2), 1), (Q3, 1)], retention=MONTH)
    assert await store.people.places(ANN) == [THREAD]
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=2)


@pytest.mark.parametrize("turns", [3 * STEP + 1])
async def test_much_is_erased_in_steps(store: Conversations, client: Any, turns: int) -> None:
    lease = await led(store, ben("m0", 0))
    many = [(said(f"n{number}", number), 1) for number in range(1, turns + 1)]
    await store.seed(lease, many, retention=MONTH)
    await store.people.erase(THREAD, BEN, 0)  # the server knows the script from here on
    await client.config_resetstat()
    assert await store.people.erase(THREAD, ANN, LATER) == Erased(said=turns)
    told = (await client.info("commandstats"))["cmdstat_evalsha"]
    assert told["calls"] == turns // STEP + 1


async def test_nobodys_words_are_in_no_index(store: Conversations, client: Any) -> None:
    lease = await led(store, ben("m5", 5))
    aside = replace(Q1, id="m1~root", author=Author("chat", "the chat itself"))
    await store.seed(lease, [(aside, 1)], retention=MONTH)
    assert [key for key in await contents(client) if key.endswith(":in")] == [f"bot:{{{BEN}}}:in"]


async def test_a_reply_that_is_kept_for_a_while_holds_no_text(
    store: Conversations, client: Any
) -> None:
    await talked(store)
    again = await store.again(THREAD, "m1", Again.RETRY)
    assert again.lease
    work = await store.begin(again.lease, merge=False)
    assert work
    assert work.before == answer(Q1, "to Ann", parts=("p1", "p2"))
    await store.note_ended(again.lease, Ended("to Ann, again", None))
    work = await store.begin(again.lease, merge=False)
    assert work
    assert work.ended == Ended("to Ann, again", None)
    assert not [key for key in await holding(client, "to Ann") if ":r:" in key]
