"""A question asked on Discord, and how long its answer takes to be seen whole."""

import time

from bench.stage import Stage
from sandbox.discord import Person

ANSWER = "A short answer, and that is all of it."
_PATIENCE = 60.0  # seconds; an answer that takes longer is no measurement


async def answered(stage: Stage, person: Person, channel: str) -> float:
    """Seconds from a mention in *channel* to the whole answer in the thread that it opens.

    Raises `sandbox.discord.NotSeen` where it takes more than a minute.
    """
    began = time.monotonic()
    mention = f"<@{stage.discord.bot_user}> how are we doing?"
    thread = await stage.discord.say(person, channel, mention)
    await stage.discord.until(
        lambda: stage.discord.answers(thread)[-1].text == ANSWER, timeout=_PATIENCE
    )
    return time.monotonic() - began
