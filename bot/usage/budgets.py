"""Pure: budgets in dollars a day, and what comes of reserving some of them before a call."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.prices import nano
from bot.usage.tally import Scope, Spender


@dataclass(frozen=True, slots=True)
class Budget:
    """At most *cap* nano-dollars a day in *scope*; 0 is no limit."""

    scope: Scope
    cap: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """*amount* nano-dollars set aside on *day* for one call, until it is settled or runs out.

    *near* are the scopes that have spent 80 % of their budget or more, *fresh* those of them of
    which nobody was told so far today.
    """

    id: str
    day: date
    amount: int
    near: tuple[Scope, ...] = ()
    fresh: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Full:
    """Nothing was reserved: *scope* has *spent* and *held* for running calls all of its *cap*.

    *cap* has in it what was granted for the day. Amounts are nano-dollars.
    """

    scope: Scope
    day: date
    cap: int
    spent: int
    held: int

    @property
    def for_now(self) -> bool:
        """Whether room may be left again once the calls that run are settled."""
        return self.spent < self.cap

    @property
    def resets_at(self) -> datetime:
        """When the next day's budget begins."""
        return resets_at(self.day)


def budgets(
    spender: Spender, *, user: float, channel: float, total: float
) -> tuple[Budget, Budget, Budget]:
    """The budgets that an answer to *spender* counts in, from USD a day; 0 is no limit.

    A limit too small to be counted in nano-dollars is the smallest that can be.
    """
    caps = (max(nano(usd), 1) if usd else 0 for usd in (user, channel, total))
    mine, here, all_ = (Budget(*one) for one in zip(spender.scopes, caps, strict=True))
    return mine, here, all_


def resets_at(day: date) -> datetime:
    """The end of *day* in UTC, when the budgets of the next one begin."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
