"""Whatever is reserved, settled, lost and granted in any order, budgets are what a sum says."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import Ledger, connect
from bot.usage import Budget, Full, Reservation, Scope, Spender
from tests.bot.store.books import DAY, Clock, entry

SPENDERS = [Spender(f"slack:U{n % 2}", f"slack:C{n // 2}", "Ana") for n in range(4)]
CAPS = {0: (5, 0, 0), 1: (0, 7, 9), 2: (4, 7, 0), 3: (0, 0, 9)}
UNTIL = "bot:{usage}:until"

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 3), st.integers(0, 6)),
        st.tuples(st.just("settle"), st.integers(0, 5), st.integers(0, 6)),
        st.tuples(st.just("settle_anew"), st.integers(0, 3), st.integers(0, 6)),
        st.tuples(st.just("release"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("die"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("grant"), st.integers(0, 11), st.integers(0, 6)),
        st.tuples(st.just("midnight"), st.just(0), st.just(0)),
    ),
    max_size=30,
)
Key = tuple[date, Scope]


@dataclass
class Model:
    """Budgets as sums over everything that happened; and what of it the ledger is to say."""

    spent: Counter[Key] = field(default_factory=Counter[Key])
    granted: Counter[Key] = field(default_factory=Counter[Key])
    told: dict[Key, int] = field(default_factory=dict[Key, int])
    live: dict[str, tuple[date, int, tuple[Scope, ...]]] = field(default_factory=dict[str, Any])
    dead: set[str] = field(default_factory=set[str])
    settled: set[str] = field(default_factory=set[str])

    def spend(self, day: date, spender: Spender, cost: int) -> None:
        """A call of *spender* cost so much."""
        self.spent.update({(day, scope): cost for scope in spender.scopes})

    def held(self, day: date, scope: Scope) -> int:
        """What is set aside in *scope* on *day* for calls that have not ended."""
        return sum(
            amount for on, amount, scopes in self.live.values() if on == day and scope in scopes
        )

    def reserve(self, day: date, budgets: tuple[Budget, ...]) -> Full | Reservation:
        """What the ledger is to say; of a reservation, only what is near."""
        for id_ in self.dead:
            self.live.pop(id_, None)
        capped = [
            (key, budget.cap + self.granted[key])
            for budget in budgets
            for key in [(day, budget.scope)]
            if budget.cap
        ]
        fulls = [
            Full(key[1], day, cap, self.spent[key], self.held(*key))
            for key, cap in capped
            if self.spent[key] + self.held(*key) >= cap
        ]
        if fulls:
            return min(fulls, key=lambda full: full.for_now)
        near = [(key, cap) for key, cap in capped if 5 * self.spent[key] >= 4 * cap]
        fresh = [(key, cap) for key, cap in near if self.told.get(key) != cap]
        self.told |= dict(fresh)
        return Reservation(
            "", day, 0, *(tuple(key[1] for key, _ in some) for some in (near, fresh))
        )


class Stage:
    """A ledger and its model, side by side."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.clock = Clock()
        self.ledger = Ledger(client, clock=self.clock)
        self.model = Model()
        self.reservations: list[tuple[Reservation, Spender]] = []
        self.turns = 0

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock.at, UTC).date()

    async def reserve(self, who: int, amount: int) -> None:
        spender = SPENDERS[who]
        budgets = tuple(map(Budget, spender.scopes, CAPS[who]))
        expected = self.model.reserve(self.today, budgets)
        outcome = await self.ledger.reserve(amount, budgets)
        if isinstance(outcome, Reservation):
            assert outcome.amount == amount
            self.model.live[outcome.id] = (self.today, amount, spender.scopes)
            self.reservations.append((outcome, spender))
            outcome = replace(outcome, id="", amount=0)
        assert outcome == expected

    async def settle(self, which: int, cost: int) -> None:
        """A call ends: one that runs, one that was settled before, one given up for dead."""
        if self.reservations:
            reservation, spender = self.reservations[which % len(self.reservations)]
            one = entry(reservation.id, spender, cost)
            fresh = reservation.id not in self.model.settled
            assert await self.ledger.settle(reservation, one) is fresh
            if fresh:
                self.model.settled.add(reservation.id)
                self.model.spend(reservation.day, spender, cost)
            self.model.live.pop(reservation.id, None)

    async def settle_anew(self, who: int, cost: int) -> None:
        """A call ends that nothing was reserved for."""
        self.turns += 1
        assert await self.ledger.settle(None, entry(f"t{self.turns}", SPENDERS[who], cost))
        self.model.spend(self.today, SPENDERS[who], cost)

    async def release(self, which: int, _: int) -> None:
        if self.reservations:
            reservation, _spender = self.reservations[which % len(self.reservations)]
            await self.ledger.release(reservation)
            self.model.live.pop(reservation.id, None)

    async def die(self, which: int, _: int) -> None:
        """A worker is gone, and its time runs out."""
        if self.reservations:
            reservation, _spender = self.reservations[which % len(self.reservations)]
            await self.client.zadd(UNTIL, {reservation.id: 1}, xx=True)
            self.model.dead.add(reservation.id)

    async def grant(self, where: int, amount: int) -> None:
        self.turns += 1
        scope = SPENDERS[where % 4].scopes[where // 4]
        self.model.granted[self.today, scope] += amount
        granted = await self.ledger.grant(scope, amount, occasion=f"click {self.turns}")
        assert granted == self.model.granted[self.today, scope]

    async def midnight(self, *_: int) -> None:
        self.clock.at += DAY


async def play(store_url: str, steps: list[tuple[str, int, int]]) -> None:
    async with connect(store_url, name="test") as client:
        stage = Stage(client)
        await stage.client.flushall()
        for name, which, amount in steps:
            await getattr(stage, name)(which, amount)
        for reservation, _ in stage.reservations:
            await stage.ledger.release(reservation)
        assert not await client.exists("bot:{usage}:held", "bot:{usage}:reserved", UNTIL)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_budgets_are_what_a_sum_says(server_url: str, steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(play(server_url, steps))
