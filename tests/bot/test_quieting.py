"""Being quiet by command: where it may be said, what everybody is told, what the caller alone."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import commands
from bot.model import Author, Conversation
from bot.panel import Panel
from bot.ports import Caller, Outcome
from bot.quieting import Quieting
from bot.sentences import say
from bot.settings import read
from bot.store import Conversations, Overrides, connect

CHANNEL = Conversation("slack", "T1", "C1", None)
THREAD = replace(CHANNEL, thread="1700.1")
BEN = Caller(Author("U1", "Ben\n<!here>"), THREAD, "slack:C1")
QUIET, WAKE = commands.Quiet(), commands.Wake()


@pytest.fixture
async def quieting(store_url: str, tmp_path: Path) -> AsyncGenerator[Quieting]:
    (tmp_path / "bot.toml").write_text(
        'language = "ja"\n[channels."slack:C2"]\nreply = "mention"\n'
        '[channels."slack:C3"]\nreply = "all"'
    )
    settings = read({}, tmp_path)
    async with connect(store_url, name="test") as client:
        panel = Panel(settings, Overrides(client))
        yield Quieting(Conversations(client).follow_ups, panel.in_force, settings.language)


@pytest.mark.parametrize("place", ["slack:C1", "slack:C3"])
async def test_everybody_is_told_who_did_it_and_how_to_undo_it_but_only_of_a_change(
    quieting: Quieting, place: str
) -> None:
    here = replace(BEN, settings_place=place)
    told = await quieting.carry_out(QUIET, here, "en")
    assert told.alone.startswith("I am quiet here: I read along")
    assert "Ben" in str(told.everybody)
    assert "`!wake`" in str(told.everybody)
    assert "さんの指示により" in str(told.everybody)
    assert "\n" not in str(told.everybody)
    again = await quieting.carry_out(QUIET, here, "en")
    assert (again.everybody, again.alone[:26]) == (None, "I am quiet here already: I")
    told = await quieting.carry_out(WAKE, here, "en")
    assert told.alone == "I answer here again without being mentioned."
    assert "`!quiet`" in str(told.everybody)
    again = await quieting.carry_out(WAKE, here, "en")
    assert (again.everybody, again.alone[:24]) == (None, "I am not quiet here: I a")


@pytest.mark.parametrize(
    "caller",
    [
        replace(BEN, place=CHANNEL),
        replace(BEN, place=replace(CHANNEL, channel="D1"), is_direct=True),
        replace(BEN, place=replace(THREAD, channel="D1"), is_direct=True),
    ],
    ids=["channel", "dm", "thread of a dm"],
)
@pytest.mark.parametrize(("command", "name"), [(QUIET, "quiet"), (WAKE, "wake")])
async def test_elsewhere_a_sentence_says_where_it_works(
    quieting: Quieting, command: commands.Switch, name: str, caller: Caller
) -> None:
    told = await quieting.carry_out(command, caller, "en")
    assert told.everybody is None
    assert f"say `/claude {name}` or `!{name}` in the one that you mean" in told.alone
    there = await quieting.carry_out(WAKE, replace(caller, place=THREAD, is_direct=False), "en")
    assert there.alone.startswith("I am not quiet here")


@pytest.mark.parametrize("command", [QUIET, WAKE])
async def test_where_only_mentions_are_answered_that_setting_is_named(
    quieting: Quieting, command: commands.Switch
) -> None:
    told = await quieting.carry_out(command, replace(BEN, settings_place="slack:C2"), "en")
    assert told == Outcome(say("quiet.by_setting", "en"))
