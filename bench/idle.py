"""What a thousand guilds cost while nobody speaks to us: memory, and the time of a core."""

import asyncio

from bench.asking import ANSWER, answered_on_discord
from bench.population import populate
from bench.readings import Reading, Readings
from bench.stage import Stage
from bench.usage import Usage, memory_of

MOST_MEMORY = 50.0  # MB above a bot of one guild
MOST_CPU = 1.0  # percent of a core


async def measure(
    here: Stage, *, guilds: int = 1000, seconds: float = 20.0, settle: float = 3.0
) -> Readings:
    """What *guilds* typical guilds cost above one, *seconds* long with nothing said.

    The bot is left alone for *settle* seconds before: discord.py waits for guilds to come.
    """
    spots = await populate(here.discord, 1)
    one, _ = await _resting(here, spots[0].channel, 0.0, settle)
    await here.leave()
    here.clear()  # or it would read all that is newer than what it heard: a gap, and not at rest
    await populate(here.discord, guilds - 1)
    many, share = await _resting(here, spots[0].channel, seconds, settle)
    more = None if one is None or many is None else many.memory - one.memory
    size, clock = "resident size of the bot's process", "the scheduler's clock of the bot's process"
    return (
        Reading("memory, 1 guild", memory_of(one), "MB", size),
        Reading(f"memory, {guilds:,} guilds", memory_of(many), "MB", size),
        Reading(f"memory, {guilds:,} guilds above 1", more, "MB", size, most=MOST_MEMORY),
        Reading(f"idle, {guilds:,} guilds", share, "% of a core", clock, most=MOST_CPU),
    )


async def _resting(
    here: Stage, channel: str, seconds: float, settle: float
) -> tuple[Usage | None, float | None]:
    """What the bot uses after its first answer, and its share of a core in percent."""
    here.claude_says(ANSWER)
    await here.serve()
    # Asked behind all guilds: it has taken them in, and loaded what an answer takes.
    await answered_on_discord(here, here.discord.person("Ana"), channel)
    await asyncio.sleep(settle)
    before = here.usage
    await asyncio.sleep(seconds)
    after = here.usage
    if before is None or after is None:
        return None, None
    return after, (after.cpu - before.cpu) / seconds * 100 if seconds else None
