import aiohttp

from sandbox.discord import INVITED, Discord, Person
from tests.sandbox.discord.wire import Client


async def test_an_app_asks_about_itself(client: Client, discord: Discord) -> None:
    discord.guild("Acme")
    me = (await client.call("GET", "/users/@me")).said
    assert (me["id"], me["username"], me["bot"]) == (discord.bot_user, "Claude", True)
    for path in ("/applications/@me", "/oauth2/applications/@me"):
        app = (await client.call("GET", path)).said
        assert (app["id"], app["flags"]) == (discord.application, 1 << 19)
        assert (app["interactions_endpoint_url"], app["approximate_guild_count"]) == (None, 1)
    [guild] = (await client.call("GET", "/users/@me/guilds")).said
    assert guild["name"] == "Acme"
    assert int(guild["permissions"]) & INVITED == INVITED == 377957239872
    where = (await client.call("GET", "/gateway/bot")).said
    assert (where["url"], where["shards"]) == (discord.gateway_url, 1)
    assert where["session_start_limit"] == {
        "total": 1000,
        "remaining": discord.starts_left,
        "reset_after": 14_400_000,
        "max_concurrency": 1,
    }


async def test_an_app_asks_about_people_and_places(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    channel = (await client.call("GET", f"/channels/{general}")).said
    assert (channel["name"], channel["type"]) == ("general", 0)
    user = (await client.call("GET", f"/users/{ana.id}")).said
    assert (user["username"], user["global_name"]) == ("ana", "Ana")
    member = (await client.call("GET", f"/guilds/{channel['guild_id']}/members/{ana.id}")).said
    assert member["user"] == user
    for path, code in (
        ("/users/404", 10013),
        (f"/guilds/{channel['guild_id']}/members/404", 10007),
        (f"/guilds/404/members/{ana.id}", 10004),
        ("/channels/404", 10003),
        ("/nothing/here", 0),
    ):
        answer = await client.call("GET", path)
        assert (answer.status, answer.code) == (404, code)
    assert discord.count("unknown") == 1


async def test_a_body_that_is_no_json_is_refused(
    client: Client, discord: Discord, general: str
) -> None:
    url = f"{discord.api_url}/channels/{general}/messages"
    headers = {"Authorization": f"Bot {discord.bot_token}", "Content-Type": "application/json"}
    for body, code in ((b"{", 50109), (b"[]", 50006), (b"", 50006)):
        async with client.session.post(url, data=body, headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (400, code)


async def test_a_call_is_kept_as_it_came(client: Client, discord: Discord, general: str) -> None:
    await client.post(general, "hi")
    await client.call("GET", f"/channels/{general}/messages", limit=3)
    post, listing = discord.calls
    assert (post.route, post.ids, post.args) == (
        "create_message",
        {"channel": general},
        {"content": "hi"},
    )
    assert (post.status, post.code, post.token) == (200, None, discord.bot_token)
    assert (listing.query, listing.args) == ({"limit": "3"}, None)


async def test_a_port_can_be_chosen() -> None:
    async with Discord() as first:
        port = int(first.api_url.split(":")[2].split("/")[0])
    async with Discord(port=port, bot_name="Parley") as second, aiohttp.ClientSession() as session:
        assert second.api_url == f"http://127.0.0.1:{port}/api/v10"
        me = (await Client(second, session).call("GET", "/users/@me")).said
        assert (me["username"], second.bot.called) == ("Parley", "Parley")
