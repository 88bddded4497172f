"""The gateway's bad days: a bot that comes back, or ends with the sentence that helps."""

import asyncio
import threading
from typing import Any

import pytest
from discord.gateway import KeepAliveHandler

from adapters.discord import DiscordAdapter
from adapters.discord.connection import Connection, Spent, Timing
from bot.errors import Denied
from bot.model import Conversation
from bot.ports import Kind, Mark
from sandbox.discord import Discord, Person
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until


def hearts() -> list[KeepAliveHandler]:
    """The threads of discord.py that send heartbeats."""
    return [thread for thread in threading.enumerate() if isinstance(thread, KeepAliveHandler)]


async def refused(discord: Discord, adapter: DiscordAdapter, ear: Keeper, code: int) -> Denied:
    discord.faults.close_on_identify(code)
    with pytest.raises(Denied) as caught:
        await adapter.run(ear, KeptDesk())
    return caught.value


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (4004, "discord.token_refused"),
        (4014, "discord.intent_off"),
        (4013, "discord.gateway_refused"),
    ],
)
async def test_a_fatal_close_code_ends_it(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper, code: int, key: str
) -> None:
    error = await refused(discord, adapter, ear, code)
    assert (error.key, error.arguments["code"]) == (key, code)
    assert not adapter.connected


async def test_a_token_that_was_reset_ends_it(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper
) -> None:
    discord.faults.reject_token()
    with pytest.raises(Denied) as caught:
        await adapter.run(ear, KeptDesk())
    assert caught.value.key == "discord.token_refused"


async def test_a_token_that_was_replaced_is_taken_for_the_next_login_and_for_calls(
    discord: Discord, ear: Keeper, ana: Person, general: str
) -> None:
    tokens = [discord.bot_token]
    adapter = DiscordAdapter(
        bot_token=lambda: tokens.pop(0) if tokens[1:] else tokens[0], api_url=discord.api_url
    )
    await adapter.check()
    tokens.append(discord.faults.reset_token())
    running = asyncio.ensure_future(
        adapter.run(ear, KeptDesk())
    )  # asked for with the old one once more
    await until(lambda: adapter.connected)
    question = discord.backfill(ana, general, "why?")
    thread = adapter.open(Conversation("discord", "1", general, question))
    await thread.post("Because.", Mark(question, 0, Kind.ANSWER))
    running.cancel()
    await asyncio.wait([running])
    await adapter.close()


async def test_an_event_that_cannot_be_read_costs_a_new_session(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear) as adapter:
        discord.faults.malform("MESSAGE_CREATE", "author")
        await discord.say(ana, general, "lost")
        await until(lambda: not adapter.connected)
        await until(lambda: adapter.connected)
        await discord.say(ana, general, "heard")
        await until(lambda: ear.heard)
        await until(lambda: len(ear.heard) == 2)
    assert sorted(ear.texts) == ["heard", "lost"]
    assert len(discord.identifies) == 2


async def test_an_invalid_session_is_begun_anew_at_the_same_gateway(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear) as adapter:
        await discord.say(ana, general, "before")
        await until(lambda: ear.heard)
        await discord.faults.invalidate(resumable=False)
        await discord.say(ana, general, "meanwhile")
        await until(lambda: len(discord.identifies) == 2)
        await until(lambda: adapter.connected)
        await discord.say(ana, general, "heard")
        await until(lambda: {"meanwhile", "heard"} <= set(ear.texts))


@pytest.mark.parametrize("code", [4000, 4009])
async def test_a_close_that_can_be_resumed_loses_nothing(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str, code: int
) -> None:
    async with serve(ear) as adapter:
        await discord.faults.close(code)
        await discord.say(ana, general, "meanwhile")
        await until(lambda: ear.heard)
        await until(lambda: adapter.connected)
    assert len(discord.identifies) == 1


async def test_identifies_that_discord_counts_as_few_are_kept(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper
) -> None:
    discord.starts_left = 5
    running = asyncio.ensure_future(adapter.run(ear, KeptDesk()))
    await until(lambda: discord.count("get_gateway_bot") == 1)
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.wait([running])
    assert not discord.identifies


async def test_few_identifies_left_end_a_running_session_and_hold_up_no_good_bye(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper
) -> None:
    running = asyncio.ensure_future(adapter.run(ear, KeptDesk()))
    await until(lambda: adapter.connected)
    discord.starts_left = 5
    asked = discord.count("get_gateway_bot")
    await discord.faults.invalidate(resumable=False)
    await until(lambda: discord.count("get_gateway_bot") > asked)
    await until(lambda: not discord.connections)
    await until(lambda: not hearts())
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=5)
    assert ended
    assert len(discord.identifies) == 1


async def test_who_is_told_to_stop_while_discord_is_asked_to_have_us_back_stops(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper
) -> None:
    running = asyncio.ensure_future(adapter.run(ear, KeptDesk()))
    await until(lambda: adapter.connected)
    discord.faults.delay("get_gateway_bot", 30)
    asked = discord.count("get_gateway_bot")
    await discord.faults.invalidate(resumable=False)
    await until(lambda: discord.count("get_gateway_bot") > asked)
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=5)
    assert ended
    await until(lambda: not hearts())


async def test_a_session_that_would_identify_too_often_is_given_up() -> None:
    connection = Connection(lambda _: pytest.fail("not built"), lambda: "a.b.c", Timing(brief=0.5))
    await connection.gate()
    with pytest.raises(Spent):
        await connection.gate()


async def test_a_gateway_that_cannot_be_asked_for_is_asked_again(
    discord: Discord, adapter: DiscordAdapter, ear: Keeper
) -> None:
    discord.faults.refuse("get_gateway_bot", 503)
    running = asyncio.ensure_future(adapter.run(ear, KeptDesk()))
    await until(lambda: adapter.connected)
    running.cancel()
    await asyncio.wait([running])


async def test_a_channel_without_its_place_in_the_list_keeps_us_from_nothing(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person
) -> None:
    away = discord.channel("away", guild=discord.guild("Late"))
    bare: dict[str, Any] = {"id": away, "type": 0, "name": "away", "permission_overwrites": []}
    late: dict[str, Any] = {"id": "77", "name": "Late", "members": [], "roles": [], "threads": []}
    async with serve(ear):
        discord.faults.dispatch("GUILD_CREATE", late | {"channels": [bare]})
        discord.faults.dispatch("CHANNEL_UPDATE", bare | {"guild_id": "77", "name": "far"})
        discord.faults.dispatch("CHANNEL_CREATE", bare | {"guild_id": "77", "id": "78"})
        await discord.say(ana, away, f"<#{away}>")
        await until(lambda: ear.heard)
    assert len(discord.identifies) == 1
