"""What five thousand messages a second that are not for us do to an answer that is asked for."""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import usage
from bench.asking import ANSWER, answered_on_discord
from bench.population import chatter, populate
from bench.readings import Reading, Readings
from bench.stage import Stage
from bench.usage import Usage

MOST_DELAY = 0.5  # seconds that the answer may come later
_ENOUGH = 0.98  # of the messages that were to be sent in time, or nothing was measured

_TICK = 0.002  # seconds between two handfuls of messages
_QUESTIONS = 5  # asked while all is quiet
_BETWEEN = 0.25  # seconds from an answer to the next question


@dataclass(frozen=True, slots=True)
class _Flooded:
    """What was seen while people talked: answers took *waits* seconds.

    The bot had *messages* to read at *rate* a second, and was at them for *seconds*, from what it
    had used *before* to *after*. This process had no core for *ours* seconds, and up to *backlog*
    messages that it had still to write to the line.
    """

    waits: tuple[float, ...]
    messages: int
    rate: float
    seconds: float
    before: Usage | None
    after: Usage | None
    ours: float | None
    backlog: int


async def measure(
    here: Stage, *, guilds: int = 1000, rate: int = 5000, seconds: float = 15.0
) -> Readings:
    """How answers fare while *rate* messages a second are told of, *seconds* long.

    They are spread over all channels and threads of *guilds* guilds.
    """
    spots = await populate(here.discord, guilds)
    said = tuple(chatter(spots, messages=min(rate, 5000)))
    here.claude_says(ANSWER)
    await here.serve()
    ana, asked = here.discord.person("Ana"), spots[0].channel
    await answered_on_discord(here, ana, asked)
    parted = usage.part(here.pid)
    try:
        quiet = [await answered_on_discord(here, ana, asked) for _ in range(_QUESTIONS)]
        flooded = await _flood(here, said, rate, seconds, asked)
    finally:
        usage.gather()
    return _readings(quiet, flooded, rate, "one core" if parted else "no core of its own")


def _readings(quiet: Sequence[float], flooded: _Flooded, rate: int, core: str) -> Readings:
    usual, worst = statistics.median(quiet), max(flooded.waits)
    each, share, waited = _costs(flooded)
    ours = None if flooded.ours is None else flooded.ours / flooded.seconds * 100
    screen = "from the question to its whole answer on the screen"
    crowd = f"{rate:,} messages a second, bot on {core}"
    return (
        Reading("messages not for us", flooded.rate, "a second", crowd, least=rate * _ENOUGH),
        Reading("answer, quiet, median", usual, "s", screen),
        Reading("answer, crowd, median", statistics.median(flooded.waits), "s", screen),
        Reading("answer, crowd, worst", worst, "s", f"{screen}, {len(flooded.waits)} asked"),
        Reading("delay by the crowd, worst", worst - usual, "s", screen, most=MOST_DELAY),
        Reading("cost of a message not for us", each, "us", "the bot's process"),
        Reading("the bot, crowd", share, "% of a core", "the bot's process"),
        Reading("the bot without a core", waited, "% of the time", "much of it spoils the rest"),
        Reading("the sandbox without a core", ours, "% of the time", "much of it spoils the rest"),
        Reading("unwritten messages, most", flooded.backlog, "messages", "the sandbox's gateway"),
    )


def _costs(flooded: _Flooded) -> tuple[float, float, float] | tuple[None, None, None]:
    """Microseconds a message, percent of a core, and percent of the time that none was free."""
    before, after = flooded.before, flooded.after
    if before is None or after is None:
        return None, None, None
    cpu, waited = after.cpu - before.cpu, after.waited - before.waited
    each = cpu / flooded.messages * 1e6
    return each, cpu / flooded.seconds * 100, waited / flooded.seconds * 100


async def _flood(
    here: Stage, said: Sequence[dict[str, Any]], rate: int, seconds: float, asked: str
) -> _Flooded:
    ana, waits = here.discord.person("Ana"), list[float]()
    before, us, began = here.usage, usage.of(os.getpid()), time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(_talk(here, said, rate, seconds))
        while not talking.done():
            waits.append(await answered_on_discord(here, ana, asked))
            await asyncio.sleep(_BETWEEN)
    # It stands behind whatever the bot has not read by now.
    waits.append(await answered_on_discord(here, ana, asked))
    after, took = here.usage, time.monotonic() - began
    now = usage.of(os.getpid())
    ours = None if us is None or now is None else now.waited - us.waited
    messages, talked, backlog = talking.result()
    rate_kept = messages / talked
    return _Flooded(tuple(waits), messages, rate_kept, took, before, after, ours, backlog)


async def _talk(
    here: Stage, said: Sequence[dict[str, Any]], rate: int, seconds: float
) -> tuple[int, float, int]:
    """How many messages were told of, in how many seconds, and the most that were unwritten."""
    began, told, backlog = time.monotonic(), 0, 0
    while (elapsed := time.monotonic() - began) < seconds:
        for number in range(told, int(elapsed * rate)):
            here.discord.faults.dispatch("MESSAGE_CREATE", said[number % len(said)])
            told = number + 1
        await asyncio.sleep(_TICK)
        backlog = max(backlog, here.discord.gateway.backlog)
    return told, time.monotonic() - began, backlog
