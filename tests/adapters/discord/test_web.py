"""Where channels lie, as Discord tells of them, and what is known of them for a while."""

import discord as library
import pytest

from adapters.discord.events import Where
from adapters.discord.nicks import Nicks
from adapters.discord.places import Places
from adapters.discord.web import Channel, Web
from bot.errors import Denied, MessageGone
from sandbox.discord import Discord, Person


async def test_a_channel_a_thread_and_a_dm_are_told_apart(
    discord: Discord, web: Web, ana: Person, general: str
) -> None:
    thread = await discord.thread(general, "Plan", by=ana)
    await discord.say(ana, thread, "one")
    channel = await web.channel(int(general))
    assert channel == Channel(Where(channel.where.guild, general))
    assert channel.where.guild is not None
    assert await web.channel(int(thread)) == Channel(
        Where(channel.where.guild, thread, general), messages=1
    )
    dm = discord.dm(ana)
    assert await web.channel(int(dm)) == Channel(Where(None, dm))
    with pytest.raises(Denied):
        await web.channel(5)


async def test_a_thread_that_is_there_already_is_as_good(
    discord: Discord, web: Web, ana: Person, general: str
) -> None:
    root = discord.backfill(ana, general, "hello")
    await web.start_thread(int(general), int(root), "one")
    await web.start_thread(int(general), int(root), "two")
    assert discord.name(root) == "one"
    with pytest.raises(MessageGone):
        await web.start_thread(int(general), 5, "three")


async def test_what_is_asked_of_a_place_is_kept_while_there_is_room(
    discord: Discord, web: Web, ana: Person, general: str
) -> None:
    other = discord.channel("other")
    places = Places(web, size=1)
    for channel in (general, general, other, general):
        message = await web.message(int(channel), int(discord.backfill(ana, channel, "hi")))
        assert isinstance(message.channel, library.PartialMessageable)
        assert (await places.of(message.channel)).channel == channel
    assert discord.count("get_channel") == 3


async def test_typing_is_shown_in_few_places_a_second(
    discord: Discord, web: Web, general: str
) -> None:
    channels = [general, *(discord.channel(f"c{number}") for number in range(3))]
    for channel in channels:
        await web.typing(int(channel))
    assert discord.typing == channels[:2]


def test_names_are_forgotten_that_nobody_told_of_for_long() -> None:
    nicks = Nicks()
    nicks.note("1", "ana", "Ana")
    nicks.note("1", "ben", "Ben")
    for number in range(9_999):
        nicks.note("1", "ben", f"Ben {number}")
        nicks.note("2", str(number), "X")
    assert nicks.of("1", "ana", "?") == "?"
    assert nicks.of("1", "ben", "?") == "Ben 9998"
    assert nicks.of("3", "ben", "Benjamin") == "Benjamin"
