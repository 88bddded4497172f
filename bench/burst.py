"""Many answers at once: how far each is seen behind Claude's last word, and what memory they take."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from bench.readings import Reading, Readings
from bench.stage import Stage, stage

MOST_BEHIND = 1.0  # seconds, each in a thread of its own

_WORDS = "Word after word after word. "
_PIECES = 25.0  # a second in each answer, of 12 characters: as Claude writes
_PATIENCE = 120.0  # seconds; who is not done by then will not be

Seen = Callable[[str], str]
"""What stands in a thread, as one text."""


async def discord(
    environ: Mapping[str, str], *, answers: int = 40, characters: int = 1500
) -> Readings:
    """How so many *answers* at once fare on Discord, within its rates."""
    async with stage(environ, "discord", rates=True) as here:
        ana, general = here.discord.person("Ana"), here.discord.channel("general")
        _write(here, characters)
        await here.serve_discord()
        mention = f"<@{here.discord.bot_user}> question"
        threads = [
            await here.discord.say(ana, general, f"{mention} {number}.")
            for number in range(answers)
        ]

        def text(thread: str) -> str:
            with suppress(KeyError):  # it is still to be opened
                return "".join(shown.text for shown in here.discord.answers(thread))
            return ""

        behind = await _behind(here, threads, text, here.discord.changed)
        refused = sum(call.status == 429 for call in here.discord.calls)
    return _readings(f"Discord, {answers} at once", behind, refused, most=MOST_BEHIND)


async def slack(
    environ: Mapping[str, str], *, answers: int = 12, characters: int = 600
) -> Readings:
    """How so many *answers* at once fare on Slack, within its rates."""
    async with stage(environ, "slack", rates=True) as here:
        ana = here.slack.person("Ana")
        channels = [here.slack.channel(f"team-{number}") for number in range(4)]
        _write(here, characters)
        await here.serve_slack()
        mention = f"<@{here.slack.bot_user}> question"
        places = {
            await here.slack.say(ana, channel, f"{mention} {number}."): channel
            for number, channel in zip(range(answers), channels * answers, strict=False)
        }

        def text(thread: str) -> str:
            said = here.slack.thread(places[thread], thread)
            return "".join(shown.text for shown in said if shown.user == here.slack.bot_user)

        behind = await _behind(here, list(places), text, here.slack.changed)
        refused = sum(call.status == 429 for call in here.slack.calls)
    return _readings(f"Slack, {answers} at once", behind, refused, most=None)


async def memory(
    environ: Mapping[str, str], *, answers: int = 20, seconds: float = 5.0
) -> Readings:
    """What the bot has in memory after one answer, and while it writes so many on Slack."""
    async with stage(environ, "slack") as here:
        ana, general = here.slack.person("Ana"), here.slack.channel("general")
        mention = f"<@{here.slack.bot_user}> hello"
        here.claude.answers("Hello.")
        await here.serve_slack()
        first = await here.slack.say(ana, general, mention)
        await here.slack.until(lambda: here.slack.thread(general, first)[-1].text == "Hello.")
        idle = here.usage
        here.claude.answers(_WORDS * round(20 * seconds))
        here.claude.pace = _PIECES
        for _ in range(answers):
            await here.slack.say(ana, general, mention)
        await here.claude.until(lambda: here.claude.open == answers, timeout=_PATIENCE)
        await asyncio.sleep(seconds)
        busy = here.usage
        await here.bot.kill()
    size = "resident size of the bot's process"
    return (
        Reading("memory, idle", idle and idle.memory, "MB", size),
        Reading(f"memory, {answers} answers at once", busy and busy.memory, "MB", size),
    )


def _write(here: Stage, characters: int) -> None:
    here.claude.answers(lambda body: f"{_WORDS * (characters // len(_WORDS))}{_number(body)}")
    here.claude.pace = _PIECES


def _number(body: Mapping[str, object]) -> str:
    """The number of the question that *body* asks, whose answer ends with it."""
    return str(body["messages"]).rpartition("question ")[2].partition(".")[0] + "."


async def _behind(
    here: Stage, threads: Sequence[str], text: Seen, changed: Callable[[], Awaitable[None]]
) -> list[float]:
    """Seconds from Claude's last word to the whole answer on the screen, for each thread."""
    ends = {thread: f" {number}." for number, thread in enumerate(threads)}
    seen: dict[str, float] = {}
    async with asyncio.timeout(_PATIENCE):
        while len(seen) < len(threads):
            await changed()
            for thread in threads:
                if thread not in seen and text(thread).endswith(ends[thread]):
                    seen[thread] = time.monotonic()
    said = {
        _number(asked.body): here.claude.ended[number]
        for number, asked in enumerate(here.claude.requests)
    }
    return [at - said[ends[thread].strip()] for thread, at in seen.items()]


def _readings(name: str, behind: Sequence[float], refused: int, most: float | None) -> Readings:
    screen = "from Claude's last word to the whole answer on the screen"
    return (
        Reading(f"{name}, behind, median", statistics.median(behind), "s", screen),
        Reading(f"{name}, behind, worst", max(behind), "s", screen, most=most),
        Reading(f"{name}, refused", refused, "calls", "answers of 429", most=0),
    )
