"""What was said before a session is heard in it, and how far all was heard is noted."""

import asyncio
import time
from typing import Any

from structlog.testing import capture_logs

from adapters.discord import DiscordAdapter
from adapters.discord.snowflakes import micros
from bot.errors import StoreAway
from bot.model import Address, Conversation, Hint
from sandbox.discord import Discord, Person
from sandbox.discord.permissions import INVITED, Permission
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import BRISK, Keeper, until

HOUR = 3600
SECOND = 1_000_000  # microseconds


def ago(seconds: float) -> int:
    """That many seconds back, in microseconds since 1970."""
    return int((time.time() - seconds) * SECOND)


async def test_the_newest_twenty_messages_of_a_day_are_heard_the_oldest_first(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(30 * HOUR)
    discord.backfill(ana, discord.channel("old"), "too old", ago=25 * HOUR)
    for number in range(25):
        discord.backfill(ana, general, f"missed {number}", ago=HOUR - number)
    with capture_logs() as logs:
        async with serve(ear):
            await until(lambda: any(line["event"] == "discord_gap_read" for line in logs))
    assert ear.texts == [f"missed {number}" for number in range(5, 25)]
    assert discord.count("get_messages") == 2  # what is too old may call us
    (line,) = [line for line in logs if line["event"] == "discord_gap_read"]
    assert line["log_level"] == "warning"
    told = {name: line[name] for name in ("places", "messages", "places_too_old", "places_cut")}
    assert told == {"places": 1, "messages": 20, "places_too_old": 1, "places_cut": 1}
    assert line["seconds"] // HOUR == 30


async def test_a_server_that_shows_us_no_channel_is_nothing_to_read(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(HOUR)
    discord.guild("Empty")
    discord.backfill(ana, general, "missed", ago=60)
    with capture_logs() as logs:
        async with serve(ear):
            await until(lambda: any(line["event"] == "discord_gap_read" for line in logs))
    assert ear.texts == ["missed"]
    assert "discord_event_failed" not in {line["event"] for line in logs}


async def test_a_message_that_comes_while_the_gap_is_read_does_not_wait(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(60)
    discord.backfill(ana, general, "missed", ago=30)
    discord.faults.delay("get_messages", 0.3)
    async with serve(ear):
        await until(lambda: discord.count("get_messages") == 1)
        await discord.say(ana, general, "now")
        await until(lambda: len(ear.heard) == 2)
    assert ear.texts == ["now", "missed"]


async def test_a_place_that_cannot_be_read_does_not_stop_the_others(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(60)
    hidden = discord.channel("hidden", permissions=INVITED & ~Permission.READ_MESSAGE_HISTORY)
    names = [general, hidden, discord.channel("b"), discord.channel("c")]
    for age, channel in enumerate(names):
        discord.backfill(ana, channel, discord.name(channel), ago=30 + age)
    discord.faults.refuse("get_messages", 403, 50001)
    discord.faults.html("get_messages", status=503)
    async with serve(ear):
        await until(lambda: len(ear.heard) == 2)
        await asyncio.sleep(0.05)
    assert len(ear.heard) == 2
    assert hidden not in {call.ids.get("channel") for call in discord.calls}


async def test_dms_that_are_known_and_threads_are_read_where_they_are(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(60)
    dm = discord.dm(ana)
    ear.with_dms = [Conversation("discord", "dm", dm, None)]
    discord.backfill(ana, dm, "in a dm", ago=20)
    discord.backfill(ana, dm, "long ago", ago=90)
    thread = await discord.thread(general, "Plan", by=ana)
    discord.backfill(ana, thread, f"<@&{discord.app_role()}> in a thread", ago=10)
    async with serve(ear):
        await until(lambda: len(ear.heard) == 2)
    where = {message.text: message.conversation for message in ear.heard}
    assert where["in a dm"] == ear.with_dms[0]
    assert (where["in a thread"].channel, where["in a thread"].thread) == (general, thread)
    assert discord.count("get_channel") == 0


async def test_the_first_start_ever_reads_nothing_and_begins_to_count(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    old = discord.backfill(ana, general, "before us", ago=60)
    async with serve(ear):
        await until(lambda: ear.until and ear.until > micros(int(old)))
        await discord.say(ana, general, "hello")
        await until(lambda: ear.heard)
        said = int(ear.heard[0].id)
        await until(lambda: ear.until == micros(said))
    assert ear.texts == ["hello"]
    assert discord.count("get_messages") == 0


async def test_the_bookmark_stops_before_what_was_not_taken_in_when_we_left(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        await until(lambda: ear.until)
        ear.bug = asyncio.CancelledError()
        await discord.say(ana, general, "lost?")
        await until(lambda: len(ear.hints) == 1)
        ear.bug = None
        await discord.say(ana, general, "taken in")
        await until(lambda: ear.heard)
        await asyncio.sleep(0.2)
    ear.heard.clear()
    async with serve(ear):
        await until(lambda: len(ear.heard) == 2)
    assert ear.texts == ["lost?", "taken in"]


async def test_a_gap_waits_for_the_store_and_survives_what_fails_in_it(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(60)
    discord.backfill(ana, general, "one", ago=30)
    discord.backfill(ana, general, "two", ago=20)
    ear.store_is_away = True
    async with serve(ear):
        await asyncio.sleep(0.1)
        assert not ear.hints
        ear.store_is_away, ear.bug = False, RuntimeError("a bug")
        await until(lambda: len(ear.hints) == 2)
        ear.bug = None
        await discord.say(ana, general, "three")
        await until(lambda: ear.heard)
    assert ear.texts == ["three"]


async def test_a_fault_in_looking_back_does_not_end_the_hearing(
    discord: Discord, serve: Serve, ana: Person, general: str
) -> None:
    class Forgetful(Keeper):
        async def heard_until(self, platform: str) -> int | None:
            raise RuntimeError("a bug")

    ear = Forgetful()
    async with serve(ear):
        await discord.say(ana, general, "hello")
        await until(lambda: ear.heard)
        await asyncio.sleep(0.1)
    assert ear.until is None  # what was missed is still to be read


async def test_guilds_that_come_late_are_read_once_where_they_can_be(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.until = ago(60)
    away = discord.channel("away", guild=discord.guild("Late"))
    async with serve(ear):
        said = discord.backfill(ana, away, "missed", ago=30)
        late = guild("77", channels=[channel(away, said)])
        orphaned = guild("88", threads=[thread("66", "55", said)], members=[us(discord)])
        discord.faults.dispatch("GUILD_CREATE", orphaned)
        for _ in range(2):
            discord.faults.dispatch("GUILD_CREATE", late)
        await until(lambda: ear.heard)
        await discord.say(ana, general, "now")
        await until(lambda: len(ear.heard) == 2)
    assert ear.texts == ["missed", "now"]
    assert discord.count("get_messages") == 1


def guild(identity: str, **holding: list[dict[str, Any]]) -> dict[str, Any]:
    """A guild as an event tells of it, with as little as the library takes."""
    empty: dict[str, Any] = {"channels": [], "threads": [], "members": [], "roles": []}
    return {"id": identity, "name": "Late", "unavailable": False, **empty, **holding}


def channel(identity: str, last: str) -> dict[str, Any]:
    """A channel as a guild tells of it."""
    place: dict[str, Any] = {"position": 0, "permission_overwrites": []}
    return {"id": identity, "type": 0, "name": "away", "last_message_id": last, **place}


def thread(identity: str, parent: str, last: str) -> dict[str, Any]:
    """A thread as a guild tells of it."""
    moment = "2026-01-01T00:00:00+00:00"
    kept = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": moment}
    counts = {"message_count": 1, "member_count": 1, "owner_id": parent}
    names = {"id": identity, "parent_id": parent, "type": 11, "name": "Orphan"}
    return {**names, **counts, "last_message_id": last, "thread_metadata": kept}


def us(discord: Discord) -> dict[str, Any]:
    """Ourselves as a member."""
    user = {"id": discord.bot_user, "username": "Claude", "discriminator": "0", "avatar": None}
    return {"user": user, "roles": [], "joined_at": None, "flags": 0, "deaf": False, "mute": False}


async def test_a_gap_that_was_not_read_to_its_end_is_read_again(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    since = ear.until = ago(60)
    discord.backfill(ana, general, "missed", ago=30)
    discord.faults.delay("get_messages", 1.0)
    async with serve(ear):
        await until(lambda: discord.count("get_messages") == 1)
        await discord.say(ana, general, "now")
        await until(lambda: ear.heard)
        await asyncio.sleep(0.2)
    assert (ear.texts, ear.until) == (["now"], since)
    async with serve(ear):
        await until(lambda: len(ear.heard) == 3)
    assert ear.texts == ["now", "missed", "now"]  # the store knows what it has


async def test_who_called_longer_than_a_day_ago_is_told_once_that_nobody_took_it_in(
    discord: Discord, ana: Person
) -> None:
    class Called(Keeper):
        async def concerns(self, hint: Hint) -> bool:
            if hint.conversation.channel == odd:
                raise StoreAway("store.away")
            return await super().concerns(hint) and hint.address is Address.US

    us, robot = f"<@{discord.bot_user}>", discord.person("Robot", bot=True)
    names = ("called", "plain", "machines", "busy", "shut", "odd")
    called, plain, machines, busy, shut, odd = places = [discord.channel(name) for name in names]
    for place in (called, shut, odd):
        discord.backfill(ana, place, f"{us} too old", ago=25 * HOUR)
    discord.backfill(ana, plain, "too old", ago=25 * HOUR)
    discord.backfill(robot, machines, f"{us} too old", ago=25 * HOUR)
    for number in range(150):
        discord.backfill(ana, busy, us if number == 149 else "hi", ago=HOUR - number)
    discord.faults.refuse("create_message", 403, 50013)
    adapter = DiscordAdapter(
        bot_token=discord.bot_token, api_url=discord.api_url, pace=BRISK, left_out="Not all."
    )
    await adapter.check()
    ear = Called()
    with capture_logs() as logs:
        for ends in (
            lambda: discord.count("create_message") == 3,
            lambda: any(line["event"] == "discord_gap_read" for line in logs),
        ):
            ear.until = ago(30 * HOUR)  # the second begins the same gap anew, as behind a crash
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(adapter.run(ear, KeptDesk()))
                await until(ends)
                running.cancel()
    await adapter.close()
    told = {place: [m.text for m in discord.answers(place)] for place in places}
    told_in = {discord.name(place) for place, texts in told.items() if texts == ["Not all."]}
    assert told_in == {"called", "busy", "shut"}  # what was refused is said at the next try
    assert sum(map(len, told.values())) == 3
    assert set(ear.texts) == {""}
