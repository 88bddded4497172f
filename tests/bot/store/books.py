"""What the ledger's tests share: people who ask, entries, and a clock that a test sets."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.store import Ledger
from bot.usage import Budget, Charge, Entry, Reservation, Spender, Tally, budgets

ANA = Spender("slack:U1", "slack:C1", "Ana")
BEN = Spender("slack:U2", "slack:C1", "Ben")
DOLLAR = 10**9
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0


@dataclass(slots=True)
class Clock:
    """Seconds since 1970, as a test says."""

    at: float = NOON

    def __call__(self) -> float:
        """The time it is."""
        return self.at


def entry(
    turn: str = "t1",
    spender: Spender = ANA,
    cost: int = DOLLAR,
    tier: str = "general",
    attempt: str = "1",
) -> Entry:
    """A call for *turn* that cost *cost* nano-dollars."""
    tally = Tally(1, 0, 100, 20, 300, 40, cost, 2 * cost)
    return Entry(Charge("slack:T1:C1:1700.1", turn, attempt), spender, tier, tally)


def caps(
    spender: Spender = ANA, user: float = 0, channel: float = 0, total: float = 0
) -> tuple[Budget, ...]:
    """The budgets of *spender* in USD a day; 0 is no limit."""
    return budgets(spender, user=user, channel=channel, total=total)


async def reserved(ledger: Ledger, amount: int, budgets: tuple[Budget, ...]) -> Reservation:
    """A reservation that must be had."""
    reservation = await ledger.reserve(amount, budgets)
    assert isinstance(reservation, Reservation), reservation
    return reservation
