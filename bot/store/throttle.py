"""Shell: when each process on one store may ask Claude: limits, a pause, a circuit, by model."""

import asyncio
import itertools
import secrets
from collections.abc import Iterator
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.manners import Hold, Leave, Ticket
from bot.model import Request, Usage
from bot.prompting import weigh_prompt
from bot.quota import Quota
from bot.retry import Failure, Trouble, asked_for
from bot.store.scripts import Arg, Runner, metering

log = structlog.get_logger(__name__)

PROMPT = 1.0  # seconds that the store may take; it is asked while a person waits
RECOVERING = 5.0  # seconds that a store which did not answer is left alone

ENOUGH = 5  # failures in a row that open the circuit; one conversation alone hardly gets there
WINDOW = 10_000  # ms that such a row may last
PROBING = 1.0  # seconds between two attempts while the circuit is open
LONGEST_OPEN = 60_000  # ms that it stays so when nobody asks any more
LONGEST_PAUSE = 60.0  # seconds: the wait that people have patience for where nobody sets another
FRESH = 60.0  # seconds, in which every bucket of the API fills: what it told before may be wrong

_GO = Leave(hold=None, wait=0.0, trouble=Trouble.RATE_LIMITED, probe=False)


class Throttle:
    """The manners that every process on the server of *client* shares, by its clock.

    A model has limits once the API has told them; until then, and where the store is away, every
    attempt may go. Of what the API tells, less is believed at once, more comes by itself as time
    goes by. While the circuit is open, an attempt goes every *probing* seconds. A store that did
    not answer is left alone for *recovering* seconds.

    Nobody pauses for more than *longest_pause* seconds, whatever the API asks for: behind that one
    attempt at a time finds out how it is. Limits that were not told of for *fresh* seconds hold
    nobody back for longer than it takes one attempt to be told of them.
    """

    def __init__(
        self,
        client: Redis,
        *,
        longest_pause: float = LONGEST_PAUSE,
        fresh: float = FRESH,
        probing: float = PROBING,
        recovering: float = RECOVERING,
    ) -> None:
        self._longest_pause = longest_pause
        self._fresh = round(fresh * 1000)
        self._probing = round(probing * 1000)
        self._recovering = recovering
        self._runner = Runner(client)
        nonce = secrets.token_hex(8)
        self._numbers = (f"{nonce}-{count}" for count in itertools.count())
        self._away_until: float | None = None  # by the loop's clock; None: the store answers

    def ticket(self, request: Request) -> Ticket:
        """A ticket for one attempt at *request*."""
        return Ticket(request.tier.model, next(self._numbers), weigh_prompt(request))

    async def admit(self, ticket: Ticket, *, patience: float) -> Leave:
        """Whether the attempt may go; its place in the queue is *patience* seconds away at most."""
        asked = (ticket.weight, round(patience * 1000), self._probing, LONGEST_OPEN, self._fresh)
        reply = await self._run("admit", ticket, *asked)
        if reply is None:
            return _GO
        word, wait, why = reply[0].decode(), reply[1] / 1000, reply[2].decode()
        hold = None if word in {"go", "probe"} else Hold(word)
        trouble = Trouble(why) if why else Trouble.RATE_LIMITED
        return Leave(hold, wait, trouble, probe=word == "probe")

    async def opened(self, ticket: Ticket, quota: Quota | None) -> None:
        """The API has begun to answer: correct the limits by *quota*, close the circuit."""
        reply = await self._run("opened", ticket, *_told(quota))
        if reply and reply[0]:
            log.info("circuit_closed", model=ticket.model)

    async def spent(self, ticket: Ticket, usage: Usage) -> None:
        """The answer has ended: what *usage* says instead of what was estimated."""
        prompt = usage.input + usage.cache_write  # a cache that is read counts in no limit
        await self._run("spent", ticket, 1, prompt, usage.output, ticket.weight)

    async def failed(self, ticket: Ticket, failure: Failure, *, begun: bool) -> bool:
        """The attempt failed; whether the circuit is open by now, for all."""
        asked = (asked_for(failure) or 0.0) if failure.ailing else 0.0
        pause, is_cut = min(asked, self._longest_pause), asked > self._longest_pause
        head = (int(begun), int(failure.ailing), failure.trouble.value, round(pause * 1000))
        if is_cut:
            log.warning("pause_cut", model=ticket.model, asked=round(asked), pause=round(pause))
        rules = (ENOUGH, WINDOW, self._probing, LONGEST_OPEN)
        reply = await self._run("failed", ticket, *head, int(is_cut), *rules, *_told(failure.quota))
        if reply and reply[1]:
            log.warning("circuit_opened", model=ticket.model, trouble=failure.trouble.value)
        return bool(reply and reply[0])

    async def withdraw(self, ticket: Ticket) -> None:
        """The attempt is not made: what was taken for it is free."""
        await self._run("spent", ticket, 0, 0, 0, "")

    async def _run(self, name: str, ticket: Ticket, *args: Arg) -> list[Any] | None:
        """What script *name* answers, None where the store does not: nobody waits for manners."""
        clock = asyncio.get_running_loop().time
        if self._away_until is not None and clock() < self._away_until:
            return None
        try:
            async with asyncio.timeout(PROMPT):
                reply = await self._runner.run(metering(name), _keys(ticket), list(args))
        except (StoreAway, TimeoutError) as error:
            if self._away_until is None:
                log.warning("manners_not_shared", reason=str(error) or "slow")
            self._away_until = clock() + self._recovering
            return None
        if self._away_until is not None:
            log.info("manners_shared_again")
            self._away_until = None
        return reply


def _keys(ticket: Ticket) -> list[str]:
    """The keys of a model, all in one hash slot."""
    slot = f"bot:{{claude:{ticket.model}}}"
    kinds = ("levels", "pause", "circuit", "failures", f"ticket:{ticket.number}")
    return [f"{slot}:{kind}" for kind in kinds]


def _told(quota: Quota | None) -> Iterator[Arg]:
    for allowance in (quota.requests, quota.input, quota.output) if quota else (None,) * 3:
        yield from (allowance.limit, allowance.left) if allowance else ("", "")
    yield (quota.organization if quota else None) or ""
