"""Attempts that break, one after another: what they cost, what is told of them, what stays."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.prompting import weigh
from bot.store import Ledger, connect
from bot.usage import TOTAL, Tally
from sandbox import claude as wire
from sandbox.claude import Fault, rules
from sandbox.claude.script import Event, Script, encode, text_delta
from tests.wire.test_again import controls, press
from tests.wire.test_commands import stopped
from tests.wire.test_discord import Guild
from tests.world import World, world

TEXT = "One two three four five six seven eight nine ten, and that is the whole of it."
IMPATIENT = "[claude]\npatience_wait = 1\n"
THOUGHT = 5000  # tokens
BROKEN = "> The connection to Claude broke. The answer is unfinished."


@pytest.fixture
async def guild(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def used(there: World) -> Tally:
    """What the ledger has of today."""
    async with connect(there.environ["REDIS_URL"], name="oracle") as client:
        return (await Ledger(client).report(TOTAL, 1)).over(1)


async def asked_at_once(there: World, faults: Sequence[Fault]) -> list[tuple[str, str]]:
    """A channel and a thread for each of *faults*, which their first requests meet."""
    there.claude.faults.extend(faults)
    asked: list[tuple[str, str]] = []
    for number in range(len(faults)):
        channel = there.slack.channel(f"row{number}")
        text = f"<@{there.slack.bot_user}> count"
        asked.append((channel, await there.slack.say(there.ana, channel, text)))
    return asked


async def all_show(there: World, asked: Sequence[tuple[str, str]], text: str) -> None:
    """Return once each of the threads *asked* shows *text* alone."""

    def shown() -> bool:
        return all(
            [one.text for one in there.answers(thread, channel)] == [text]
            for channel, thread in asked
        )

    await there.slack.until(shown)


def thought_long_and_broke(script: Script) -> Script:
    """All comes, and with it what the thoughts took, but the very end."""
    spent = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": THOUGHT}}
    return [*script[:-2], Event("message_delta", spent)]


def prompts(there: World) -> int:
    """The tokens of all prompts that Claude has read."""
    return sum(rules.weight(seen.body) for seen in there.claude.requests)


async def test_attempts_that_broke_before_a_good_one_are_paid_and_logged(there: World) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.extend([wire.eof(4), wire.status(500), thought_long_and_broke])
    with capture_logs() as lines:
        async with there.bot(IMPATIENT):
            await there.answered(await there.ask("count"), TEXT)
    tally, refused = await used(there), rules.weight(there.claude.requests[1].body)
    said = weigh(TEXT[:48]) + THOUGHT + len(TEXT) // 4
    assert (tally.prompt, tally.output) == (prompts(there) - refused, said)
    assert tally.answers == 1
    (line,) = [line for line in lines if line["event"] == "claude_ended"]
    assert (line["attempts"], line["output_tokens"]) == (4, said)
    assert line["input_tokens"] + line["cache_write_tokens"] + line["cache_read_tokens"] == (
        tally.prompt
    )
    assert line["usd"] * 1e9 == pytest.approx(tally.cost)


async def test_attempts_that_all_broke_are_paid_the_longest_text_stays_and_goes_on(
    guild: Guild,
) -> None:
    there = guild.world
    there.claude.answers(TEXT)
    there.claude.faults.extend([wire.eof(5), *[wire.eof(1)] * 9])
    with capture_logs() as lines:
        async with there.bot(IMPATIENT + "patience_turn = 3\n"):
            thread = await guild.ask("count")
            await guild.answered(thread, f"{TEXT[:60].rstrip()}\n\n{BROKEN}")
            broken = len(there.claude.requests)
            tally = await used(there)
            assert broken > 1
            assert tally.prompt == prompts(there)
            assert tally.output == weigh(TEXT[:60]) + (broken - 1) * weigh(TEXT[:12])
            assert controls(guild, thread) == ["continue", "retry"]
            there.claude.faults.clear()
            there.claude.answers(TEXT[60:])
            await press(guild, thread, "continue")
            await guild.answered(thread, TEXT)
    (line,) = [line for line in lines if line["event"] == "claude_broke_off"]
    assert (line["attempts"], line["output_tokens"]) == (broken, tally.output)
    assert TEXT[:12] not in str(lines)
    assert there.asked()[1]["content"][0]["text"] == TEXT[:60]


async def test_what_is_stopped_before_its_first_word_has_cost_its_prompt(guild: Guild) -> None:
    there, gate = guild.world, asyncio.Event()
    there.claude.faults.append(wire.held(gate))
    async with there.bot():
        thread = await guild.ask("count")
        await there.claude.until(lambda: there.claude.open == 1)
        await asyncio.sleep(0.1)  # for its begin to be read
        used_ = await guild.discord.slash(guild.ana, guild.general, "claude stop")
        await stopped(guild, thread)
        assert used_.responses
    tally = await used(there)
    assert (tally.answers, tally.prompt, tally.output) == (1, prompts(there), 1)


async def test_nothing_but_pings_is_answered_by_the_next_attempt(there: World) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.append(wire.pings(60, every=0.1))
    async with there.bot(IMPATIENT + "patience_thinking = 1\n"):
        thread = await there.ask("count")
        await there.answered(thread, TEXT)
    assert len(there.claude.requests) == 2


async def test_text_for_a_block_that_never_began_is_never_shown(there: World) -> None:
    there.claude.answers(TEXT)
    stray = wire.raw(encode(text_delta("stray", 9)), 3)
    faults: list[Fault] = [stray, lambda script: [*script[:5], *script[6:]]]
    async with there.bot(IMPATIENT):
        asked = await asked_at_once(there, faults)
        await all_show(there, asked, TEXT)
        shown = [one.history for channel, thread in asked for one in there.answers(thread, channel)]
    assert "stray" not in str(shown)


async def test_one_try_is_told_as_one(there: World) -> None:
    there.claude.faults.append(wire.status(429, retry_after=86400))
    async with there.bot():
        thread = await there.ask("hello?")
        await there.answered(
            thread,
            "We have reached Claude's rate limit. I gave up after one try."
            " Please ask again in a while.",
        )
