"""What the ear is told of what people say, over a real gateway."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import DiscordAdapter, build_bot
from adapters.discord.events import Dropped
from bot import settings
from bot.model import Address, Attachment, Author, Conversation, Place, Standing
from bot.ports import Kind, Mark
from sandbox.discord import Discord, File, Person
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until


async def test_a_mention_is_heard_whole(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ben = discord.person("Ben", nick="Ben\n<K.>")
    us, app = discord.bot_user, discord.app_role()
    async with serve(ear):
        said = await discord.say(
            ben,
            general,
            f"<@{us}> ask <@{ana.id}> and <@&{app}> in <#{general}> `<@{ana.id}>`",
            files=[File("a.png", "image/png", 7)],
        )
        await until(lambda: ear.heard)
    (message,), (thread,) = ear.heard, ear.threads
    guild = message.conversation.workspace
    assert message.conversation == Conversation("discord", guild, general, said)
    assert (message.id, message.place, message.address) == (said, Place.CHANNEL, Address.US)
    assert message.author == Author(ben.id, "Ben K.", Standing.MEMBER)
    assert message.text == f"ask @Ana and @Claude in #general `<@{ana.id}>`"
    assert message.attachments == (Attachment("a.png", "image/png", 7),)
    assert message.sent_at // 1000 == (int(said) >> 22) + 1_420_070_400_000
    assert (thread.conversation, thread.settings_place) == (
        message.conversation,
        f"discord:{general}",
    )


async def test_a_thread_has_the_settings_of_its_channel(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        thread = await discord.thread(general, "Plan", by=ana)
        await discord.say(ana, thread, "hello")
        await until(lambda: ear.heard)
    (hint,) = ear.hints
    assert (hint.conversation.channel, hint.conversation.thread) == (general, thread)
    assert (hint.place, hint.address) == (Place.THREAD, Address.NOBODY)
    assert hint.settings_place == f"discord:{general}"


async def test_a_thread_that_nobody_told_us_of_is_looked_up_once(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    thread = await discord.thread(general, "Old", by=ana)
    discord.archive(thread)
    async with serve(ear) as adapter:
        await discord.say(ana, general, "hello")
        await until(lambda: ear.hints)
        guild = ear.hints[0].conversation.workspace
        for number in (1, 2):
            discord.faults.dispatch("MESSAGE_CREATE", bare_message(ana, guild, thread, number))
            await until(lambda: len(ear.hints) == number + 1)  # noqa: B023  - waited for at once
        unknown = bare_message(ana, guild, "77", 3)
        discord.faults.dispatch("MESSAGE_CREATE", unknown)
        await until(lambda: adapter.dropped[Dropped.NO_PLACE] == 1)
        assert discord.count("get_channel") == 2
    assert {hint.conversation for hint in ear.hints[1:]} == {
        Conversation("discord", guild, general, thread)
    }


def bare_message(person: Person, guild: str, channel: str, number: int) -> dict[str, Any]:
    """A message of an event, as Discord tells it without a word of its channel before."""
    author = {"id": person.id, "username": "ana", "discriminator": "0", "avatar": None}
    return {
        "id": str(int(person.id) + number),
        "channel_id": channel,
        "guild_id": guild,
        "type": 0,
        "content": "hi",
        "author": author,
        "mentions": [],
        "mention_roles": [],
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "flags": 0,
        "attachments": [],
        "embeds": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
    }


async def test_a_dm_is_one_conversation_for_us(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person
) -> None:
    dm = discord.dm(ana)
    async with serve(ear):
        await discord.say(ana, dm, "see <#5>, <@&6> and <@7>")
        await until(lambda: ear.heard)
    (message,) = ear.heard
    assert message.conversation == Conversation("discord", "dm", dm, None)
    assert (message.place, message.address) == (Place.DM, Address.US)
    assert message.text == "see #channel, @role and @somebody"


async def test_a_reply_speaks_to_whom_it_answers(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ben = discord.person("Ben")
    async with serve(ear):
        thread = await discord.thread(general, "Plan", by=ana)
        first = await discord.say(ana, thread, "one")
        await discord.say(ben, thread, "two", reply_to=first)
        await discord.say(ana, thread, "three", reply_to=first)
        await discord.say(ana, thread, f"<@{ben.id}> four")
        gone = await discord.say(ben, thread, "five")
        await discord.delete_as_person(thread, gone)
        await until(lambda: len(ear.heard) == 5)
    somebody_else, nobody = Address.SOMEBODY_ELSE, Address.NOBODY
    assert [m.address for m in ear.heard] == [nobody, somebody_else, nobody, somebody_else, nobody]


async def test_our_own_lines_and_discords_are_dropped_without_asking(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear) as adapter:
        thread = await discord.thread(general, "Plan", by=ana)  # Discord writes a line of its own
        conversation = Conversation("discord", "1", general, thread)
        await adapter.open(conversation).busy()
        await discord.say(discord.bot, general, "ours")
        await until(lambda: len(adapter.dropped) == 2)
    assert adapter.dropped == {Dropped.OURS: 1, Dropped.DISCORDS_OWN: 1}
    assert not ear.hints


async def test_another_bot_is_told_as_one(
    discord: Discord, serve: Serve, ear: Keeper, general: str
) -> None:
    robot = discord.person("Robot", bot=True)
    async with serve(ear):
        embed = {"type": "rich", "title": "Build failed", "description": "see log"}
        await discord.say(robot, general, "", embeds=[embed])
        await until(lambda: ear.heard)
    assert ear.heard[0].author.standing is Standing.BOT
    assert ear.texts == ["Build failed\nsee log"]


async def test_what_does_not_concern_us_is_not_handed_over(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.cares = False
    async with serve(ear):
        await discord.say(ana, general, "lunch?")
        await until(lambda: ear.hints)
    assert not ear.heard


async def test_a_message_waits_for_the_store(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.store_is_away = True
    async with serve(ear):
        await discord.say(ana, general, "hello")
        await until(lambda: len(ear.hints) > 2)
        ear.store_is_away = False
        await until(lambda: ear.heard)
    assert ear.texts == ["hello"]


async def test_a_message_that_waited_too_long_is_told_as_lost(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.store_is_away = True
    async with serve(ear):
        await discord.say(ana, general, "hello")
        await until(lambda: ear.hints)
        await asyncio.sleep(0.9)
        asked = len(ear.hints)
        await asyncio.sleep(0.2)
        assert len(ear.hints) == asked
        await discord.say(ana, general, "again")  # and leave while it waits
        await until(lambda: len(ear.hints) > asked)
    assert not ear.heard


async def test_a_fault_of_the_ear_costs_one_message(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.bug = RuntimeError("a bug")
    async with serve(ear):
        await discord.say(ana, general, "one")
        await until(lambda: ear.hints)
        ear.bug = None
        await discord.say(ana, general, "two")
        await until(lambda: ear.heard)
    assert ear.texts == ["two"]


async def test_the_bot_of_another_tool_hears_and_answers_by_itself(
    discord: Discord, ear: Keeper, ana: Person, general: str, tmp_path: Path
) -> None:
    environ = {"DISCORD_BOT_TOKEN": discord.bot_token, "DISCORD_API_URL": discord.api_url}
    bot = build_bot(settings.read(environ, tmp_path), ear)
    assert not discord.calls
    assert not bot.connected
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bot.start(discord.bot_token))
        await until(lambda: bot.connected)
        said = await discord.say(ana, general, f"<@{discord.bot_user}> hello")
        await until(lambda: ear.threads)
        await ear.threads[0].post("Hi.", Mark(said, 0, Kind.ANSWER))
        await bot.close()
        await asyncio.wait([running])
    assert [m.text for m in discord.answers(said)] == ["Hi."]


async def test_without_settings_of_its_own_the_bot_asks_for_all_that_it_can_use(
    ear: Keeper, tmp_path: Path
) -> None:
    bot = build_bot(settings.read({}, tmp_path), ear)
    assert bot.intents.value == 37377
    assert not bot.commands
    assert not bot.tree.get_commands()


async def test_who_did_not_check_cannot_open_a_thread(discord: Discord) -> None:
    adapter = DiscordAdapter(bot_token=discord.bot_token)
    assert (adapter.platform, adapter.connected) == ("discord", False)
    with pytest.raises(RuntimeError):
        adapter.open(Conversation("discord", "1", "2", "3"))
    await adapter.close()
