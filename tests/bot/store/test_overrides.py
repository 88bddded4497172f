"""What people change by command: kept for ever, told to everybody, taken back step by step."""

import asyncio
from typing import Any

import orjson
import pytest

from bot.errors import StoreAway
from bot.model import Author
from bot.settings import UNCHANGED, Override
from bot.store import Overrides, connect
from bot.store.scripts import AUDIT, OVERRIDES, UNDO, Scripts

ANA, BEN = Author("1", "Ana"), Author("2", "Ben")
HERE, THERE = "discord:1", "slack:C2"


@pytest.fixture
async def client(store_url: str) -> Any:
    async with connect(store_url, name="test") as client:
        yield client


@pytest.fixture
def overrides(client: Any) -> Overrides:
    return Overrides(client)


async def test_how_long_a_place_is_remembered_is_a_change_like_others(
    overrides: Overrides,
) -> None:
    await overrides.put(HERE, ANA, at=1, retention_days=7)
    assert await overrides.read() == {HERE: Override(by="Ana", retention_days=7)}
    await overrides.put(HERE, BEN, at=2, tier="simple")
    assert (await overrides.read())[HERE].retention_days == 7
    await overrides.undo(HERE, BEN, at=3)
    await overrides.undo(HERE, BEN, at=4)
    assert await overrides.read() == {}


async def test_a_change_holds_in_its_place_and_raises_the_version(overrides: Overrides) -> None:
    before = await overrides.version()
    done = await overrides.put(HERE, ANA, at=1, tier="complex")
    assert done is not None
    assert (done.before, done.after) == (UNCHANGED, Override(tier="complex", by="Ana"))
    await overrides.put(HERE, BEN, at=2, prompt="Be brief.")
    assert await overrides.read() == {HERE: Override("Be brief.", "complex", "Ben")}
    assert await overrides.version() == before + 2
    assert await overrides.put(HERE, ANA, at=3, tier="complex") is None


async def test_changes_are_taken_back_one_by_one(overrides: Overrides) -> None:
    for tier in ("simple", "complex"):
        await overrides.put(HERE, ANA, at=1, tier=tier)
    await overrides.put(THERE, ANA, at=1, prompt="x")
    done = await overrides.undo(HERE, BEN, at=2)
    assert done is not None
    assert done.after.tier == "simple"
    await overrides.undo(HERE, BEN, at=3)
    assert await overrides.read() == {THERE: Override("x", None, "Ana")}
    assert await overrides.undo(HERE, BEN, at=4) is None


async def test_each_change_is_audited(overrides: Overrides, client: Any) -> None:
    await overrides.put(HERE, ANA, at=7, tier="simple")
    await overrides.undo(HERE, BEN, at=8)
    last, first = map(orjson.loads, await client.lrange(AUDIT, 0, -1))
    assert (first["how"], first["by"], first["at"], first["place"]) == ("set", "1", 7, HERE)
    assert (last["how"], last["by"]) == ("undo", "2")
    assert (last["before"]["tier"], last["after"]["tier"]) == ("simple", None)


async def test_changes_at_once_all_count(overrides: Overrides) -> None:
    await asyncio.gather(
        overrides.put(HERE, ANA, at=1, tier="complex"),
        overrides.put(HERE, BEN, at=1, prompt="p"),
    )
    kept = (await overrides.read())[HERE]
    assert (kept.prompt, kept.tier) == ("p", "complex")


async def test_a_change_that_others_crowd_out_is_not_said_to_hold(
    overrides: Overrides, client: Any
) -> None:
    changes = [overrides.put(HERE, ANA, at=1, prompt=f"p{number}") for number in range(40)]
    done = await asyncio.gather(*changes, return_exceptions=True)
    assert None not in done
    made = [one for one in done if not isinstance(one, StoreAway)]
    assert await client.llen(AUDIT) == len(made) < 40


async def test_a_lost_reply_changes_nothing_twice(overrides: Overrides, client: Any) -> None:
    await overrides.put(HERE, ANA, at=1, tier="simple")
    kept = await client.hget(OVERRIDES, HERE)
    (entry,) = await client.lrange(AUDIT, 0, -1)
    scripts = Scripts(client)
    keys = [OVERRIDES, UNDO, AUDIT, "bot:{settings}:version"]
    reply = await scripts.run("override", keys, HERE, b"", kept, b"[]", entry, 10)
    assert reply == [b"changed"]
    assert await client.llen(AUDIT) == 1
    assert await overrides.version() == 1


async def test_what_cannot_be_read_says_nothing(overrides: Overrides, client: Any) -> None:
    await client.hset(OVERRIDES, mapping={HERE: b"{", THERE: b'{"tier": 7}'})
    await client.hset(UNDO, HERE, b"{")
    assert await overrides.read() == {HERE: UNCHANGED, THERE: UNCHANGED}
    assert await overrides.undo(HERE, ANA, at=1) is None
    assert await overrides.put(HERE, ANA, at=1, tier="simple") is not None
