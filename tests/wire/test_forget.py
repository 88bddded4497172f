"""Who has us forget them: erased everywhere, on both platforms, and read again in no thread."""

import time
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest

from bot.store import connect
from sandbox.discord import Flag
from tests.contents import contents
from tests.wire.test_discord import Guild
from tests.wire.test_slack_commands import notices, whispered
from tests.wire.test_talk import said
from tests.world import World, world

CANARY = "canary-51c"
LONG = " ".join(f"{CANARY} {number}" for number in range(700))


@pytest.fixture
async def guild(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        ana = made.discord.person("Ana-7f3")
        yield Guild(made, made.discord, ana, made.discord.channel("general"))


async def kept(store_url: str) -> Mapping[str, str]:
    """All that the store holds."""
    async with connect(store_url, name="test") as client:
        return await contents(client)


async def test_on_slack_nothing_is_left_and_no_thread_brings_it_back(
    there: World, store_url: str
) -> None:
    ben, cleo = there.slack.person("Ben"), there.slack.person("Cleo-7f3")
    root = there.slack.backfill(ben, there.general, "The plan")
    there.slack.backfill(cleo, there.general, f"We need a {CANARY}", root)
    there.slack.backfill(there.slack.bot, there.general, f"Which {CANARY}?", root)
    there.claude.answers([f"A {CANARY}.", "Indeed.", "Yes."])
    async with there.bot():
        thread = await there.ask(f"what is a {CANARY}?", person=cleo)
        await there.answered(thread, f"A {CANARY}.")
        assert CANARY in str(await kept(store_url))

        used = await there.slack.slash(cleo, there.general, "forget me")
        await there.slack.until(lambda: used.told)
        assert used.texts[0].startswith("Erased. Your messages: 1; answers to them: 1; conv")
        held = str(await kept(store_url))
        assert CANARY not in held
        assert "Cleo-7f3" not in held
        assert notices(there) == []

        await there.slack.say(ben, there.general, "and now?", thread)
        await there.answered(thread, f"A {CANARY}.", "Indeed.")
        assert [text for _, text in said(there.asked())] == ["and now?"]
        await there.ask("shall we?", root, ben)
        await there.answered(root, f"Which {CANARY}?", "Yes.")
        assert [text for _, text in said(there.asked())] == ["The plan", "shall we?"]
    assert CANARY not in str(await kept(store_url))


async def test_on_slack_who_may_not_use_us_is_forgotten_too_and_a_bare_word_tells_how(
    there: World, store_url: str
) -> None:
    guest = there.slack.person("Gast-7f3", guest=True)
    root = there.slack.backfill(guest, there.general, f"We need a {CANARY}")
    there.claude.answers("Yes.")
    async with there.bot():
        await there.ask("shall we?", root)
        await there.answered(root, "Yes.")
        assert CANARY in str(await kept(store_url))
        await there.slack.say(there.ana, there.general, "!forget", root)
        await there.slack.until(lambda: whispered(there, there.ana, root))
        assert "`forget`" in whispered(there, there.ana, root)[0]
        await there.slack.say(guest, there.general, "!forget me", root)
        await there.slack.until(lambda: whispered(there, guest, root))
        assert whispered(there, guest, root)[0].startswith("Erased. Your messages: 1;")
    held = str(await kept(store_url))
    assert CANARY not in held
    assert "Gast-7f3" not in held
    assert len(there.claude.requests) == 1


async def test_on_discord_an_answer_under_way_is_stopped_and_nothing_is_left(
    guild: Guild, store_url: str
) -> None:
    guild.world.claude.pace = 40
    guild.world.claude.answers(LONG)
    ben = guild.discord.person("Ben")
    async with guild.world.bot():
        thread = await guild.ask(f"what is a {CANARY}?")
        await guild.until(lambda: any(one.buttons for one in guild.discord.answers(thread)))
        began = time.monotonic()
        used = await guild.discord.slash(guild.ana, guild.general, "claude forget")
        await guild.until(lambda: used.responses and not used.thinking)
        assert time.monotonic() - began < 4  # a lease is renewed every 5 s
        (told,) = used.responses
        assert told.text.startswith("Erased. Your messages: 1; answers to them: 0;")
        assert "stopped: 1." in told.text
        assert told.ephemeral
        assert Flag.EPHEMERAL in told.flags
        await guild.until(lambda: guild.discord.answers(thread)[-1].text.endswith("Stopped."))
        held = str(await kept(store_url))
        assert CANARY not in held
        assert "Ana-7f3" not in held
        guild.world.claude.answers("Hello Ben.")
        await guild.discord.say(ben, thread, f"<@{guild.discord.bot_user}> hello")
        await guild.until(lambda: guild.discord.answers(thread)[-1].text == "Hello Ben.")
    assert [text for _, text in said(guild.world.asked())] == ["hello"]


async def test_what_somebody_asked_about_a_message_goes_with_its_author(
    guild: Guild, store_url: str
) -> None:
    ben = guild.discord.person("Ben")
    guild.world.claude.answers(f"A {CANARY}.")
    plan = await guild.discord.say(guild.ana, guild.general, f"We need a {CANARY}")
    async with guild.world.bot():
        used = await guild.discord.context_menu(ben, guild.general, "Ask Claude", plan)
        await guild.until(lambda: [one.text for one in used.responses] == [f"A {CANARY}."])
        await guild.until(lambda: not used.responses[0].buttons)
        used = await guild.discord.slash(guild.ana, guild.general, "claude forget")
        await guild.until(lambda: used.responses and not used.thinking)
        assert used.responses[0].text.startswith("Erased. Your messages: 1; answers to them: 1;")
        used = await guild.discord.context_menu(ben, guild.general, "Ask Claude", plan)
        await guild.until(lambda: used.responses and not used.thinking)
        assert used.responses[0].text.startswith("Who wrote that message had me forget")
    assert len(guild.world.claude.requests) == 1
    held = str(await kept(store_url))
    assert CANARY not in held
    assert "Ana-7f3" not in held


async def test_how_long_a_channel_is_remembered_is_changed_by_who_manages_it(
    guild: Guild, store_url: str
) -> None:
    boss = guild.discord.person("Boss", manage_channels=True)
    guild.world.claude.answers(["One.", "Two."])
    async with guild.world.bot():
        thread = await guild.ask("first")
        await guild.answered(thread, "One.")
        used = await guild.discord.slash(guild.ana, guild.general, "claude settings", retention=7)
        await guild.until(lambda: used.responses and not used.thinking)
        assert used.responses[0].text.startswith("Only those who manage")
        used = await guild.discord.slash(boss, guild.general, "claude settings", retention=7)
        await guild.until(lambda: used.followups)
        assert used.followups[0].words.text.startswith("Boss set how long I remember")
        await guild.discord.say(guild.ana, thread, "second")
        await guild.answered(thread, "One.", "Two.")
    owned = [key for key in await kept(store_url) if f"{thread}}}:" in key and ":r:" not in key]
    async with connect(store_url, name="test") as client:
        lives = [await client.ttl(key) for key in owned]
    assert len(lives) == len("hzamwp")
    assert 0 < min(lives) <= max(lives) <= 7 * 24 * 3600
