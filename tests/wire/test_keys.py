"""Keys that are replaced while the bot runs, and models that are asked about at its start."""

import asyncio
import os
import signal
from functools import partial
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot import app, settings
from bot.errors import SetupError
from bot.sentences import explain
from sandbox.claude import held, status
from tests.world import UNLIMITED, World

ANSWER = "Yes, all of it."


def without_key(there: World, **more: str) -> World:
    """The same world, whose bot is told its key, or a token, by a file."""
    environ = {name: value for name, value in there.environ.items() if f"{name}_FILE" not in more}
    return World(
        *(there.slack, there.discord, there.claude, there.ana, there.general),
        environ=environ | more,
        folder=there.folder,
    )


async def ask(there: World, channel: str) -> str:
    """The ts of a question in *channel*; each has its own, since Slack rations posts by channel."""
    return await there.slack.say(there.ana, channel, f"<@{there.slack.bot_user}> is it so?")


def is_answered(there: World, channel: str, thread: str) -> bool:
    return [shown.text for shown in there.answers(thread, channel)] == [ANSWER]


async def test_a_key_replaced_during_twenty_running_answers_fails_none_and_is_the_next_one(
    there: World,
) -> None:
    there.claude.keys = {"sk-ant-old": None, "sk-ant-new": None}
    there.claude.answers(ANSWER)
    there.claude.chunk = len(ANSWER)  # one post each: Slack's edits are rationed
    opened = asyncio.Event()
    there.claude.faults.extend([held(opened)] * 20)
    (there.folder / "key").write_text("sk-ant-old\n")
    channels = [there.slack.channel(f"c{number}") for number in range(21)]
    async with without_key(there, ANTHROPIC_API_KEY_FILE="key").bot(UNLIMITED):
        asked = [(channel, await ask(there, channel)) for channel in channels[:20]]
        await there.claude.until(lambda: there.claude.open == 20)
        (there.folder / "key").write_text("sk-ant-new\n")
        there.claude.keys["sk-ant-old"] = status(401)
        asked.append((channels[20], await ask(there, channels[20])))
        await there.claude.until(lambda: len(there.claude.requests) == 21)
        opened.set()
        await there.slack.until(lambda: all(is_answered(there, *one) for one in asked), timeout=10)
    assert [seen.key for seen in there.claude.requests] == ["sk-ant-old"] * 20 + ["sk-ant-new"]
    assert there.claude.refused == []


async def test_of_several_keys_the_next_one_answers_and_no_key_is_in_the_log(there: World) -> None:
    there.claude.keys = {"sk-ant-1CANARY": status(401), "sk-ant-2CANARY": None}
    there.claude.answers("Yes.")
    keys = "sk-ant-1CANARY, sk-ant-2CANARY"
    with capture_logs() as lines:
        async with there.bot(ANTHROPIC_API_KEY=keys):
            await there.answered(await there.ask("Are you there?"), "Yes.")
    assert there.claude.requests[0].key == "sk-ant-2CANARY"
    assert "key_refused" in str(lines)
    assert "CANARY" not in str(lines)
    structlog.reset_defaults()


async def test_slack_is_spoken_to_with_the_token_that_its_file_holds_by_now(there: World) -> None:
    there.claude.answers(ANSWER)
    token = there.folder / "token"
    token.write_text(there.slack.bot_token)
    async with without_key(there, SLACK_BOT_TOKEN_FILE="token").bot():
        for channel in (there.general, there.slack.channel("other")):
            thread = await ask(there, channel)
            await there.slack.until(partial(is_answered, there, channel, thread))
            there.slack.bot_token = "xoxb-replaced"
            token.write_text(there.slack.bot_token)


async def test_a_hangup_reads_the_keys_again_though_their_file_looks_the_same(
    there: World,
) -> None:
    there.claude.keys = {"sk-ant-1": None, "sk-ant-2": None}
    there.claude.answers("Yes.")
    file = there.folder / "key"
    file.write_text("sk-ant-1")
    environ = without_key(there, ANTHROPIC_API_KEY_FILE="key").environ
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(app.serve_until_signalled(settings.read(environ, there.folder)))
        await there.slack.until(lambda: there.slack.connections > 0)
        await there.answered(await there.ask("Are you there?"), "Yes.")
        seen = file.stat()
        file.write_text("sk-ant-2")
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        os.kill(os.getpid(), signal.SIGHUP)
        await there.answered(await there.ask("And now?"), "Yes.")
        os.kill(os.getpid(), signal.SIGTERM)
    assert [seen.key for seen in there.claude.requests] == ["sk-ant-1", "sk-ant-2"]


ONE_TIER = '[defaults]\ntier = "mine"\n[tiers.mine]\nmodel = "{model}"\n'


async def refused(there: World, toml: str) -> str:
    with pytest.RaisesGroup(SetupError, flatten_subgroups=True) as caught:
        async with there.bot(toml):
            pass
    [error] = caught.value.exceptions
    assert isinstance(error, SetupError)
    return explain(error)


async def told(there: World, toml: str) -> list[tuple[str, Any, Any]]:
    """What a start tells of models: the level, the tier, and the sentence."""
    with capture_logs() as lines:
        async with there.bot(toml):
            pass
    structlog.reset_defaults()
    return [(line["log_level"], line["tier"], line["sentence"]) for line in lines if "tier" in line]


async def test_a_model_that_is_retired_or_unknown_is_refused_at_start(there: World) -> None:
    there.claude.models.retire("claude-opus-5", "2026-11-20T00:00:00Z")
    sentence = await refused(there, ONE_TIER.format(model="claude-opus-5"))
    assert "tier mine (bot.toml [tiers.mine]): claude-opus-5 was retired on 2026-11-20" in sentence
    sentence = await refused(there, ONE_TIER.format(model="claude-oops-5-5"))
    assert "claude-oops-5-5 is not known to Claude's API" in sentence


async def test_a_model_that_retires_soon_is_warned_of_and_one_with_a_fallback_told_of(
    there: World,
) -> None:
    there.claude.models.announce("claude-opus-5", "2026-11-30T00:00:00Z")
    [(level, tier, sentence)] = await told(there, ONE_TIER.format(model="claude-opus-5"))
    assert (level, tier) == ("warning", "mine")
    assert "claude-opus-5 is retired on 2026-11-30" in sentence
    there.claude.models.retire("claude-opus-5", "2026-11-20T00:00:00Z")
    toml = f'{ONE_TIER.format(model="claude-opus-5")}fallback = "general"\n'
    [(level, tier, _)] = await told(there, toml)
    assert (level, tier) == ("error", "mine")


async def test_without_a_models_api_it_starts_and_warns_of_what_was_announced(
    there: World,
) -> None:
    there.claude.has_models = False
    [(level, _, sentence)] = await told(there, ONE_TIER.format(model="claude-sonnet-4-5"))
    assert level == "warning"
    assert "claude-sonnet-4-5 is retired on 2026-11-30" in sentence


async def test_a_built_in_tier_that_nobody_wants_hinders_nobody(there: World) -> None:
    there.claude.models.retire("claude-opus-5-5", "2026-11-20T00:00:00Z")
    [(level, tier, _)] = await told(there, "")
    assert (level, tier) == ("info", "complex")
