"""Shell: the money side of an answer: set aside before Claude is asked, settled behind it."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog

from bot import prices, prompting, statement
from bot.asking import Answer, GaveUp
from bot.bill import Bill
from bot.errors import ParleyError, StoreAway
from bot.model import Author, Conversation, Request, Tier, Turn, person_id
from bot.retry import Trouble
from bot.settings import BudgetsTable
from bot.store import Ledger
from bot.usage import (
    Budget,
    Charge,
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
_UNEXPLAINED: Final = 2  # looks, so that a third second of waiting is explained
_LAST: Final = 2.0  # seconds at the end for what could not be settled

_HALVES: Final = 2  # of the patience, where the wanted tier alone stands in for the lesser

_NOBODY: Final = Author("nobody", "nobody")

Ask = Callable[[Request, Bill, int], Awaitable[Answer]]
"""Puts a request to Claude with the patience that is left to one of so many tiers.

What that uses is written on the bill.
"""

_Debt = tuple[Reservation | None, Entry]  # what a call has used, and what was set aside for it


class OverBudget(ParleyError):
    """Nothing of a budget can be had for an answer: *full* says of which, and whether for now."""

    def __init__(self, full: Full) -> None:
        kind = "held" if full.for_now else full.scope.within.value
        super().__init__(f"budget.{kind}", resets=f"{full.resets_at:%Y-%m-%d %H:%M}")
        self.full = full


class _LesserGaveUp(Exception):
    """A tier that was asked in place of the wanted one has no answer: that one may have."""

    def __init__(self, tier: Tier, error: GaveUp) -> None:
        super().__init__()
        self.tier = tier
        self.error = error


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
        self._debts: set[_Debt] = set()  # what is being settled, or could not be
        self._numbers = itertools.count(1)  # a turn is asked again under the same lease, too

    async def pay(
        self,
        request: Request,
        spender: Spender,
        charge: Charge,
        *,
        ask: Ask,
        lesser: Tier | None,
        among: int,
        waits: Callable[[float], None],
    ) -> Paid:
        """What *ask* answers to *request*, paid by *spender* and recorded as *charge*.

        Each call is counted, however often the same *charge* is named. Once 80 % of a budget are
        spent, *lesser* is asked, if there is one whose model is served. The patience is shared
        *among* so many tiers; where that is one, so that no other stands in, the wanted tier stands
        in for an overloaded *lesser*, each with half of it. All that stands on the bill is paid:
        attempts that broke off, too, and what an answer had used when it was stopped.
        *waits* is told once that running calls hold a budget, and for how many seconds at most it
        is waited for them.

        Raises OverBudget, StoreAway where a budget could not be asked, and what *ask* raises.
        """
        called = partial(self._called, request, spender, charge, ask=ask, waits=waits)
        try:
            return await called(lesser=lesser, among=among)
        except _LesserGaveUp as failed:
            tier, gave_up = failed.tier, failed.error
        trouble = gave_up.failure.trouble
        left = _left_to_wanted(trouble, among)
        if left is None:
            raise gave_up
        log.warning("lesser_failed", tier=tier.name, model=tier.model, trouble=trouble.value)
        try:
            return await called(lesser=None, among=left)
        except GaveUp as error:
            raise GaveUp(error.failure, gave_up.attempts + error.attempts) from error

    async def keep_settled(self) -> None:
        """Settle what the store was away for once it is back, until cancelled; then a last time.

        What is owed even 2 s later is lost, and the log says how much it was. Where no budget was
        asked, it counts on the day on which it is settled.
        """
        try:
            while True:
                await asyncio.sleep(_LOOK)
                await self._settle_up()
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST):
                    await self._settle_up()
            for _, entry in self._debts:
                cost = float(prices.usd(entry.tally.cost))
                log.error("usage_lost", question=entry.charge.turn, tier=entry.tier, usd=cost)

    async def full(self, spender: Spender) -> Full | None:
        """The budget of which nothing is left for *spender*; None where all have something left."""
        return await self._ledger.full(self._budgets(spender))

    async def grant(self, full: Full) -> None:
        """Let the scope of *full* have its whole budget once more today.

        Whoever has seen the same budget full, and grants it too, grants nothing: it is open.
        """
        scope, over = full.scope, max(0, full.spent - full.cap)
        caps = {
            Within.USER: self._table.user,
            Within.CHANNEL: self._table.channel,
            Within.TOTAL: self._table.total,
        }
        amount = over + prices.nano(caps[scope.within])
        # What is granted raises the cap, so that the next time is another occasion.
        occasion = f"{scope.key}/{full.day}/{full.cap}"
        await self._ledger.grant(scope, amount, occasion=occasion)

    async def forgo(self, charge: Charge) -> None:
        """The turn of *charge* is done without it: what a dead worker held for it is given back."""
        if not self._is_bounded:
            return
        try:
            await self._ledger.forgo(charge)
        except StoreAway as error:
            log.warning("reservation_kept", error=str(error))

    async def report(self, scope: Scope, days: int = 30) -> Report:
        """What was used in *scope* on the newest *days* days."""
        return await self._ledger.report(scope, days)

    async def _called(
        self,
        request: Request,
        spender: Spender,
        charge: Charge,
        *,
        ask: Ask,
        lesser: Tier | None,
        among: int,
        waits: Callable[[float], None],
    ) -> Paid:
        """What comes of one call, booked before and settled behind it."""
        weight = prompting.weigh_prompt(request)
        call = replace(charge, attempt=f"{charge.attempt}.{next(self._numbers)}")
        booked: Reservation | None = None
        if self._is_bounded:
            amount = prices.bound(request.tier, weight) or 0
            booked = await self._booked(amount, spender, call, waits, tells=lesser is not None)
        near = booked is not None and bool(booked.near)
        asked = replace(request, tier=lesser if near and lesser is not None else request.tier)
        is_lesser = asked.tier != request.tier
        bill, ended = Bill(asked, weight), None
        try:
            ended = answer = await ask(asked, bill, _HALVES if is_lesser and among == 1 else among)
        except GaveUp as error:
            if is_lesser:
                raise _LesserGaveUp(asked.tier, error) from error
            raise
        finally:  # stopped, too: what was used is paid, whatever becomes of it
            entry = Entry.of(call, spender, asked.tier, *bill.used())
            await self._close(booked, bill, entry, ended)
            if booked is not None and is_lesser and ended is None:
                with contextlib.suppress(StoreAway):
                    await self._ledger.untold(booked)
        tells = booked is not None and bool(booked.fresh) and is_lesser
        return Paid(answer, asked.tier if tells else None)

    async def _booked(
        self,
        amount: int,
        spender: Spender,
        charge: Charge,
        waits: Callable[[float], None],
        *,
        tells: bool,
    ) -> Reservation:
        looks = 0
        while True:
            found = await self._ledger.reserve(
                amount, self._budgets(spender), charge=charge, tells=tells
            )
            if isinstance(found, Reservation):
                return found
            left = self._patience - looks * _LOOK
            if not found.for_now or left <= 0:
                raise OverBudget(found)
            if looks == _UNEXPLAINED:
                waits(left)
            await asyncio.sleep(_LOOK)
            looks += 1

    async def _close(
        self, booked: Reservation | None, bill: Bill, entry: Entry, answer: Answer | None
    ) -> None:
        """Settle *entry*, what stands on *bill*; where the store is away, once it is back."""
        if not bill.attempts:
            if booked is not None:
                await self._given_back(booked)
            return
        statement.tell(entry, bill, answer)
        self._debts.add((booked, entry))  # first of all: this may be cancelled, too
        try:
            await self._settled((booked, entry))
        except StoreAway as error:  # the answer is not kept back for this
            log.warning("usage_owed", tier=entry.tier, error=str(error))

    async def _settled(self, debt: _Debt) -> None:
        """Settle *debt*; to do that twice does no harm. Raises StoreAway."""
        await self._ledger.settle(*debt)
        self._debts.discard(debt)

    async def _settle_up(self) -> None:
        with contextlib.suppress(StoreAway):
            for debt in tuple(self._debts):
                await self._settled(debt)

    async def _given_back(self, booked: Reservation) -> None:
        try:
            await self._ledger.release(booked)
        except StoreAway as error:
            log.warning("reservation_kept", error=str(error))

    def _budgets(self, spender: Spender) -> tuple[Budget, ...]:
        table = self._table
        return budgets(spender, user=table.user, channel=table.channel, total=table.total)


def _left_to_wanted(trouble: Trouble, among: int) -> int | None:
    """Among how many tiers the patience is shared that the wanted one has, a lesser having failed.

    None where the wanted tier is not asked: it has the same *trouble*, or another stands in for it.
    A tier that nobody had to want is no reason for no answer.
    """
    if trouble is Trouble.UNSERVED:
        return among  # that took no time
    return _HALVES if trouble is Trouble.OVERLOADED and among == 1 else None
