import time
from datetime import datetime
from typing import Any

import pytest

from sandbox.discord import INVITED, Discord, File, NotSeen, Permission, Person, Sort
from tests.sandbox.discord.wire import Client


async def ids(client: Client, channel: str, **query: Any) -> list[str]:
    """The ids of the messages that a listing gives."""
    answer = await client.call("GET", f"/channels/{channel}/messages", **query)
    return [message["id"] for message in answer.said]


async def test_messages_are_listed_newest_first_around_a_point(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    said = [discord.backfill(ana, general, str(number)) for number in range(60)]
    newest = said[::-1]
    assert await ids(client, general) == newest[:50]
    assert await ids(client, general, limit=100) == newest
    assert await ids(client, general, before=said[10], limit=3) == said[7:10][::-1]
    assert await ids(client, general, after=said[10], limit=3) == said[11:14][::-1]
    assert await ids(client, general, around=said[10], limit=4) == said[8:13][::-1]
    assert await ids(client, general, around=said[10], limit=1) == [said[10]]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"before": 1, "after": 2}]
)
async def test_a_listing_that_makes_no_sense_is_refused(
    client: Client, general: str, query: dict[str, Any]
) -> None:
    answer = await client.call("GET", f"/channels/{general}/messages", **query)
    assert (answer.status, answer.code) == (400, 50035)


async def test_one_message_is_got_as_it_stands(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    message = await discord.say(ana, general, "hi", files=[File("a.txt")])
    said = (await client.call("GET", f"/channels/{general}/messages/{message}")).said
    assert (said["author"]["id"], said["author"]["global_name"]) == (ana.id, "Ana")
    assert (said["content"], said["attachments"][0]["size"]) == ("hi", 1024)
    answer = await client.call("GET", f"/channels/{general}/messages/404")
    assert (answer.status, answer.code) == (404, 10008)


async def test_without_the_permission_history_is_empty_and_messages_out_of_reach(
    client: Client, discord: Discord, ana: Person
) -> None:
    channel = discord.channel("ops", permissions=INVITED & ~Permission.READ_MESSAGE_HISTORY)
    message = await discord.say(ana, channel, "hi")
    assert await ids(client, channel) == []
    answer = await client.call("GET", f"/channels/{channel}/messages/{message}")
    assert (answer.status, answer.code) == (403, 50001)


async def test_without_the_privilege_an_app_reads_what_was_meant_for_it(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    discord.message_content = False
    assert not discord.message_content
    secret = discord.backfill(ana, general, "between us", files=[File("a.txt")])
    discord.backfill(ana, general, f"<@{discord.bot_user}> hi", reply_to=secret)
    discord.backfill(discord.bot, general, "our own")
    answer = await client.call("GET", f"/channels/{general}/messages")
    own, mention, other = answer.said
    assert (own["content"], mention["content"]) == ("our own", f"<@{discord.bot_user}> hi")
    assert (other["content"], other["attachments"]) == ("", [])
    assert mention["referenced_message"]["content"] == ""
    dm = discord.dm(ana)
    discord.backfill(ana, dm, "to you")
    assert (await client.call("GET", f"/channels/{dm}/messages")).said[0]["content"] == "to you"


async def test_what_was_said_long_ago_sorts_before_what_was_said_since(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    late = discord.backfill(ana, general, "late")
    early = discord.backfill(ana, general, "early", ago=90_000)
    next_to_it = discord.backfill(ana, general, "next to it", ago=90_000)
    assert [shown.id for shown in discord.messages(general)] == [early, next_to_it, late]
    assert await ids(client, general, before=late) == [next_to_it, early]
    said = (await client.call("GET", f"/channels/{general}/messages/{early}")).said
    assert (
        said["timestamp"]
        < (await client.call("GET", f"/channels/{general}/messages/{late}")).said["timestamp"]
    )


async def test_an_id_tells_when_a_message_was_written(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    message = await discord.say(ana, general, "hi")
    said = (await client.call("GET", f"/channels/{general}/messages/{message}")).said
    written = datetime.fromisoformat(said["timestamp"])
    assert written.timestamp() == ((int(message) >> 22) + 1_420_070_400_000) / 1000
    assert abs(written.timestamp() - time.time()) < 5


async def test_the_screen_shows_where_people_stand_and_what_they_said(
    discord: Discord, ana: Person, general: str
) -> None:
    message = await discord.say(ana, general, "is anybody there?")
    await discord.edit_as_person(general, message, "hello?")
    assert "== text general" in discord.screen()
    assert "Ana: 'hello?' (1 edits)" in discord.screen()
    with pytest.raises(NotSeen, match="hello"):
        await discord.until(lambda: discord.messages(general)[1], timeout=0.05)


async def test_a_person_types_and_reads_names(discord: Discord, ana: Person, general: str) -> None:
    assert discord.typed("@Claude in #general") == f"<@{discord.bot_user}> in <#{general}>"
    role = discord.app_role()
    assert discord.reads(f"**<@{ana.id}>** of <@&{role}>") == "@Ana of @Claude"


async def test_what_our_app_said_is_told_from_what_discord_wrote(
    discord: Discord, general: str
) -> None:
    message = discord.backfill(discord.bot, general, "ours")
    await discord.thread(general, "T", by=discord.bot)
    assert [shown.sort for shown in discord.messages(general)] == [
        Sort.DEFAULT,
        Sort.THREAD_CREATED,
    ]
    assert [shown.id for shown in discord.answers(general)] == [message]
