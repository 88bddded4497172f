"""Shell: the money side of an answer: set aside before Claude is asked, settled behind it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot import prices, prompting
from bot.asking import Answer
from bot.errors import ParleyError, StoreAway
from bot.model import Author, Conversation, Request, Tier, Turn, Usage, person_id
from bot.settings import BudgetsTable
from bot.store import Ledger
from bot.usage import (
    TOTAL,
    Budget,
    Call,
    Entry,
    Full,
    Report,
    Reservation,
    Scope,
    Spender,
    Within,
    budgets,
)

log = structlog.get_logger(__name__)

PATIENCE: Final = 20.0  # seconds: about as long as an answer that holds some of a budget takes
_LOOK: Final = 1.0  # seconds between two looks whether it has been settled

_NOBODY: Final = Author("nobody", "nobody")

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")

Ask = Callable[[Request], Awaitable[Answer]]


class OverBudget(ParleyError):
    """Nothing of a budget can be had for an answer: *full* says of which, and whether for now."""

    def __init__(self, full: Full) -> None:
        kind = "held" if full.for_now else full.scope.within.value
        super().__init__(f"budget.{kind}", resets=f"{full.resets_at:%Y-%m-%d %H:%M}")
        self.full = full


@dataclass(frozen=True, slots=True)
class Paid:
    """An answer that is paid for.

    *lesser* is the tier that was asked instead, for a budget of which nobody was told so far today
    that it nears its end; None where there is nothing of the kind to tell.
    """

    answer: Answer
    lesser: Tier | None


def spender_of(question: Turn, conversation: Conversation, settings_place: str) -> Spender:
    """Who pays for the answer to *question*, and where."""
    author = question.author or _NOBODY
    user = person_id(conversation.platform, author)
    return Spender(user, settings_place, prompting.plain(author.name))


class Spending:
    """Keeps what answers cost within the budgets of *table*, across all processes.

    A call waits up to *patience* seconds for what running ones hold of a budget.
    """

    def __init__(self, ledger: Ledger, table: BudgetsTable, *, patience: float = PATIENCE) -> None:
        self._ledger = ledger
        self._table = table
        self._patience = patience
        self._is_bounded = bool(table.user or table.channel or table.total)

    async def pay(
        self,
        request: Request,
        spender: Spender,
        call: Call,
        *,
        ask: Ask,
        lesser: Tier | None,
        said: Callable[[], str],
    ) -> Paid:
        """What *ask* answers to *request*, paid by *spender* as the call *call*.

        Once 80 % of a budget are spent, *lesser* is asked, if there is one. *said* tells what was
        said to this call so far: one that breaks off costs what it has used, as far as that can be
        told.

        Raises OverBudget, StoreAway where a budget could not be asked, and what *ask* raises.
        """
        weight = prompting.weigh_prompt(request)
        booked = await self._booked(request, spender, weight) if self._is_bounded else None
        wanted = request.tier
        near = booked is not None and bool(booked.near)
        tier = lesser if near and lesser is not None else wanted
        has_ended = False
        try:
            answer = await ask(replace(request, tier=tier))
            has_ended = True
        finally:
            if not has_ended:  # it failed or was stopped; what it has used counts all the same
                used = _so_far(said(), weight)
                entry = Entry.of(call, spender, tier, used) if used is not None else None
                await self._break_off(booked, entry)
        text = answer.draft.text()
        new = max(0, len(text) - len(request.said))
        usage = prices.settled(answer.ending.usage, tier, prompt_tokens=weight, said=new)
        await self._settle(booked, Entry.of(call, spender, tier, usage))
        _tell(answer, tier, usage, call)
        tells = booked is not None and bool(booked.fresh) and tier != wanted
        return Paid(answer, tier if tells else None)

    async def full(self, spender: Spender) -> Full | None:
        """The budget of which nothing is left for *spender*; None where all have something left."""
        found = await self._ledger.reserve(0, self._budgets(spender))
        if isinstance(found, Full):
            return found
        await self._ledger.release(found)
        return None

    async def grant(self, full: Full, occasion: str) -> None:
        """Let the scope of *full* have its whole budget once more today, once an *occasion*."""
        scope, over = full.scope, max(0, full.spent - full.cap)
        caps = {
            Within.USER: self._table.user,
            Within.CHANNEL: self._table.channel,
            Within.TOTAL: self._table.total,
        }
        amount = over + prices.nano(caps[scope.within])
        await self._ledger.grant(scope, amount, occasion=occasion)

    async def report(self, scope: Scope = TOTAL, days: int = 30) -> Report:
        """What was used in *scope* on the newest *days* days."""
        return await self._ledger.report(scope, days)

    async def _booked(self, request: Request, spender: Spender, weight: int) -> Reservation:
        amount, waited = prices.bound(request.tier, weight) or 0, 0.0
        while True:
            found = await self._ledger.reserve(amount, self._budgets(spender))
            if isinstance(found, Reservation):
                return found
            if not found.for_now or waited >= self._patience:
                raise OverBudget(found)
            await asyncio.sleep(_LOOK)
            waited += _LOOK

    async def _break_off(self, booked: Reservation | None, entry: Entry | None) -> None:
        if entry is not None:
            await self._settle(booked, entry)
        elif booked is not None:
            await self._given_back(booked)

    async def _settle(self, booked: Reservation | None, entry: Entry) -> None:
        try:
            await self._ledger.settle(booked, entry)
        except StoreAway as error:
            # The reservation runs out by itself, and the answer is not kept back for this.
            log.error("usage_lost", tier=entry.tier, error=str(error))  # noqa: TRY400  - told, not traced

    async def _given_back(self, booked: Reservation) -> None:
        try:
            await self._ledger.release(booked)
        except StoreAway as error:
            log.warning("reservation_kept", error=str(error))

    def _budgets(self, spender: Spender) -> tuple[Budget, ...]:
        table = self._table
        return budgets(spender, user=table.user, channel=table.channel, total=table.total)


def _so_far(said: str, weight: int) -> Usage | None:
    """About what a prompt of *weight* has used that was answered by *said*; None: by nothing."""
    return Usage(output=prompting.weigh(said), cache_write=weight) if said.strip() else None


def _tell(answer: Answer, tier: Tier, usage: Usage, call: Call) -> None:
    """The one line in the log that says what an answer took."""
    cost = prices.cost(usage, tier)
    log.info(
        "claude_ended",
        question=call.turn,
        tier=tier.name,
        model=tier.model,
        attempts=answer.draft.attempt,
        stop_reason=_plain(answer.ending.stop_reason),
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        usd=None if cost is None else float(prices.usd(cost)),
        first_word=round(answer.first, 3),
        seconds=round(answer.total, 3),
        request_id=_plain(answer.ending.request_id),
    )


def _plain(word: str | None) -> str | None:
    """*word*, a server's own, where it is one plain word; anything else might quote somebody."""
    return word if word is None or _WORD.fullmatch(word) else "unfit"
