"""What Discord's menu offers while somebody types, and the form for a prompt of several lines."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Person
from tests.wire.test_discord import Guild
from tests.wire.test_talk import said
from tests.world import world

BUILT_IN = ["complex", "general", "simple"]
PRESETS = ["assistant", "code-reviewer", "security-reviewer", "translator", "json"]


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def offered(there: Guild, who: Person, command: str, typed: str = "") -> list[str]:
    used = await there.discord.autocomplete(who, there.general, command, name=typed)
    await there.until(lambda: used.reply)
    return [str(choice["value"]) for choice in used.choices]


async def test_names_are_offered_to_whom_we_let_in_and_to_nobody_else(there: Guild) -> None:
    ben = there.discord.person("Ben")
    toml = f'[access]\nusers = ["discord:{there.ana.id}"]\n[tiers.legal]\neffort = "low"'
    async with there.world.bot(toml):
        names = await offered(there, there.ana, "claude tier")
        assert sorted(names) == sorted([*BUILT_IN, "legal", "auto"])
        assert await offered(there, there.ana, "claude tier", "LE") == [
            "complex",
            "simple",
            "legal",
        ]
        assert sorted(await offered(there, there.ana, "claude prompt use")) == sorted(PRESETS)
        for command in ("claude tier", "claude prompt use"):
            assert await offered(there, ben, command) == []


async def test_a_form_holds_the_prompt_in_force_for_who_may_change_it(there: Guild) -> None:
    boss = there.discord.person("Boss", manage_channels=True, locale="ja")
    async with there.world.bot('[defaults]\nprompt = "Be brief."'):
        used = await there.discord.slash(there.ana, there.general, "claude prompt set")
        await there.until(lambda: used.responses)
        assert used.responses[0].text.startswith("Only those who manage")
        assert used.responses[0].ephemeral
        assert used.modal is None
        used = await there.discord.slash(boss, there.general, "claude prompt set")
        await there.until(lambda: used.modal)
        assert field(used.modal)["value"] == "Be brief."
        assert used.modal
        assert used.modal["title"] == "チャンネルのプロンプト"


async def test_a_prompt_that_is_too_long_for_a_form_is_not_cut(there: Guild) -> None:
    boss = there.discord.person("Boss", manage_channels=True)
    async with there.world.bot(f'[defaults]\nprompt = "{"x" * 4001}"'):
        used = await there.discord.slash(boss, there.general, "claude prompt set")
        await there.until(lambda: used.modal)
        assert "value" not in field(used.modal)
        assert "too long to stand here" in field(used.modal)["placeholder"]


async def test_a_blank_is_no_question_whichever_tier_is_chosen(there: Guild) -> None:
    async with there.world.bot():
        asking = {"text": "  ", "tier": "complex"}
        used = await there.discord.slash(there.ana, there.general, "claude ask", **asking)
        await there.until(lambda: used.followups)
    assert used.followups[0].words.text.startswith("Please say what you would like to know")
    assert not there.world.claude.requests


def field(modal: dict[str, Any] | None) -> dict[str, str]:
    assert modal
    (label,) = modal["components"]
    component: dict[str, str] = label["component"]
    return component


async def test_a_prompt_that_markdown_makes_longer_is_shown_as_far_as_it_fits(there: Guild) -> None:
    boss = there.discord.person("Boss", manage_channels=True)
    async with there.world.bot():
        text = "__😀" * 400
        used = await there.discord.slash(boss, there.general, "claude prompt set", text=text)
        await there.until(lambda: used.responses and used.responses[0].text)
        used = await there.discord.slash(boss, there.general, "claude prompt show")
        await there.until(lambda: used.responses and used.responses[0].text)
    (shown,) = used.responses
    assert shown.text.startswith("The prompt here")
    assert 1900 < len(shown.text.encode("utf-16-le")) // 2 <= 2000
    assert shown.text.endswith("…")


async def test_what_a_command_says_is_decoded_as_what_a_message_says(there: Guild) -> None:
    there.world.claude.answers("Yes.")
    ana, role = there.ana.id, there.discord.app_role()
    text = f"who is <@{ana}>, <@7> or <@&{role}> in <#{there.general}> at <t:0> <:wave:55>"
    read = "who is @Ana, @somebody or @Claude in #general at 1970-01-01 00:00 UTC :wave:"
    async with there.world.bot():
        for options in ({}, {"private": True}):
            used = await there.discord.slash(
                there.ana, there.general, "claude ask", text=text, **options
            )
            await there.until(lambda: used.responses and used.responses[0].text == "Yes.")  # noqa: B023  - waited for at once
    for number in range(2):
        assert said(there.world.asked(number)) == [("user", read)]
