"""What the tests of conversations say and ask for."""

from bot.model import Turn, Wish
from bot.store import Conversations, Heard, Lease
from tests.bot.store.words import MONTH, THREAD, said

Q1, Q2, Q3 = said("m1", 1), said("m2", 2), said("m3", 3)
H, Q, M = (f"bot:{{{THREAD.key}}}:{kind}" for kind in "hqm")


async def submit(store: Conversations, turn: Turn, wish: Wish = Wish.ANSWER) -> Heard:
    return (await store.submit(THREAD, turn, wish, tokens=1, retention=MONTH)).heard


async def led(store: Conversations, *turns: Turn) -> Lease:
    """The lease that the first of *turns* gets, all of them being questions."""
    submitted = await store.submit(THREAD, turns[0], Wish.ANSWER, tokens=1, retention=MONTH)
    assert submitted.lease
    for turn in turns[1:]:
        assert await submit(store, turn) is Heard.QUEUED
    return submitted.lease


async def finish(store: Conversations, lease: Lease, answered: Turn | None = None) -> bool:
    return await store.finish(lease, answered, tokens=1, retention=MONTH)


async def read(store: Conversations, lease: Lease, *, merge: bool = False) -> list[str]:
    """The ids of the turns that the next answer reads."""
    work = await store.begin(lease, merge=merge)
    assert work
    return [turn.id for turn in work.turns]
