"""A crowd that asks a simulated Claude whose rates nobody knows beforehand."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.asking import GaveUp, ask
from bot.bill import Bill
from bot.claude import Claude
from bot.manners import Leave, Manners, Ticket
from bot.model import Effort, Message, Request, Role, Tier, Usage
from bot.quota import Quota
from bot.reply import Reply
from bot.retry import Failure, Patience, Trouble
from sandbox.claude import Claude as Simulated
from sandbox.claude import Meter, Rates

_LOOK: Final = 0.1  # seconds
TIER = Tier("simple", "claude-haiku-5-5", 16_000, Effort.LOW)


class Unmannered:
    """Manners of a crowd that has none: everybody goes, each with their own backoff."""

    def ticket(self, request: Request) -> Ticket:
        return Ticket(request.tier.model, "", 0)

    async def admit(self, ticket: Ticket, *, patience: float) -> Leave:
        return Leave(None, 0.0, Trouble.RATE_LIMITED, probe=False)

    async def opened(self, ticket: Ticket, quota: Quota | None) -> None:
        pass

    async def spent(self, ticket: Ticket, usage: Usage) -> None:
        pass

    async def failed(self, ticket: Ticket, failure: Failure, *, begun: bool) -> bool:
        return False

    async def withdraw(self, ticket: Ticket) -> None:
        pass


@dataclass
class Outcome:
    """What became of a crowd's questions."""

    answered: int
    refused: int


@dataclass
class Crowd:
    """So many callers for each process, who ask one question after another, of various lengths.

    They go on for *seconds*, and for as long as nobody was answered.
    """

    callers: int
    seconds: float
    rates: Rates
    pace: float = 0.0

    async def let_loose(self, processes: Sequence[Manners]) -> Outcome:
        """What becomes of it where each of *processes* has these manners."""
        async with Simulated() as simulated:
            simulated.meter = Meter(self.rates)
            simulated.pace = self.pace
            outcome = Outcome(0, 0)
            async with Claude(api_key=simulated.api_key, base_url=simulated.base_url) as claude:
                dice = random.Random(7)
                simulated.answers(lambda _: "word " * dice.randint(20, 80))
                callers = [
                    asyncio.ensure_future(self._go_on(claude, manners, dice, outcome))
                    for manners in processes
                    for _ in range(self.callers)
                ]
                done, _ = await asyncio.wait(callers, timeout=self.seconds)
                while not done and not outcome.answered:
                    done, _ = await asyncio.wait(callers, timeout=_LOOK)
                for caller in callers:
                    caller.cancel()
                await asyncio.wait(callers)
            assert not done, [each.exception() for each in done]
            outcome.refused = simulated.meter.refused
            return outcome

    async def _go_on(
        self, claude: Claude, manners: Manners, dice: random.Random, outcome: Outcome
    ) -> None:
        while True:
            text = "word " * dice.randint(20, 400)
            request = Request(TIER, "", (Message(Role.USER, (text,)),))
            try:
                await ask(
                    claude,
                    request,
                    Reply(),
                    user=None,
                    language="en",
                    manners=manners,
                    patience=Patience(60, 300),
                    dice=dice.random,
                    bill=Bill(request, 0),
                )
                outcome.answered += 1
            except GaveUp:
                pass
