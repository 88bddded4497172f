"""What people say while nobody hears is answered once somebody does: restarts, lost sessions."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.sentences import say
from tests.adapters.discord.test_hearing import bare_message
from tests.wire.test_discord import Guild
from tests.wire.test_talk import said
from tests.world import world


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


def reads(there: Guild, channel: str | None = None) -> int:
    """How often Discord was asked for the messages of *channel*, or of any."""
    return sum(
        call.route == "get_messages" and channel in (None, call.ids["channel"])
        for call in there.discord.calls
    )


async def test_what_was_said_while_the_bot_was_down_is_answered_once(there: Guild) -> None:
    there.world.claude.answers("Yes.")
    there.discord.backfill(there.ana, there.general, f"<@{there.discord.bot_user}> old", ago=60)
    quiet = there.discord.channel("quiet")
    there.discord.backfill(there.ana, quiet, "nobody calls", ago=60)
    dm = there.discord.dm(there.ana)
    async with there.world.bot():
        thread = await there.ask("one")
        await there.discord.say(there.ana, dm, "one")
        await there.answered(thread, "Yes.")
        await there.answered(dm, "Yes.")
    assert reads(there) == 0  # the first start ever: nothing was missed
    await there.discord.say(there.ana, thread, "two")
    await there.discord.say(there.ana, dm, "two")
    app = there.discord.app_role()
    missed = await there.discord.say(there.ana, there.general, f"<@&{app}> three")
    for _ in range(2):  # and a second start finds nothing more
        async with there.world.bot():
            await there.answered(thread, "Yes.", "Yes.")
            await there.answered(dm, "Yes.", "Yes.")
            await there.answered(missed, "Yes.")
    assert [text for _, text in said(there.world.asked())][-1] in {"two", "three"}
    assert len(there.world.claude.requests) == 5
    assert reads(there, quiet) == 0


async def test_what_comes_live_and_is_read_in_the_gap_as_well_is_answered_once(
    there: Guild,
) -> None:
    there.world.claude.answers("Yes.")
    dm = there.discord.dm(there.ana)
    async with there.world.bot():
        await there.discord.say(there.ana, dm, "one")
        await there.answered(dm, "Yes.")
    missed = await there.discord.say(there.ana, dm, "two")
    there.discord.faults.delay("get_messages", 0.3)
    async with there.world.bot():
        await there.until(lambda: reads(there, dm))
        live = bare_message(there.ana, "", dm, 0) | {"id": missed}
        del live["guild_id"]
        there.discord.faults.dispatch("MESSAGE_CREATE", live)
        await there.answered(dm, "Yes.", "Yes.")
        thread = await there.ask("three")
        await there.answered(thread, "Yes.")
    assert len(there.world.claude.requests) == 3
    assert len(there.discord.answers(dm)) == 2


async def test_where_not_all_is_read_after_a_gap_one_line_says_so_to_those_who_called(
    there: Guild,
) -> None:
    there.world.claude.answers("Yes.")

    def texts(channel: str) -> list[str]:
        return [shown.text for shown in there.discord.answers(channel)]

    us, dm = f"<@{there.discord.bot_user}>", there.discord.dm(there.ana)
    async with there.world.bot():
        await there.discord.say(there.ana, dm, "one")
        await there.answered(dm, "Yes.")
    many, calls, quiet = (there.discord.channel(name) for name in ("many", "calls", "quiet"))
    await there.discord.say(there.ana, calls, f"{us} lost")
    for number in range(22):
        for place in (many, quiet):
            await there.discord.say(there.ana, place, f"{number} @everyone")
        await there.discord.say(there.ana, calls, "meanwhile")
    kept = await there.discord.say(there.ana, many, f"{us} kept")
    toml = 'language = "ja"'
    line = say("gap.left_out", "ja")
    async with there.world.bot(toml):
        await there.answered(kept, "Yes.")
        await there.until(lambda: texts(calls) == [line])
        await there.answered(dm, "Yes.")
    assert not texts(many)
    assert not texts(quiet)
    assert not any(answer.pinged for answer in there.discord.answers(calls))
