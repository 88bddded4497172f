"""Shell: one question put to Claude until an answer comes: its window, and what remedies help."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot import endings, prompting, retry
from bot.asking import Answer, GaveUp
from bot.errors import StoreAway
from bot.model import Request, Tier, Turn
from bot.reply import Tell
from bot.retry import Failure, Remedy
from bot.settings import InForce
from bot.store import Again, Conversations, Lease, Work

log = structlog.get_logger(__name__)

PAUSES = 3  # times that an answer which Claude interrupts itself is taken up again

Ask = Callable[[Request, int], Awaitable[Answer]]
"""Asks Claude with the patience that is left to one of so many tiers.

Raises GaveUp, OverBudget, and StoreAway where a budget could not be asked.
"""


class Inquiry:
    """What is asked of Claude for *work*, in a conversation whose lease we hold.

    *tell* takes the key of a sentence that a person should know besides, however asking ends.
    """

    def __init__(
        self,
        store: Conversations,
        lease: Lease,
        mode: InForce,
        work: Work,
        *,
        ask: Ask,
        window_tokens: int,
        tell: Tell,
    ) -> None:
        self._store = store
        self._lease = lease
        self._mode = mode
        self._work = work
        self._ask = ask
        self._window_tokens = window_tokens
        self._tell = tell
        self._turns: Sequence[Turn] = work.turns
        self._tiers = [mode.tier, *mode.stand_ins]
        self._among = len(self._tiers)
        self._tried: list[Remedy] = []
        self._attempts = 0

    @property
    def tier(self) -> Tier:
        """The tier that is asked by now."""
        return self._tiers[0]

    async def answer(self) -> Answer:
        """Claude's answer, for whichever reason it stopped; taken up again where it paused.

        Raises GaveUp where no remedy helps, Fenced, what `Ask` raises besides, and StoreAway where
        the window could not be kept.
        """
        await self._enter_window()
        before = self._work.before if self._work.again is Again.CONTINUE else None
        answer = await self._remedied(before.text if before else "")
        for _ in range(PAUSES):
            if answer.ending.stop_reason != endings.PAUSED:
                break
            answer = await self._remedied(answer.draft.text())
        # It is there and is going to be shown, whatever becomes of the notes about it.
        with contextlib.suppress(StoreAway):
            await self._learn(answer)
        return answer

    async def _enter_window(self) -> None:
        self._turns = prompting.window(self._work.turns, self._window_tokens)
        if len(self._turns) < len(self._work.turns):
            await self._move_floor()
        elif self._work.floor_moved:
            self._tell("window.moved")

    async def _remedied(self, said: str) -> Answer:
        while True:
            try:
                return await self._ask(self._request(said), self._among)
            except GaveUp as error:
                self._attempts += error.attempts
                if not await self._mend(error.failure):
                    raise GaveUp(error.failure, self._attempts) from error

    def _request(self, said: str) -> Request:
        request = prompting.request(self._turns, tier=self.tier, prompt=self._mode.prompt)
        return prompting.continued(request, said) if said.strip() else request

    async def _mend(self, failure: Failure) -> bool:
        """Whether there is something to do about *failure*, and it was done."""
        remedy = retry.remedy(failure, self._tried, stand_in=len(self._tiers) > 1)
        if remedy is None:
            return False
        self._tried.append(remedy)
        match remedy:
            case Remedy.SHRINK:
                return await self._shrink()
            case Remedy.SET_ASIDE:
                return await self._set_aside(failure)
            case Remedy.FALL_BACK:
                stayed, *self._tiers = self._tiers
                log.warning(
                    "fell_back",
                    tier=stayed.name,
                    model=stayed.model,
                    to=self.tier.name,
                    trouble=failure.trouble.value,
                    detail=failure.detail,
                )
                return True

    async def _shrink(self) -> bool:
        kept = prompting.halved(self._turns)
        if len(kept) == len(self._turns):
            return False
        self._turns = kept
        await self._move_floor()
        return True

    async def _move_floor(self) -> None:
        await self._store.move_floor(self._lease, self._turns[0].sent_at)
        log.info("floor_moved", turns=len(self._work.turns), kept=len(self._turns))
        self._tell("window.moved")

    async def _set_aside(self, failure: Failure) -> bool:
        named = prompting.at(self._turns, failure.spot) if failure.spot else ()
        aside = [turn.id for turn in named if turn.id not in self._work.questions]
        if not aside:
            return False
        self._turns = [turn for turn in self._turns if turn.id not in aside]
        log.warning("turns_set_aside", turns=aside)
        self._tell("turn.set_aside")
        # At once: whatever becomes of this question, it shall not stand in the way of the next.
        with contextlib.suppress(StoreAway):
            await self._store.set_aside(self._lease, aside)
        return True

    async def _learn(self, answer: Answer) -> None:
        """Note what this answer has taught about the conversation, for those behind it."""
        if answer.ending.stop_reason == endings.CROWDED:
            await self._shrink()
        stand_in = None if self.tier is self._mode.tier else self.tier.name
        if stand_in == self._work.stood_in:
            return
        if stand_in is not None:
            self._tell("tier.stands_in", tier=self._mode.tier.name, stand_in=stand_in)
        await self._store.note_stand_in(self._lease, stand_in)
