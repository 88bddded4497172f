import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
import pytest

from sandbox.discord import Discord, Faults, Person
from tests.sandbox.discord.wire import Client


async def test_a_refusal_holds_as_often_as_ordered(client: Client, discord: Discord) -> None:
    discord.faults.refuse("get_current_user", 500, 7, times=2)
    answers = [await client.call("GET", "/users/@me") for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 500, 200]
    assert [call.code for call in discord.calls] == [7, 7, None]
    assert discord.count("get_current_user") == 3


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_rate_limit_is_a_429_as_ordered(
    client: Client, discord: Discord, general: str, scope: Any
) -> None:
    discord.faults.refuse("create_message", 429, retry_after=1.5, scope=scope)
    answer = await client.post(general)
    assert (answer.status, answer.headers["X-RateLimit-Scope"]) == (429, scope)
    assert (answer.headers["Retry-After"], "Via" in answer.headers) == ("2", True)
    assert (answer.said["retry_after"], answer.said["global"]) == (1.5, scope == "global")
    assert discord.messages(general) == []
    assert discord.refused.total() == 0


async def test_cloudflare_bans_with_a_page_that_did_not_come_by_discord(
    client: Client, discord: Discord, general: str
) -> None:
    discord.faults.html("create_message", status=429)
    answer = await client.post(general)
    assert (answer.status, answer.said, "Via" in answer.headers) == (429, None, False)
    assert discord.calls[-1].code is None


@pytest.mark.parametrize(("processed", "texts"), [(True, ["hello"]), (False, [])])
async def test_a_connection_is_cut_after_the_effect_or_before(
    client: Client, discord: Discord, general: str, *, processed: bool, texts: list[str]
) -> None:
    discord.faults.drop("create_message", processed=processed)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post(general)
    assert [shown.text for shown in discord.messages(general)] == texts
    assert discord.calls[0].status is None


async def test_a_delay_holds_one_call_back_before_its_effect(
    client: Client, discord: Discord, general: str
) -> None:
    discord.faults.delay("create_message", 0.4)
    slow = asyncio.ensure_future(client.post(general, "slow"))
    await discord.until(lambda: discord.count("create_message") == 1)
    await client.post(general, "quick")
    await slow
    assert [shown.text for shown in discord.messages(general)] == ["quick", "slow"]


async def test_headers_of_the_rates_stand_on_refusals_too() -> None:
    async with Discord(rates=True) as discord, aiohttp.ClientSession() as session:
        client, general = Client(discord, session), discord.channel("general")
        discord.faults.refuse("create_message", 500)
        assert (await client.post(general)).headers["X-RateLimit-Remaining"] == "4"
        discord.faults.html("create_message")
        assert "X-RateLimit-Remaining" not in (await client.post(general)).headers


async def test_a_fault_for_no_route_is_a_mistake(discord: Discord) -> None:
    with pytest.raises(KeyError, match="creat_message"):
        discord.faults.refuse("creat_message", 500)
    with pytest.raises(KeyError):
        discord.faults.delay("creat_message", 1)


async def test_a_token_is_rejected_everywhere_until_it_is_good_again(
    client: Client, discord: Discord
) -> None:
    assert (await client.call("GET", "/users/@me", token="wrong")).status == 401
    assert (await client.call("GET", "/users/@me", token="")).status == 401
    discord.faults.reject_token()
    answer = await client.call("GET", "/users/@me")
    assert (answer.status, answer.said["message"]) == (401, "401: Unauthorized")
    socket = await client.open()
    await socket.identify()
    assert await socket.closed() == 4004
    discord.faults.accept_token()
    assert (await client.call("GET", "/users/@me")).status == 200


async def test_the_gateway_is_down_for_as_many_handshakes_as_ordered(
    client: Client, discord: Discord
) -> None:
    discord.faults.gateway_down()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.open()
    assert (await client.open()).hello["op"] == 10


async def test_who_identifies_is_closed_with_the_code_ordered(
    client: Client, discord: Discord
) -> None:
    discord.faults.close_on_identify(4013)
    socket = await client.open()
    await socket.identify()
    assert await socket.closed() == 4013
    await client.connect()
    assert len(discord.identifies) == 2


@pytest.mark.parametrize(
    ("ask", "frame"),
    [
        (Faults.reconnect, {"op": 7, "d": None}),
        (partial(Faults.invalidate, resumable=True), {"op": 9, "d": True}),
        (partial(Faults.invalidate, resumable=False), {"op": 9, "d": False}),
    ],
)
async def test_clients_are_asked_to_come_back(
    client: Client,
    discord: Discord,
    ask: Callable[[Faults], Awaitable[None]],
    frame: dict[str, Any],
) -> None:
    socket = await client.connect()
    await ask(discord.faults)
    assert await socket.receive() == frame
    await socket.raw.close(code=4000)
    again = await client.open()
    await again.resume(socket.ready["session_id"], socket.seq)
    assert ((await again.receive()).get("t") == "RESUMED") == (frame["d"] is not False)


@pytest.mark.parametrize("code", [1000, 4000, 4009])
async def test_a_session_outlives_a_close_of_the_gateways_own(
    client: Client, discord: Discord, code: int
) -> None:
    socket = await client.connect()
    closing = asyncio.ensure_future(discord.faults.close(code))
    assert await socket.closed() == code
    await closing
    again = await client.open()
    await again.resume(socket.ready["session_id"], socket.seq)
    assert (await again.receive())["t"] == "RESUMED"


async def test_sessions_that_are_forgotten_cannot_be_resumed(
    client: Client, discord: Discord
) -> None:
    socket = await client.connect()
    discord.faults.forget_sessions()
    again = await client.open()
    await again.resume(socket.ready["session_id"], socket.seq)
    assert (await again.receive())["op"] == 9


async def test_a_zombie_is_silent_and_what_it_missed_comes_after_it(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    zombie = await client.connect()
    discord.faults.freeze()
    await zombie.send(1)
    await discord.say(ana, general, "missed")
    with pytest.raises(TimeoutError):
        await zombie.raw.receive(timeout=0.05)
    await zombie.raw.close(code=4000)
    again = await client.open()
    await again.resume(zombie.ready["session_id"], zombie.seq)
    assert (await again.event())["d"]["content"] == "missed"


async def test_an_event_comes_malformed_once_and_any_event_can_be_made_up(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    socket = await client.connect()
    discord.faults.malform("MESSAGE_CREATE", "author")
    for keys in ({"content"}, {"content", "author"}):
        await discord.say(ana, general, "hi")
        assert (await socket.data("MESSAGE_CREATE")).keys() & {"content", "author"} == keys
    discord.faults.dispatch("MADE_UP", {"x": 1})
    assert await socket.data("MADE_UP") == {"x": 1}


async def test_faults_that_did_not_happen_can_be_forgotten(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    discord.faults.refuse("get_current_user", 500)
    discord.faults.delay("get_current_user", 60)
    discord.faults.gateway_down()
    discord.faults.close_on_identify(4000)
    discord.faults.malform("MESSAGE_CREATE", "author")
    discord.faults.reject_token()
    discord.faults.clear()
    assert (await client.call("GET", "/users/@me")).status == 200
    socket = await client.connect()
    await discord.say(ana, general, "hi")
    assert "author" in await socket.data("MESSAGE_CREATE")
