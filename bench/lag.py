"""How long the bot's event loop is held up by what is large: 200 kB in one piece of an answer."""

import asyncio
import statistics
import time
from collections.abc import Mapping

from aiohttp import ClientSession

from bench.readings import Reading, Readings
from bench.stage import Stage, stage

MOST_LAG = 100.0  # milliseconds

_LOOK_AGAIN = 0.002  # seconds from one answer of /healthz to the next question
_LINE = "A line of **text** that says little, with `code` in it, and a word after it.\n\n"


async def measure(
    environ: Mapping[str, str], *, characters: int = 200_000, seconds: float = 5.0
) -> Readings:
    """How long `/healthz` takes while so many *characters* come at once, and are split and shown.

    That takes minutes within Slack's rates, of which the first *seconds* are measured.
    """
    async with stage(environ, "slack") as here:
        ana, general = here.slack.person("Ana"), here.slack.channel("general")
        mention = f"<@{here.slack.bot_user}> hello"
        here.claude.answers("Hello.")
        await here.serve_slack()
        first = await here.slack.say(ana, general, mention)
        await here.slack.until(lambda: here.slack.thread(general, first)[-1].text == "Hello.")
        quiet = await _looks(here, seconds / 2)
        here.claude.answers(_LINE * (characters // len(_LINE)))
        here.claude.chunk = characters
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(_looks(here, seconds))
            await here.slack.say(ana, general, mention)
        await here.bot.kill()
    told = f"/healthz, {characters / 1000:,.0f} kB in one piece"
    return (
        Reading("loop, quiet, median", statistics.median(quiet) * 1000, "ms", "/healthz"),
        Reading("loop, large answer, p99", _p99(looking.result()) * 1000, "ms", told),
        Reading(
            "loop, large answer, worst", max(looking.result()) * 1000, "ms", told, most=MOST_LAG
        ),
    )


async def _looks(here: Stage, seconds: float) -> list[float]:
    """Seconds that each look took, one after the other for so many *seconds*."""
    took: list[float] = []
    began = time.monotonic()
    async with ClientSession(f"http://127.0.0.1:{here.port}") as http:
        while (asked := time.monotonic()) < began + seconds:
            async with http.get("/healthz") as response:
                await response.read()
            took.append(time.monotonic() - asked)
            await asyncio.sleep(_LOOK_AGAIN)
    return took


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
