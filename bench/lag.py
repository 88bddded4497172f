"""How long the bot's event loop is held up by what is large: 200 kB in one piece of an answer."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from bench.asking import ANSWER, answered_on_slack
from bench.readings import Reading, Readings
from bench.stage import Stage

MOST_LAG = 100.0  # milliseconds

_LOOK_AGAIN = 0.002  # seconds from one answer of /healthz to the next question
_PATIENCE = 60.0  # seconds for the piece to be on its way
_SETTINGS = "[tiers.general]\nmax_tokens = 64000\n"  # or Claude would end before
_LINE = "A line of **text** that says little, with `code` in it, and a word after it.\n\n"


async def measure(here: Stage, *, characters: int = 200_000, seconds: float = 5.0) -> Readings:
    """How long `/healthz` takes while so many *characters* come at once, and are split and shown.

    To show them takes minutes within Slack's rates; the first *seconds* of it are measured.
    """
    ana, general = here.slack.person("Ana"), here.slack.channel("general")
    (here.folder / "bot.toml").write_text(_SETTINGS)
    here.claude_says(ANSWER)
    await here.serve()
    await answered_on_slack(here, ana, general)
    async with _looking(here) as quiet:
        await asyncio.sleep(seconds)
    here.claude_says(_LINE * (characters // len(_LINE)), chunk=characters)
    number = len(here.claude.requests)
    async with _looking(here) as large:
        await here.slack.say(ana, general, f"<@{here.slack.bot_user}> write a book")
        await here.claude.until(lambda: number in here.claude.ended, timeout=_PATIENCE)
        await asyncio.sleep(seconds)
    told = f"/healthz, {characters / 1000:,.0f} kB in one piece"
    worst = max(large) * 1000
    return (
        Reading("loop, quiet, median", statistics.median(quiet) * 1000, "ms", "/healthz"),
        Reading("loop, large answer, p99", _p99(large) * 1000, "ms", told),
        Reading("loop, large answer, worst", worst, "ms", told, most=MOST_LAG),
    )


@asynccontextmanager
async def _looking(here: Stage) -> AsyncGenerator[list[float]]:
    """Seconds that each look took, one after the other while the block runs."""
    took: list[float] = []
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_look(here, took, ended))
        yield took
        ended.set()


async def _look(here: Stage, took: list[float], ended: asyncio.Event) -> None:
    async with ClientSession(f"http://127.0.0.1:{here.port}") as http:
        while not ended.is_set():
            asked = time.monotonic()
            async with http.get("/healthz") as response:
                await response.read()
            took.append(time.monotonic() - asked)
            await asyncio.sleep(_LOOK_AGAIN)


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
