"""What a thousand guilds cost while nobody speaks to us: memory, and the time of a core."""

import asyncio
from collections.abc import Mapping

from bench.asking import ANSWER, answered
from bench.population import populate
from bench.readings import Reading, Readings
from bench.stage import stage
from bench.usage import Usage

MOST_MEMORY = 50.0  # MB above a bot of one guild
MOST_CPU = 1.0  # percent of a core

_SETTLED = 3.0  # seconds; discord.py waits for guilds to come, the garbage collector for its turn


async def measure(
    environ: Mapping[str, str], *, guilds: int = 1000, seconds: float = 20.0
) -> Readings:
    """What *guilds* typical guilds cost above one, *seconds* long with nothing said."""
    one, _ = await _resting(environ, 1, seconds=0)
    many, share = await _resting(environ, guilds, seconds)
    more = None if one is None or many is None else many.memory - one.memory
    size = "resident size of the bot's process"
    return (
        Reading("memory, 1 guild", one and one.memory, "MB", size),
        Reading(f"memory, {guilds:,} guilds", many and many.memory, "MB", size),
        Reading(f"memory, {guilds:,} guilds above 1", more, "MB", size, most=MOST_MEMORY),
        Reading(
            f"idle, {guilds:,} guilds", share, "% of a core", "scheduler's clock", most=MOST_CPU
        ),
    )


async def _resting(
    environ: Mapping[str, str], guilds: int, seconds: float
) -> tuple[Usage | None, float | None]:
    """What the bot uses after its first answer, and its share of a core in percent."""
    async with stage(environ, "discord") as here:
        spots = await populate(here.discord, guilds)
        here.claude.answers(ANSWER)
        await here.serve_discord()
        # Asked behind all guilds: it has taken them in, and loaded what an answer takes.
        await answered(here, here.discord.person("Ana"), spots[0].channel)
        await asyncio.sleep(_SETTLED)
        before = here.usage
        await asyncio.sleep(seconds)
        after = here.usage
    if before is None or after is None:
        return None, None
    return after, (after.cpu - before.cpu) / seconds * 100 if seconds else None
