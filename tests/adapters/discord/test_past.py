"""What a question replies to is read before it, from the event or from Discord."""

import pytest

from adapters.discord import DiscordAdapter
from adapters.discord.messages import said
from adapters.discord.nicks import Nicks
from adapters.discord.past import Past
from adapters.discord.web import Web
from bot.model import Conversation, History
from sandbox.discord import Discord, Person
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until


@pytest.fixture
def ben(discord: Discord) -> Person:
    return discord.person("Ben", nick="Ben K.")


def chained(discord: Discord, by: Person, channel: str, length: int) -> str:
    """The last of *length* messages of which each replies to the one before."""
    last = None
    for number in range(length):
        last = discord.backfill(by, channel, f"note {number}", ago=100 - number, reply_to=last)
    assert last is not None
    return last


def texts(history: History) -> list[str]:
    return [message.text for message in history.messages]


async def asked(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, channel: str, reply_to: str
) -> list[str]:
    """What is read of a question that replies to *reply_to*."""
    async with serve(ear):
        mention = f"<@{discord.bot_user}> is that so?"
        question = await discord.say(ana, channel, mention, reply_to=reply_to)
        await until(lambda: ear.threads)
        return texts(await ear.threads[0].history(question))


async def test_what_the_event_tells_is_not_asked_for(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, ben: Person, general: str
) -> None:
    said = discord.backfill(ben, general, "The plan is good.", ago=60)
    assert await asked(discord, serve, ear, ana, general, said) == ["The plan is good."]
    assert discord.count("get_message") == 0


async def test_a_chain_is_read_upwards_ten_messages_at_most(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, ben: Person, general: str
) -> None:
    last = chained(discord, ben, general, 14)
    told = await asked(discord, serve, ear, ana, general, last)
    assert told == [f"note {number}" for number in range(4, 14)]
    assert discord.count("get_message") <= 5


async def test_a_chain_ends_where_a_message_is_gone(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, ben: Person, general: str
) -> None:
    gone = discord.backfill(ben, general, "gone", ago=90)
    last = discord.backfill(ben, general, "left", ago=80, reply_to=gone)
    await discord.delete_as_person(general, gone)
    assert await asked(discord, serve, ear, ana, general, last) == ["left"]


async def test_what_is_slow_to_read_is_told_as_far_as_it_was_read(
    discord: Discord, web: Web, ana: Person, ben: Person, general: str
) -> None:
    last = chained(discord, ben, general, 3)
    question = discord.backfill(ana, general, "is that so?", reply_to=last)
    there = Conversation("discord", "1", general, question)
    past = Past(there, web, lambda _: None, Nicks(), seconds=0.3)
    event = said(await web.message(int(general), int(question)), lambda _: None)
    discord.faults.delay("get_message", 0.5)
    assert texts(await past.of_question(event)) == ["note 2"]
    thread = await discord.thread(general, "Slow", by=ana, from_message=question)
    asked = discord.backfill(ana, thread, "two")
    discord.faults.delay("get_messages", 0.5)
    assert await past.of_thread(asked) == History(())


async def test_who_takes_a_question_over_reads_what_it_replies_to_again(
    discord: Discord, adapter: DiscordAdapter, ana: Person, ben: Person, general: str
) -> None:
    last = chained(discord, ben, general, 2)
    question = discord.backfill(ana, general, "is that so?", reply_to=last)
    thread = adapter.open(Conversation("discord", "1", general, question))
    assert texts(await thread.history(question)) == ["note 0", "note 1"]
    plain = discord.backfill(ana, general, "hello")
    assert await adapter.open(Conversation("discord", "1", general, plain)).history(plain) == (
        History(())
    )


async def test_people_have_the_names_that_events_told_last(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, ben: Person, general: str
) -> None:
    quiet = discord.person("Quiet", nick="Never heard")
    last = discord.backfill(quiet, general, "two", ago=50)
    last = discord.backfill(ben, general, "three", ago=40, reply_to=last)
    async with serve(ear):
        await discord.say(ben, general, "hello")
        mention = f"<@{discord.bot_user}> is that so?"
        question = await discord.say(ana, general, mention, reply_to=last)
        await until(lambda: len(ear.threads) == 2)
        told = (await ear.threads[1].history(question)).messages
    assert [one.author and one.author.name for one in told] == ["Quiet", "Ben K."]
