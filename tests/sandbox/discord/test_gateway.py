import time

import pytest

from sandbox.discord import INVITED, Discord, File, Identify, Intent, Permission, Person, Resume
from tests.sandbox.discord.wire import INTENTS, Client


async def test_a_client_is_greeted_identifies_and_hears_of_its_guilds(
    client: Client, discord: Discord, general: str
) -> None:
    socket = await client.open()
    assert socket.hello == {"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None}
    await socket.send(1)
    assert await socket.receive() == {"op": 11}
    await socket.identify(shard=[0, 1])
    ready = await socket.event()
    assert (ready["t"], ready["s"], ready["d"]["v"]) == ("READY", 1, 10)
    assert ready["d"]["user"]["id"] == discord.bot_user != discord.application
    assert ready["d"]["application"] == {"id": discord.application, "flags": 1 << 19}
    assert ready["d"]["resume_gateway_url"] == discord.gateway_url
    guild = await socket.data("GUILD_CREATE")
    assert ready["d"]["guilds"] == [{"id": guild["id"], "unavailable": True}]
    assert [channel["id"] for channel in guild["channels"]] == [general]
    assert guild["members"][0]["roles"] == [discord.app_role()]
    assert [(role["name"], role.get("tags")) for role in guild["roles"]] == [
        ("@everyone", None),
        ("Claude", {"bot_id": discord.bot_user}),
        ("Managers", None),
    ]
    assert discord.connections == 1
    [identify] = discord.identifies
    assert identify == Identify(identify.at, INTENTS, (0, 1))
    assert time.monotonic() - identify.at < 1


async def test_frames_are_compressed_for_those_who_ask_in_a_way_we_know(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    for way, binary in (("zlib-stream", True), ("zstd-stream", False)):
        raw = await client.session.ws_connect(f"{discord.gateway_url}?v=10&compress={way}")
        frame = await raw.receive()
        assert isinstance(frame.data, bytes) == binary
        await raw.close()
    socket = await client.open("?v=10&encoding=json&compress=zlib-stream")
    await socket.identify()
    await socket.event("GUILD_CREATE")
    for text in ("one", "two"):
        await discord.say(ana, general, text)
        assert (await socket.data("MESSAGE_CREATE"))["content"] == text


@pytest.mark.parametrize(
    ("identify", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": INTENTS | Intent.GUILD_MEMBERS}, 4014),
        ({"intents": 1 << 40}, 4013),
        ({"shard": [1, 1]}, 4010),
    ],
)
async def test_an_identify_that_cannot_be_is_refused(
    client: Client, identify: dict[str, object], code: int
) -> None:
    socket = await client.open()
    await socket.send(2, {"token": socket.token, "intents": INTENTS, **identify})
    assert await socket.closed() == code


async def test_reading_what_people_say_is_a_privilege_to_be_switched_on(
    client: Client, discord: Discord
) -> None:
    discord.message_content = False
    socket = await client.open()
    await socket.identify()
    assert await socket.closed() == 4014
    socket = await client.connect(INTENTS & ~Intent.MESSAGE_CONTENT)
    assert socket.ready["application"]["flags"] == 0
    discord.message_content = True
    assert (await client.connect()).ready["application"]["flags"] == 1 << 19


async def test_who_speaks_out_of_turn_or_nonsense_is_sent_away(client: Client) -> None:
    socket = await client.open()
    await socket.send(3, {})
    assert await socket.closed() == 4003
    socket = await client.connect()
    await socket.send(3, {})
    await socket.send(99)
    assert await socket.closed() == 4001
    socket = await client.connect()
    await socket.identify()
    assert await socket.closed() == 4005
    for nonsense in ("{", "[]", "{}"):
        socket = await client.open()
        await socket.raw.send_bytes(b"is passed over")
        await socket.raw.send_str(nonsense)
        assert await socket.closed() == 4002


async def test_a_token_that_identifies_too_often_is_taken_away(
    client: Client, discord: Discord
) -> None:
    discord.starts_left = 1
    assert (await client.call("GET", "/gateway/bot")).said["session_start_limit"]["remaining"] == 1
    await client.connect()
    assert discord.starts_left == 0
    socket = await client.open()
    await socket.identify()
    assert await socket.closed() == 4004
    assert (await client.call("GET", "/users/@me")).status == 401


async def test_what_was_missed_is_told_again_before_the_session_goes_on(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    socket = await client.connect()
    await discord.say(ana, general, "heard")
    await socket.event("MESSAGE_CREATE")
    discord.faults.abort_sockets()
    await discord.until(lambda: discord.connections == 0)
    await discord.say(ana, general, "missed")
    again = await client.open()
    await again.resume(socket.ready["session_id"], socket.seq)
    assert (await again.event())["d"]["content"] == "missed"
    assert (await again.event())["t"] == "RESUMED"
    await discord.say(ana, general, "since")
    assert (await again.event())["d"]["content"] == "since"
    [resume] = discord.resumes
    assert resume == Resume(resume.at, socket.ready["session_id"], socket.seq)
    assert len(discord.identifies) == discord.connections == 1


async def test_a_session_goes_on_where_it_was_last_resumed(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    first = await client.connect()
    second = await client.open()
    await second.resume(first.ready["session_id"], first.seq)
    assert (await second.event())["t"] == "RESUMED"
    assert await first.closed() == 1006
    await discord.say(ana, general, "hi")
    assert (await second.event())["d"]["content"] == "hi"


async def test_a_resume_that_cannot_be_is_refused(client: Client, discord: Discord) -> None:
    socket = await client.open()
    await socket.resume("unknown", 1)
    assert await socket.receive() == {"op": 9, "d": False}
    await socket.identify()
    session = (await socket.event())["d"]["session_id"]
    for seq, token, code in ((99, discord.bot_token, 4007), (1, "wrong", 4004)):
        other = await client.open()
        await other.resume(session, seq, token=token)
        assert await other.closed() == code


@pytest.mark.parametrize(("code", "lives"), [(4000, True), (1000, False), (1001, False)])
async def test_a_client_that_says_good_bye_ends_its_session(
    client: Client, discord: Discord, code: int, *, lives: bool
) -> None:
    socket = await client.connect()
    await socket.raw.close(code=code)
    await discord.until(lambda: discord.connections == 0)
    again = await client.open()
    await again.resume(socket.ready["session_id"], socket.seq)
    assert ((await again.receive()).get("t") == "RESUMED") == lives


async def test_a_session_hears_what_it_intended_to(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    deaf = await client.connect(Intent.GUILDS)
    direct = await client.connect(Intent.GUILDS | Intent.DIRECT_MESSAGES)
    await discord.say(ana, general, "in the guild")
    await discord.say(ana, discord.dm(ana), "in the DM")
    discord.rename(general, "lobby")
    assert (await direct.event())["d"]["content"] == "in the DM"
    for socket in (direct, deaf):
        assert (await socket.event())["t"] == "CHANNEL_UPDATE"


async def test_without_the_intent_a_session_reads_what_was_meant_for_it(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    blind = await client.connect(INTENTS & ~Intent.MESSAGE_CONTENT)
    await discord.say(ana, general, "to all", files=[File("a.txt")])
    other = await blind.data("MESSAGE_CREATE")
    assert (other["content"], other["attachments"], other["embeds"]) == ("", [], [])
    ours = await client.posted(general, "ours")
    assert (await blind.data("MESSAGE_CREATE"))["content"] == "ours"
    for text, reply in ((f"<@{discord.bot_user}> hi", None), ("a reply", ours)):
        await discord.say(ana, general, text, reply_to=reply)
        assert (await blind.data("MESSAGE_CREATE"))["content"] == text
    await discord.say(ana, general, "a silent reply", reply_to=ours, ping=False)
    assert (await blind.data("MESSAGE_CREATE"))["content"] == ""
    await discord.say(ana, discord.dm(ana), "in the DM")
    assert (await blind.data("MESSAGE_CREATE"))["content"] == "in the DM"


async def test_guilds_are_spread_over_shards_and_dms_on_the_first(
    client: Client, discord: Discord, ana: Person
) -> None:
    guilds = [discord.guild(str(number)) for number in range(2)]
    while len({(int(guild) >> 22) % 2 for guild in guilds}) == 1:
        guilds.append(discord.guild("more"))
    shards = [await client.connect(shard=[number, 2]) for number in range(2)]
    for number, shard in enumerate(shards):
        own = [guild for guild in guilds if (int(guild) >> 22) % 2 == number]
        assert [guild["id"] for guild in shard.ready["guilds"]] == own
        await discord.say(ana, discord.channel("x", guild=own[0]), f"shard {number}")
        assert (await shard.data("MESSAGE_CREATE"))["content"] == f"shard {number}"
    await discord.say(ana, discord.dm(ana), "in the DM")
    assert (await shards[0].data("MESSAGE_CREATE"))["content"] == "in the DM"


async def test_nothing_is_told_of_places_that_our_app_may_not_see(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    hidden = discord.channel("ops", permissions=INVITED & ~Permission.VIEW_CHANNEL)
    socket = await client.connect()
    await discord.say(ana, hidden, "secret")
    await discord.say(ana, general, "public")
    assert (await socket.event())["d"]["content"] == "public"
