"""What people are told of a change whatever becomes of the store behind it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot import commands
from bot.governing import Governing
from bot.model import Author, Conversation
from bot.panel import Panel
from bot.ports import Caller
from bot.settings import read
from bot.store import Changed, Overrides, connect
from tests.bot.store.wire import wire_to

BOSS = Caller(Author("1", "Boss"), Conversation("discord", "1", "2", None), "discord:2", True)


class Parting(Overrides):
    """The overrides of a store whose line is cut for good in the moment a change was made."""

    cut: Callable[[], Awaitable[None]]

    async def put(
        self, place: str, by: Author, *, at: int, **changed: str | None
    ) -> Changed | None:
        """The change, which was made."""
        done = await super().put(place, by, at=at, **changed)
        await self.cut()
        return done

    async def undo(self, place: str, by: Author, *, at: int) -> Changed | None:
        """The change, which was made."""
        done = await super().undo(place, by, at=at)
        await self.cut()
        return done


@pytest.mark.parametrize(
    ("command", "alone", "everybody", "tier"),
    [
        (commands.SetTier("complex"), "Changed.", "Boss set the tier", "complex"),
        (commands.Undo(), "Taken back.", "Boss set the tier", "general"),
    ],
)
async def test_a_change_is_told_and_holds_though_the_store_goes_away_behind_it(
    store_url: str,
    tmp_path: Path,
    command: commands.Setting,
    alone: str,
    everybody: str,
    tier: str,
) -> None:
    here = tmp_path / "wire"
    async with wire_to(store_url, here) as wire, connect(f"unix://{here}", name="test") as client:

        async def cut() -> None:
            here.unlink()
            await wire.leave()

        overrides = Parting(client)
        overrides.cut = cut
        await Overrides(client).put(BOSS.settings_place, BOSS.author, at=1, tier="simple")
        panel = Panel(read({}, tmp_path), overrides)
        told = await Governing(panel, overrides, lambda: 1).carry_out(command, BOSS, "en")
    assert told.alone.startswith(alone)
    assert str(told.everybody).startswith(everybody)
    assert panel.in_force(BOSS.settings_place).tier.name == tier
