"""Whatever the order in which things happen, each question is answered once, and in its place."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Turn, Wish
from bot.store import Conversations, Heard, Lease, connect
from tests.bot.store.words import MONTH, THREAD, answer, said

ARRIVALS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(Wish)), max_size=12)
SCRIPTED = st.lists(
    st.sampled_from(["hear", "begin", "finish", "die", "sweep", "release", "quiet", "wake"]),
    max_size=40,
)


class Stage:
    """Two workers and a conversation: what was asked, and what was answered with which turns."""

    def __init__(self, client: Any, arrivals: list[tuple[int, Wish]]) -> None:
        self.client = client
        self.workers = [Conversations(client, worker="w0"), Conversations(client, worker="w1")]
        self.arrivals = arrivals
        self.lease: Lease | None = None
        self.begun: tuple[Turn, ...] = ()
        self.asked: set[int] = set()
        self.remembered: set[int] = set()
        self.answered: list[int] = []
        self.is_quiet = False
        self.woken = -1

    @property
    def store(self) -> Conversations:
        """The worker whose turn it is."""
        return self.workers[0]

    async def hear(self) -> None:
        """The next message arrives, perhaps again, perhaps with another wish."""
        if not self.arrivals:
            return
        at, wish = self.arrivals.pop()
        heard = await self.store.submit(THREAD, said(f"m{at}", at), wish, tokens=1, retention=MONTH)
        self.lease = heard.lease or self.lease
        if wish in {Wish.JOIN, Wish.FOLLOW} and (self.is_quiet or at <= self.woken):
            wish = Wish.REMEMBER
        if wish is Wish.JOIN:
            wish = Wish.ANSWER
        ours = wish is Wish.ANSWER or bool(self.asked)
        if ours and at not in self.asked | self.remembered:
            assert heard.heard is not Heard.IGNORED
            context = wish is Wish.REMEMBER or (wish is Wish.FOLLOW and at < min(self.asked))
            (self.remembered if context else self.asked).add(at)
        elif wish is Wish.ANSWER and at in self.remembered:
            self.remembered.discard(at)
            self.asked.add(at)
        elif at not in self.asked | self.remembered:
            assert heard.heard is Heard.IGNORED

    async def quiet(self) -> None:
        """Somebody asks us to be quiet."""
        switched = await self.store.follow_ups.off(THREAD, retention=MONTH)
        assert switched is not self.is_quiet
        self.is_quiet = True

    async def wake(self) -> None:
        """Somebody wakes us: what was said so far stays as it is."""
        if await self.store.follow_ups.on(THREAD, retention=MONTH):
            assert self.is_quiet
            self.is_quiet = False
            self.woken = max(self.asked | self.remembered, default=self.woken)

    async def begin(self) -> None:
        """The worker looks what to answer: it reads what was said until then, in order."""
        if self.lease is None:
            return
        work = await self.store.begin(self.lease, merge=False)
        assert work
        question = work.turns[-1].sent_at
        known = self.asked | self.remembered
        earlier = [said(f"m{at}", at) for at in sorted(known)]
        expected: list[str] = []
        for turn in (turn for turn in earlier if turn.sent_at <= question):
            expected.append(turn.id)
            if int(turn.id[1:]) in self.answered and turn.sent_at < question:
                expected.append(answer(turn).id)
        assert [turn.id for turn in work.turns] == expected
        self.begun = work.turns

    async def finish(self) -> None:
        """The worker has answered."""
        if self.lease is None or not self.begun:
            return
        question = self.begun[-1]
        more = await self.store.finish(self.lease, answer(question), tokens=1, retention=MONTH)
        self.answered.append(int(question.id[1:]))
        assert more == (len(self.answered) < len(self.asked))
        self.begun = ()
        self.lease = self.lease if more else None

    async def release(self) -> None:
        """The worker lets go of what it leads."""
        if self.lease is not None:
            await self.store.release(self.lease)
            self.lease, self.begun = None, ()

    async def die(self) -> None:
        """The worker hands over and another is there in its place, as after a restart."""
        await self.release()
        self.workers.reverse()

    async def sweep(self) -> None:
        """The worker takes over what nobody leads."""
        self.lease = await self.store.take(THREAD) or self.lease


async def play(store_url: str, arrivals: list[tuple[int, Wish]], steps: list[str]) -> None:
    async with connect(store_url, name="test") as client:
        stage = Stage(client, arrivals)
        await stage.client.flushall()
        for step in steps:
            await getattr(stage, step)()
        while stage.arrivals:
            await stage.hear()
        await stage.sweep()
        while stage.lease:
            await stage.begin()
            await stage.finish()
        assert sorted(stage.answered) == sorted(stage.asked)


@given(ARRIVALS, SCRIPTED)
@settings(max_examples=25, deadline=None)
def test_each_question_is_answered_once_and_in_its_place(
    server_url: str, arrivals: list[tuple[int, Wish]], steps: list[str]
) -> None:
    asyncio.run(play(server_url, arrivals, steps))
