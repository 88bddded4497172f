"""Dollars a day: asked before each call, told to who runs out, and granted by who may."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.prices import NANO
from bot.store import Ledger, connect
from bot.usage import TOTAL, Budget, Reservation, Scope, Within
from sandbox import claude as wire
from sandbox.claude import Fault
from sandbox.discord import Flag
from tests.wire.test_commands import responded
from tests.wire.test_discord import Guild
from tests.world import world

# The simulated Claude's answers cost nearly nothing at the real prices.
DEAR = """
[tiers.general]
price = { input = 1000.0, output = 1000.0, cache_write = 1000.0, cache_read = 1000.0 }
"""


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def test_a_spent_budget_is_told_with_its_reset_and_granted_anew(there: Guild) -> None:
    there.world.claude.answers("Gladly.")
    boss = there.discord.person("Boss", manage_channels=True)
    async with there.world.bot(DEAR + "[budgets]\nchannel = 0.01"):
        await there.answered(await there.ask("one"), "Gladly.")
        thread = await there.ask("two")
        await there.until(lambda: there.discord.answers(thread))
        (told,) = there.discord.answers(thread)
        assert told.text.startswith("This channel has used up its budget for today.")
        assert "00:00 UTC" in told.text
        assert len(there.world.claude.requests) == 1
        retry, grant = told.buttons

        refused = await there.discord.press(there.ana, thread, told.id, grant)
        await there.until(lambda: refused.followups)
        assert refused.followups[0].words.text.startswith("Only those who manage")
        assert Flag.EPHEMERAL in refused.followups[0].flags

        await there.discord.press(boss, thread, told.id, grant)
        await there.until(lambda: there.discord.answers(thread)[0].text.startswith("Gladly."))
        assert retry.startswith("parley:retry:")


async def test_fifteen_askers_stay_within_a_budget_and_one_answer(
    there: Guild, store_url: str
) -> None:
    there.world.claude.answers("Gladly.")
    people = [there.discord.person(f"P{number}") for number in range(15)]
    mention = f"<@{there.discord.bot_user}> hello"
    async with there.world.bot(DEAR + "[budgets]\nchannel = 0.5"):
        asked = [there.discord.say(person, there.general, mention) for person in people]
        threads = await asyncio.gather(*asked)
        await there.until(lambda: all(there.discord.answers(one) for one in threads), 30)
    async with connect(store_url, name="oracle") as client:
        whole = (await Ledger(client).report(TOTAL, 1)).over(1)
    assert 0 < whole.answers <= 15
    assert whole.answers == len(there.world.claude.ended)
    assert whole.cost <= NANO // 2 + NANO // 4  # an answer costs about a sixth of a dollar


async def test_a_wait_for_what_others_hold_of_a_budget_is_told(
    there: Guild, store_url: str
) -> None:
    there.world.claude.answers("Gladly.")
    held = Budget(Scope(Within.CHANNEL, f"discord:{there.general}"), NANO)
    async with (
        connect(store_url, name="other") as client,
        there.world.bot("[budgets]\nchannel = 1"),
    ):
        running = await Ledger(client).reserve(NANO, [held])
        assert isinstance(running, Reservation)
        thread = await there.ask("one")
        await there.until(lambda: there.discord.answers(thread))
        (told,) = there.discord.answers(thread)
        assert told.text == (
            "Answers that are being written hold what is left of a budget for today."
            " I wait for them, 18 s at most."
        )
        assert not there.world.claude.requests
        await Ledger(client).release(running)
        await there.answered(thread, "Gladly.")


async def test_a_budget_nearly_spent_is_answered_by_a_lesser_tier(there: Guild) -> None:
    there.world.claude.answers("Gladly.")
    async with there.world.bot(DEAR + "[budgets]\nuser = 0.2"):
        await there.answered(await there.ask("one"), "Gladly.")
        thread = await there.ask("two")
        await there.until(lambda: there.discord.answers(thread))
        await there.until(lambda: "lesser tier" in there.discord.answers(thread)[0].text)
    models = [request.body["model"] for request in there.world.claude.requests]
    assert models == ["claude-sonnet-5-5", "claude-haiku-5-5"]


@pytest.mark.parametrize(
    ("fault", "fallback", "last"),
    [
        (wire.status(404), "", "claude-sonnet-5-5"),
        (wire.status(529, headers={"x-should-retry": "false"}), "complex", "claude-opus-5-5"),
        (wire.status(529, headers={"x-should-retry": "false"}), "", "claude-sonnet-5-5"),
    ],
    ids=["not served", "overloaded", "overloaded, and no other stands in"],
)
async def test_where_the_lesser_tier_cannot_answer_another_does(
    there: Guild, fault: Fault, fallback: str, last: str
) -> None:
    there.world.claude.answers("Gladly.")
    there.world.claude.faults_of["claude-haiku-5-5"].extend([fault] * 3)
    toml = f'{DEAR}fallback = "{fallback}"\n[budgets]\nuser = 0.2'
    async with there.world.bot(toml):
        await there.answered(await there.ask("one"), "Gladly.")
        thread = await there.ask("two")
        await there.until(lambda: bool(there.discord.answers(thread)))
        await there.until(lambda: there.discord.answers(thread)[0].text.startswith("Gladly."))
    models = [request.body["model"] for request in there.world.claude.requests]
    assert models == ["claude-sonnet-5-5", "claude-haiku-5-5", last]


async def test_usage_is_told_to_whom_it_concerns(there: Guild) -> None:
    there.world.claude.answers("Gladly.")
    async with there.world.bot():
        await there.answered(await there.ask("one"), "Gladly.")
        used = await there.discord.slash(there.ana, there.general, "claude usage")
        await there.until(lambda: used.responses and not used.thinking)
        (mine,) = used.responses
        assert mine.ephemeral
        assert "```" in mine.text
        assert "general" in mine.text
        used = await there.discord.slash(there.ana, there.general, "claude usage", scope="total")
        await responded(there.discord, used, "Only my admins see what everybody used.")
