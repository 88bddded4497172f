"""The limiter against a simple model: who goes when, and that no stretch of time holds too much."""

import asyncio
import math
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.manners import Hold, Ticket
from bot.quota import Allowance, Quota
from bot.store import Throttle, connect

MINUTE = 60_000.0
MARGIN = 0.95
MODEL = "m"
KEYS = "bot:{claude:m}:"

LIMITS = st.integers(10, 100_000)
WEIGHTS = st.integers(1, 20_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("admit"), WEIGHTS, st.sampled_from([0.0, 5.0, 1e6])),
        st.tuples(st.just("told"), st.floats(0, 1), st.none()),
    ),
    max_size=25,
)


@dataclass
class Model:
    """What was taken and when, and the least that was told to be left: nothing else is needed."""

    limit: float
    taken: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    left: list[tuple[float, float, int]] = field(default_factory=list[tuple[float, float, int]])

    def earliest(self, now: float, cost: float) -> float:
        """The first moment at which no stretch that ends there holds more than the limit allows.

        A stretch begins when something was taken, or when the API told what was left.
        """
        fits = min(cost, self.limit)
        begins = [(at, self.limit, number) for number, (at, _) in enumerate(self.taken)]
        free = [now]
        for at, credit, number in [*begins, *self.left]:
            taken = sum(each for _, each in self.taken[number:])
            free.append(at + (taken + fits - credit) * MINUTE / self.limit)
        return max(free)


@dataclass
class Play:
    """The real limiter and the model, side by side."""

    client: Any
    throttle: Throttle
    model: Model
    number: int = 0

    async def at(self) -> float:
        return float(await self.client.hget(f"{KEYS}levels", "at"))

    async def admit(self, weight: int, patience: float) -> None:
        self.number += 1
        ticket = Ticket(MODEL, str(self.number), weight)
        leave = await self.throttle.admit(ticket, patience=patience)
        now = await self.at()
        if leave.hold is Hold.LATE:
            assert self.model.earliest(now, weight) - now > patience * 1000 - 1000
            return
        granted = float(await self.client.hget(f"{KEYS}ticket:{self.number}", "at"))
        assert math.isclose(granted, self.model.earliest(now, weight), abs_tol=2.0)
        assert (leave.hold is None) == (granted <= now)
        self.model.taken.append((now, weight))

    async def told(self, share: float, _: None) -> None:
        limit = round(self.model.limit / MARGIN)
        left = int(limit * share)
        await self.throttle.opened(Ticket(MODEL, "none", 1), told(limit, left))
        self.model.left.append((await self.at(), left * MARGIN, len(self.model.taken)))


def told(limit: int, left: int) -> Quota:
    return Quota(None, Allowance(limit, left), None)


async def play(store_url: str, limit: int, steps: list[tuple[str, Any, Any]]) -> None:
    async with connect(store_url, name="test") as client:
        stage = Play(client, Throttle(client), Model(limit * MARGIN))
        await stage.client.flushall()
        await stage.throttle.opened(Ticket(MODEL, "first", 1), told(limit, limit))
        for name, *args in steps:
            await getattr(stage, name)(*args)


@given(LIMITS, STEPS)
def test_each_goes_as_soon_as_the_limit_allows_and_no_sooner(
    server_url: str, limit: int, steps: list[tuple[str, Any, Any]]
) -> None:
    asyncio.run(play(server_url, limit, steps))
