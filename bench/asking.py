"""A question asked, and how long its answer takes to be seen whole."""

import time

from bench.stage import Stage
from sandbox import discord, slack

ANSWER = "A short answer, and that is all of it."

_PATIENCE = 60.0  # seconds; an answer that takes longer is no measurement


async def answered_on_discord(here: Stage, person: discord.Person, channel: str) -> float:
    """Seconds from a mention in *channel* to the whole answer in the thread that it opens.

    Raises `sandbox.discord.NotSeen` where it takes more than a minute.
    """
    began = time.monotonic()
    mention = f"<@{here.discord.bot_user}> how are we doing?"
    thread = await here.discord.say(person, channel, mention)
    await here.discord.until(lambda: here.discord.answers(thread)[-1].text == ANSWER, _PATIENCE)
    return time.monotonic() - began


async def answered_on_slack(here: Stage, person: slack.Person, channel: str) -> float:
    """Seconds from a mention in *channel* to the whole answer in its thread.

    Raises `sandbox.slack.NotSeen` where it takes more than a minute.
    """
    began = time.monotonic()
    mention = f"<@{here.slack.bot_user}> how are we doing?"
    thread = await here.slack.say(person, channel, mention)
    await here.slack.until(lambda: here.slack.thread(channel, thread)[-1].text == ANSWER, _PATIENCE)
    return time.monotonic() - began
