"""Changes of settings while the store comes and goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot import commands
from bot.governing import Governing
from bot.model import Author, Conversation
from bot.panel import Panel
from bot.ports import Caller
from bot.settings import read
from bot.store import Overrides, connect

PLACE = Conversation("slack", "T1", "C1", None)
BOSS = Caller(Author("U1", "Boss"), PLACE, "slack:C1", manages=True)


def severing(store_url: str, road: Path) -> Callable[[], float]:
    """A clock; who reads it finds the *road* to the store gone, and whoever was on it cut off."""

    def read_the_clock() -> float:
        road.unlink(missing_ok=True)
        client: Any = Redis.from_url(store_url)  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
        with client:
            for one in cast("list[dict[str, str]]", client.client_list()):
                if one["name"] == "panel":
                    client.client_kill_filter(_id=one["id"])
        return 1_700_000_000

    return read_the_clock


@pytest.mark.parametrize(
    ("command", "alone", "everybody"),
    [
        (
            commands.SetTier("complex"),
            "Changed.",
            "Boss set the tier of this channel to `complex`.",
        ),
        (commands.Undo(), "Taken back.", "Boss set the tier of this channel to `general`."),
    ],
)
async def test_a_change_is_told_though_the_store_goes_away_right_after_it(
    store_url: str, tmp_path: Path, command: commands.Setting, alone: str, everybody: str
) -> None:
    road = tmp_path / "road"
    road.symlink_to(unquote(urlsplit(store_url).path))
    looking = AsyncRedis(
        unix_socket_path=str(road), client_name="panel", retry=Retry(NoBackoff(), 0)
    )
    async with connect(store_url, name="test") as client:
        overrides = Overrides(client)
        if isinstance(command, commands.Undo):
            await overrides.put("slack:C1", BOSS.author, at=0, tier="simple")
        panel = Panel(read({}, tmp_path), Overrides(looking))
        governing = Governing(panel, overrides, severing(store_url, road))
        outcome = await governing.carry_out(command, BOSS, "en")
        held = panel.in_force("slack:C1").chosen
        await looking.aclose()
    assert held == ("general" if isinstance(command, commands.Undo) else "complex")
    assert outcome.alone.startswith(alone)
    assert outcome.everybody == everybody


async def test_a_tier_is_found_however_it_is_written(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text('[tiers.Fast]\nmodel = "claude-haiku-5-5"\n')
    async with connect(store_url, name="test") as client:
        overrides = Overrides(client)
        panel = Panel(read({}, tmp_path), overrides)
        governing = Governing(panel, overrides, lambda: 0)
        await governing.carry_out(commands.parse("tier FAST"), BOSS, "en")  # type: ignore[arg-type]
        assert panel.in_force("slack:C1").chosen == "Fast"
