"""Shell: what people do to answers: stop them, have them go on or written anew, pay for them."""

import asyncio
from collections.abc import Callable

import structlog

from bot import admission
from bot.model import Conversation, Turn, answer_id
from bot.ports import Caller, Control
from bot.sentences import say
from bot.settings import InForce, Settings
from bot.spending import Spending, spender_of
from bot.store import Again, Conversations, Heard, Lease, Nudges

log = structlog.get_logger(__name__)

LOOKS, LOOK = 8, 0.2  # how often, and how many seconds apart, an answer that is shown is looked for


class Pressing:
    """Does to answers what people press below them, where they may.

    *lead* begins to answer in a conversation whose lease it is given.
    """

    def __init__(
        self,
        settings: Settings,
        store: Conversations,
        nudges: Nudges,
        in_force: Callable[[str], InForce],
        spending: Spending,
        *,
        lead: Callable[[Lease], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._nudges = nudges
        self._in_force = in_force
        self._spending = spending
        self._lead = lead

    async def press(self, control: Control, turn: str, caller: Caller, language: str) -> str | None:
        """Do to the answer to *turn*, in the caller's place, what was pressed below it.

        A sentence for the caller, or None where what happens can be seen. Raises StoreAway.
        """
        if not admission.admits(self._settings.access, caller.author, caller.place.platform):
            return say("access.denied", language)
        match control:
            case Control.STOP:
                return await self._stop_one(turn, caller, language)
            case Control.CONTINUE:
                return await self._answer_again(turn, Again.CONTINUE, caller, language)
            case Control.RETRY:
                return await self._answer_again(turn, Again.RETRY, caller, language)
            case Control.GRANT:
                return await self._grant(turn, caller, language)

    async def stop_all(self, caller: Caller, language: str) -> str:
        """Stop the caller's answers in their channel; how many there were. Raises StoreAway."""
        count = 0
        for conversation in await self._store.active(caller.place):
            for question in await self._store.pending(conversation):
                if question.author is not None and question.author.id == caller.author.id:
                    count += await self._stop(conversation, question.id, caller)
        return say("stop.done", language, count=count) if count else say("stop.none", language)

    async def _stop_one(self, turn: str, caller: Caller, language: str) -> str | None:
        questions = await self._store.pending(caller.place)
        question = next((one for one in questions if one.id == turn), None)
        if question is None:
            return say("stop.ended", language)
        # Questions that are answered together end as one: each of their askers may stop that.
        merged = self._in_force(caller.settings_place).merges
        together = [one for one in questions if merged and one.sent_at <= question.sent_at]
        access = self._settings.access
        if not any(admission.may_press(access, caller, one) for one in [question, *together]):
            return say("stop.not_yours", language)
        stopped = await self._stop(caller.place, turn, caller)
        return None if stopped else say("stop.ended", language)

    async def _answer_again(
        self, turn: str, how: Again, caller: Caller, language: str
    ) -> str | None:
        question = await self._store.turn(caller.place, turn)
        refusal = await self._refusal(turn, question, caller, language)
        if refusal is not None:
            return refusal
        submitted = await self._store.again(caller.place, turn, how)
        if submitted.heard in {Heard.IGNORED, Heard.REPEATED}:
            gone = submitted.heard is Heard.IGNORED
            return say("again.none" if gone else "again.coming", language)
        log.info(
            "asked_again",
            conversation=caller.place.key,
            turn=turn,
            how=how.value,
            by=caller.author.id,
        )
        if submitted.lease is not None:
            self._lead(submitted.lease)
        return None

    async def _grant(self, turn: str, caller: Caller, language: str) -> str | None:
        question = await self._store.turn(caller.place, turn)
        if question is None:
            return say("again.none", language)
        full = await self._spending.full(spender_of(question, caller.place, caller.settings_place))
        within = full.scope.within if full is not None else None
        if not admission.may_grant(self._settings.access, caller, within):
            return say("grant.not_yours", language)
        refusal = await self._refusal(turn, question, caller, language)
        if refusal is not None:
            return refusal
        if full is not None:
            await self._spending.grant(full)
            log.info("budget_granted", scope=full.scope.key, by=caller.author.id)
        return await self._answer_again(turn, Again.RETRY, caller, language)

    async def _refusal(
        self, turn: str, question: Turn | None, caller: Caller, language: str
    ) -> str | None:
        """Why the answer to *turn* is not written again for *caller*; None where it may be."""
        answer = await self._answer(caller.place, turn)
        if question is None or answer is None or not answer.incomplete:
            return say("again.none", language)
        allowed = admission.may_press(self._settings.access, caller, question)
        return None if allowed else say("again.not_yours", language)

    async def _answer(self, place: Conversation, turn: str) -> Turn | None:
        """The answer to *turn*; its buttons may stand there a moment before the store has it."""
        for _ in range(LOOKS):
            # In this order: an answer is remembered in the moment in which its question is done.
            waiting = turn in {question.id for question in await self._store.pending(place)}
            answer = await self._store.turn(place, answer_id(turn))
            if answer is not None or not waiting:
                return answer
            await asyncio.sleep(LOOK)
        return None

    async def _stop(self, conversation: Conversation, turn: str, caller: Caller) -> bool:
        stopped = await self._store.stop(conversation, turn)
        if stopped:
            log.info("stopped", conversation=conversation.key, turn=turn, by=caller.author.id)
            await self._nudges.send(conversation)
        return stopped
