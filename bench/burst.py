"""Many answers at once: how far each is behind Claude's last word, and what memory they take."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from bench.asking import ANSWER, answered_on_slack
from bench.readings import Reading, Readings
from bench.stage import Stage
from bench.usage import memory_of

MOST_BEHIND = 1.0  # seconds, for answers that have a thread each

_WORDS = "Word after word after word. "
_PIECES = 25.0  # a second in each answer, of 12 characters: as Claude writes
_PATIENCE = 120.0  # seconds; who is not done by then will not be

_TextOf = Callable[[str], str]


async def discord(here: Stage, *, answers: int = 40, characters: int = 1500) -> Readings:
    """How so many *answers* at once fare on Discord, each in a thread of its own."""
    ana, general = here.discord.person("Ana"), here.discord.channel("general")
    await _ready(here, characters)
    calls, asked = len(here.discord.calls), len(here.claude.requests)
    mention = f"<@{here.discord.bot_user}>"
    threads = [
        await here.discord.say(ana, general, f"{mention} question {number}.")
        for number in range(answers)
    ]

    def text_of(thread: str) -> str:
        with suppress(LookupError):  # it is still to be opened
            return "".join(shown.text for shown in here.discord.answers(thread))
        return ""

    behind = await _behind(here, threads, text_of, here.discord.changed, asked)
    refused = sum(call.status == 429 for call in here.discord.calls[calls:])
    return _readings(f"Discord, {answers} at once", behind, refused, MOST_BEHIND)


async def slack(here: Stage, *, answers: int = 12, characters: int = 600) -> Readings:
    """How so many *answers* at once fare on Slack, where all share 50 edits a minute."""
    ana = here.slack.person("Ana")
    channels = [here.slack.channel(f"team-{number}") for number in range(4)]
    await _ready(here, characters)
    calls, asked = len(here.slack.calls), len(here.claude.requests)
    mention = f"<@{here.slack.bot_user}>"
    places: dict[str, str] = {}
    for number in range(answers):
        channel = channels[number % len(channels)]
        text = f"{mention} question {number}."
        places[await here.slack.say(ana, channel, text)] = channel

    def text_of(thread: str) -> str:
        said = here.slack.thread(places[thread], thread)
        return "".join(shown.text for shown in said if shown.user == here.slack.bot_user)

    behind = await _behind(here, list(places), text_of, here.slack.changed, asked)
    refused = sum(call.status == 429 for call in here.slack.calls[calls:])
    return _readings(f"Slack, {answers} at once", behind, refused, None)


async def memory(here: Stage, *, answers: int = 20, seconds: float = 5.0) -> Readings:
    """What the bot has in memory after one answer, and *seconds* after so many began on Slack."""
    ana, general = here.slack.person("Ana"), here.slack.channel("general")
    here.claude_says(ANSWER)
    _lift_limits(here)
    await here.serve()
    await answered_on_slack(here, ana, general)
    idle = here.usage
    here.claude_says(_WORDS * round(20 * seconds), pace=_PIECES)
    for _ in range(answers):
        await here.slack.say(ana, general, f"<@{here.slack.bot_user}> hello")
    await here.claude.until(lambda: here.claude.open >= answers, timeout=_PATIENCE)
    await asyncio.sleep(seconds)
    busy = here.usage
    size = "resident size of the bot's process"
    return (
        Reading("memory, idle", memory_of(idle), "MB", size),
        Reading(f"memory, {answers} answers at once", memory_of(busy), "MB", size),
    )


def _lift_limits(here: Stage) -> None:
    """Have the bot answer one person's questions all at once; it is yet to be started."""
    (here.folder / "bot.toml").write_text("[limits]\nanswers_user = 0\nanswers_channel = 0\n")


async def _ready(here: Stage, characters: int) -> None:
    words = _WORDS * (characters // len(_WORDS))
    here.claude_says(lambda body: f"{words}{_number(body)}", pace=_PIECES)
    _lift_limits(here)
    await here.serve()


def _number(body: dict[str, Any]) -> str:
    """The number of the question that *body* asks, with its full stop; so ends its answer."""
    return str(body["messages"]).rpartition("question ")[2].partition(".")[0] + "."


async def _behind(
    here: Stage,
    threads: Sequence[str],
    text_of: _TextOf,
    changed: Callable[[], Awaitable[None]],
    asked: int,
) -> list[float]:
    """Seconds from Claude's last word to the whole answer on the screen, for each thread.

    Its number in *threads* is that of the question; the first was the request number *asked*.
    """
    ends = {thread: f" {number}." for number, thread in enumerate(threads)}
    seen: dict[str, float] = {}
    async with asyncio.timeout(_PATIENCE):
        while len(seen) < len(threads):
            await changed()
            for thread in threads:
                if thread not in seen and text_of(thread).endswith(ends[thread]):
                    seen[thread] = time.monotonic()
    requests = enumerate(here.claude.requests[asked:], start=asked)
    said = {
        f" {_number(request.body)}": here.claude.ended[number].at for number, request in requests
    }
    return [at - said[ends[thread]] for thread, at in seen.items()]


def _readings(name: str, behind: Sequence[float], refused: int, most: float | None) -> Readings:
    screen = "from Claude's last word to the whole answer on the screen"
    return (
        Reading(f"{name}, behind, median", statistics.median(behind), "s", screen),
        Reading(f"{name}, behind, worst", max(behind), "s", screen, most=most),
        Reading(f"{name}, refused", refused, "calls", "answers of 429", most=0),
    )
