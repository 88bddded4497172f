import asyncio
from typing import Any

import pytest

from sandbox.discord import INVITED, Discord, Permission, Person, Sort
from tests.sandbox.discord.wire import Answer, Client


async def start(client: Client, channel: str, message: str, **body: Any) -> Answer:
    """The answer to a thread that our app opens from a message."""
    path = f"/channels/{channel}/messages/{message}/threads"
    return await client.call("POST", path, {"name": "Title", **body})


@pytest.fixture
async def thread(discord: Discord, ana: Person, general: str) -> str:
    return await discord.thread(general, "Hers", by=ana)


async def test_a_thread_bears_the_id_of_its_message(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    asked = await discord.say(ana, general, "hi")
    answer = await start(client, general, asked, auto_archive_duration=60)
    assert (answer.said["id"], answer.said["parent_id"]) == (asked, general)
    assert answer.said["thread_metadata"]["auto_archive_duration"] == 60
    assert answer.said["member"]["user_id"] == discord.bot_user
    assert discord.threads(general) == [asked]
    assert discord.name(asked) == "Title"
    starter = discord.messages(asked)[0]
    assert (starter.sort, starter.reference) == (Sort.THREAD_STARTER, asked)
    assert await client.posted(asked, "answer") == discord.answers(asked)[0].id
    thread = (await client.call("GET", f"/channels/{asked}")).said
    assert (thread["message_count"], thread["member_count"]) == (1, 1)
    root = (await client.call("GET", f"/channels/{general}/messages/{asked}")).said
    assert (root["thread"]["id"], root["flags"] & 32) == (asked, 32)


async def test_a_message_has_one_thread_whoever_began_it(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    asked = await discord.say(ana, general, "hi")
    assert await discord.thread(general, "Hers", by=ana, from_message=asked) == asked
    answer = await start(client, general, asked)
    assert (answer.status, answer.code) == (400, 160004)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": ""}, 50035),
        ({"name": "x" * 101}, 50035),
        ({"name": "x" * 100}, None),
        ({"auto_archive_duration": 61}, 50035),
    ],
)
async def test_a_thread_needs_a_title_that_fits(
    client: Client, discord: Discord, ana: Person, general: str, body: Any, code: int | None
) -> None:
    asked = await discord.say(ana, general, "hi")
    assert (await start(client, general, asked, **body)).said.get("code") == code


async def test_threads_begin_at_messages_of_channels_where_that_is_permitted(
    client: Client, discord: Discord, ana: Person, thread: str
) -> None:
    inside = await discord.say(ana, thread, "hi")
    assert (await start(client, thread, inside)).code == 50024
    closed = discord.channel("ops", permissions=INVITED & ~Permission.CREATE_PUBLIC_THREADS)
    asked = await discord.say(ana, closed, "hi")
    assert (await start(client, closed, asked)).code == 50013
    discord.permit(closed, INVITED)
    assert (await start(client, closed, "404")).code == 10008


async def test_a_thread_without_a_message_is_private_unless_told_otherwise(
    client: Client, discord: Discord, general: str
) -> None:
    path = f"/channels/{general}/threads"
    private = (await client.call("POST", path, {"name": "P"})).said
    public = (await client.call("POST", path, {"name": "Q", "type": 11})).said
    assert (private["type"], public["type"]) == (12, 11)
    assert [shown.text for shown in discord.messages(general)] == ["Q"]
    assert (
        await client.call("POST", f"/channels/{public['id']}/threads", {"name": "x"})
    ).code == 50024
    discord.permit(general, INVITED & ~Permission.CREATE_PRIVATE_THREADS)
    assert (await client.call("POST", path, {"name": "P"})).code == 50013


async def test_in_threads_writing_is_a_permission_of_its_own(
    client: Client, discord: Discord, general: str, thread: str
) -> None:
    discord.permit(general, INVITED & ~Permission.SEND_MESSAGES_IN_THREADS)
    assert (await client.post(thread)).code == 50013
    discord.permit(general, INVITED & ~Permission.SEND_MESSAGES)
    assert (await client.post(thread)).status == 200
    assert (await client.post(general)).code == 50013


async def test_writing_brings_an_archived_thread_back_and_editing_does_not(
    client: Client, discord: Discord, ana: Person, thread: str
) -> None:
    message = await client.posted(thread)
    discord.archive(thread)
    assert discord.is_archived(thread)
    edit = await client.edit(thread, message, content="x")
    assert (edit.status, edit.code) == (400, 50083)
    assert (await client.call("DELETE", f"/channels/{thread}/messages/{message}")).code == 50083
    assert (await client.post(thread)).status == 200
    assert not discord.is_archived(thread)
    discord.archive(thread)
    await discord.say(ana, thread, "back")
    assert (await client.edit(thread, message, content="x")).status == 200


@pytest.mark.parametrize("archived", [True, False])
async def test_a_locked_thread_is_for_those_who_manage_threads(
    client: Client, discord: Discord, general: str, thread: str, *, archived: bool
) -> None:
    if archived:
        discord.archive(thread, locked=True)
    else:
        discord.lock(thread)
    answer = await client.post(thread)
    assert (answer.status, answer.code) == (403, 50083)
    discord.permit(general, INVITED | Permission.MANAGE_THREADS)
    assert (await client.post(thread)).status == 200


async def test_who_began_a_thread_may_rename_and_archive_it(
    client: Client, discord: Discord, general: str, thread: str
) -> None:
    ours = (
        await client.call("POST", f"/channels/{general}/threads", {"name": "x", "type": 11})
    ).said
    path = f"/channels/{ours['id']}"
    answer = await client.call("PATCH", path, {"name": "New", "archived": True})
    assert (answer.said["name"], answer.said["thread_metadata"]["archived"]) == ("New", True)
    assert (await client.call("PATCH", path, {"name": "Newer"})).code == 50083
    assert (await client.call("PATCH", path, {"archived": False})).status == 200
    assert (await client.call("PATCH", path, {"locked": True})).code == 50013
    for change in ({"name": "Ours"}, {"archived": True}, {"archived": False, "name": "Ours"}):
        assert (await client.call("PATCH", f"/channels/{thread}", change)).code == 50013
    discord.archive(thread)
    assert (await client.call("PATCH", f"/channels/{thread}", {"archived": False})).status == 200
    discord.permit(general, INVITED | Permission.MANAGE_THREADS)
    assert (await client.call("PATCH", f"/channels/{thread}", {"name": "Ours"})).status == 200
    assert (await client.call("PATCH", f"/channels/{general}", {"name": "x"})).code == 50013


async def test_a_post_in_a_forum_is_a_thread_with_a_first_message(
    client: Client, discord: Discord, ana: Person
) -> None:
    forum = discord.forum("ask")
    hers = await discord.post(ana, forum, "Her title", "Her words")
    body = {"name": "Title", "message": {"content": "Words"}}
    answer = await client.call("POST", f"/channels/{forum}/threads", body)
    ours = answer.said["id"]
    assert answer.said["message"]["id"] == ours
    assert discord.threads(forum) == [hers, ours]
    assert [shown.text for shown in discord.messages(ours)] == ["Words"]
    assert [(shown.id, shown.text) for shown in discord.messages(hers)] == [(hers, "Her words")]


async def test_threads_are_joined_and_the_active_ones_listed(
    client: Client, discord: Discord, ana: Person, general: str, thread: str
) -> None:
    hidden = discord.channel("ops", permissions=Permission(0))
    await discord.thread(hidden, "Secret", by=ana)
    old = await discord.thread(general, "Old", by=ana)
    discord.archive(old)
    guild = (await client.call("GET", f"/channels/{general}")).said["guild_id"]
    active = await client.call("GET", f"/guilds/{guild}/threads/active")
    assert [found["id"] for found in active.said["threads"]] == [thread]
    assert (await client.call("GET", "/guilds/404/threads/active")).code == 10004
    join = "/thread-members/@me"
    assert (await client.call("PUT", f"/channels/{thread}{join}")).status == 204
    assert (await client.call("PUT", f"/channels/{old}{join}")).code == 50083
    assert (await client.call("PUT", f"/channels/{general}{join}")).code == 50024


async def test_a_channel_that_is_gone_takes_its_threads_along(
    client: Client, discord: Discord, general: str, thread: str
) -> None:
    discord.delete_channel(general)
    for place in (general, thread):
        assert (await client.call("GET", f"/channels/{place}")).code == 10003


async def test_a_message_whose_thread_is_gone_can_have_another(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    asked = await discord.say(ana, general, "hi")
    discord.delete_channel((await start(client, general, asked)).said["id"])
    assert (await start(client, general, asked)).status == 200


async def test_a_dm_is_opened_once_with_people_only(
    client: Client, discord: Discord, ana: Person
) -> None:
    answer = await client.call("POST", "/users/@me/channels", {"recipient_id": ana.id})
    assert (answer.said["id"], answer.said["type"]) == (discord.dm(ana), 1)
    assert answer.said["recipients"][0]["id"] == ana.id
    assert discord.threads(discord.dm(ana)) == []
    bot = discord.person("Other", bot=True)
    for nobody in (bot.id, "404"):
        body = {"recipient_id": nobody}
        assert (await client.call("POST", "/users/@me/channels", body)).code == 10013
    discord.delete_channel(discord.dm(ana))


async def test_waiting_ends_with_the_change_that_was_waited_for(
    client: Client, discord: Discord, general: str
) -> None:
    waiting = asyncio.ensure_future(discord.until(lambda: discord.messages(general)[1]))
    change = asyncio.ensure_future(discord.changed())
    await asyncio.sleep(0.01)
    assert not change.done()
    await client.post(general)
    assert not waiting.done()
    await client.post(general)
    await waiting
    await change
