import pytest

from sandbox.discord import Discord, Permission, Person
from tests.sandbox.discord.wire import Client, Socket


@pytest.fixture
async def socket(client: Client, general: str) -> Socket:
    assert general
    return await client.connect()


async def test_a_message_tells_who_wrote_it_where_and_to_whom(
    discord: Discord, socket: Socket, general: str
) -> None:
    role = discord.role("Staff", permissions=Permission.MANAGE_MESSAGES)
    ben = discord.person("Ben", nick="Benny", roles=[role, "404"], manage_channels=True)
    await discord.say(ben, general, f"<@{discord.bot_user}> @here", embeds=[{"title": "t"}])
    said = await socket.data("MESSAGE_CREATE")
    assert (said["channel_id"], said["type"]) == (general, 0)
    assert (said["author"]["username"], said["member"]["nick"]) == ("ben", "Benny")
    assert "bot" not in said["author"]
    assert said["member"]["roles"][0] == role
    assert len(said["member"]["roles"]) == 2
    assert [user["id"] for user in said["mentions"]] == [discord.bot_user]
    assert (said["mention_everyone"], said["embeds"]) == (True, [{"title": "t"}])
    await discord.say(ben, discord.dm(ben), "hi")
    said = await socket.data("MESSAGE_CREATE")
    assert (said["mention_everyone"], said["mentions"], said["mention_roles"]) == (False, [], [])
    assert said.keys().isdisjoint({"guild_id", "member"})


async def test_edits_and_deletions_are_told(
    client: Client, discord: Discord, socket: Socket, ana: Person, general: str
) -> None:
    message = await discord.say(ana, general, "one")
    await discord.edit_as_person(general, message, "two")
    said = await socket.data("MESSAGE_UPDATE")
    assert (said["id"], said["content"]) == (message, "two")
    assert said["edited_timestamp"] is not None
    await discord.delete_as_person(general, message)
    said = await socket.data("MESSAGE_DELETE")
    assert (said["id"], said["channel_id"], "guild_id" in said) == (message, general, True)
    dm = discord.dm(ana)
    await discord.delete_as_person(dm, await client.posted(dm))
    assert "guild_id" not in await socket.data("MESSAGE_DELETE")


async def test_a_preview_is_an_update_that_is_no_edit(
    discord: Discord, socket: Socket, ana: Person, general: str
) -> None:
    message = await discord.say(ana, general, "see https://a.example")
    created, updated = await socket.data("MESSAGE_CREATE"), await socket.data("MESSAGE_UPDATE")
    assert (created["embeds"], updated["edited_timestamp"]) == ([], None)
    assert updated["embeds"][0]["url"] == "https://a.example"
    assert discord.message(general, message).unfurled == ("https://a.example",)
    await discord.edit_as_person(general, message, "no more")
    assert (await socket.data("MESSAGE_UPDATE"))["embeds"] == []


async def test_a_reply_holds_what_it_replies_to_while_that_stands(
    client: Client, discord: Discord, socket: Socket, ana: Person, general: str
) -> None:
    ours = await client.posted(general, "ours")
    await discord.say(ana, general, "hm", reply_to=ours)
    await socket.event("MESSAGE_CREATE")
    said = await socket.data("MESSAGE_CREATE")
    assert (said["type"], said["referenced_message"]["content"]) == (19, "ours")
    assert [user["id"] for user in said["mentions"]] == [discord.bot_user]
    reply = said["id"]
    await discord.delete_as_person(general, ours)
    await discord.edit_as_person(general, reply, "hm!")
    said = await socket.data("MESSAGE_UPDATE")
    assert said["referenced_message"] is None
    assert said["message_reference"]["message_id"] == ours


async def test_a_thread_is_told_of_from_its_beginning_to_its_end(
    discord: Discord, socket: Socket, ana: Person, general: str
) -> None:
    root = await discord.say(ana, general, "hi")
    await discord.thread(general, "Title", by=ana, from_message=root)
    created = await socket.data("THREAD_CREATE")
    assert (created["id"], created["parent_id"], created["name"]) == (root, general, "Title")
    assert (created["owner_id"], created["newly_created"]) == (ana.id, True)
    assert (await socket.data("MESSAGE_UPDATE"))["thread"]["id"] == root
    starter = await socket.data("MESSAGE_CREATE")
    assert (starter["type"], starter["channel_id"]) == (21, root)
    for change in (discord.archive, discord.lock):
        change(root)
        assert (await socket.data("THREAD_UPDATE"))["id"] == root
    discord.delete_channel(root)
    assert (await socket.data("THREAD_DELETE"))["id"] == root


async def test_channels_and_guilds_are_told_of_as_they_come_and_change(
    discord: Discord, socket: Socket
) -> None:
    guild = discord.guild("Other")
    assert (await socket.data("GUILD_CREATE"))["id"] == guild
    channel = discord.channel("new", guild=guild)
    assert (await socket.data("CHANNEL_CREATE"))["guild_id"] == guild
    discord.slow_mode(channel, 30)
    assert (await socket.data("CHANNEL_UPDATE"))["rate_limit_per_user"] == 30
    discord.permit(channel, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    [overwrite] = (await socket.data("CHANNEL_UPDATE"))["permission_overwrites"]
    assert overwrite["id"] == discord.app_role(guild)
    assert int(overwrite["allow"]) == 3 << 10
    assert int(overwrite["deny"]) & (Permission.EMBED_LINKS | 3 << 10) == Permission.EMBED_LINKS
    discord.delete_channel(channel)
    assert (await socket.data("CHANNEL_DELETE"))["id"] == channel
    forum = discord.forum("ask")
    assert (await socket.data("CHANNEL_CREATE"))["id"] == forum


async def test_our_own_messages_are_told_to_us_too(
    client: Client, socket: Socket, general: str
) -> None:
    message = await client.posted(general, "ours", nonce="n")
    said = await socket.data("MESSAGE_CREATE")
    assert (said["id"], said["nonce"], said["author"]["bot"]) == (message, "n", True)
    await client.edit(general, message, content="more")
    assert (await socket.data("MESSAGE_UPDATE"))["content"] == "more"
