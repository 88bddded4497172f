"""A person's name is taken off the changes of settings that they made, which stay."""

from typing import Any

import orjson
import pytest

from bot.model import Author
from bot.settings import Override
from bot.store import Overrides, Signatures
from bot.store.scripts import AUDIT, OVERRIDES, UNDO
from tests.contents import holding

ANA, MARIA, BEN = Author("1", "Ana"), Author("1", "Ana Maria"), Author("2", "Ben")
HERE, THERE, ELSEWHERE = "discord:1", "discord:2", "slack:C1"


@pytest.fixture
def overrides(client: Any) -> Overrides:
    return Overrides(client)


@pytest.fixture
def signatures(client: Any) -> Signatures:
    return Signatures(client)


async def test_changes_stay_without_the_name_of_who_made_them(
    overrides: Overrides, signatures: Signatures, client: Any
) -> None:
    await overrides.put(HERE, MARIA, at=1, tier="complex")
    await overrides.put(HERE, ANA, at=2, prompt="Be brief.")
    await overrides.put(HERE, BEN, at=3, retention_days=7)
    await overrides.put(THERE, ANA, at=4, tier="simple")
    version = await overrides.version()
    await signatures.take_off("discord", ANA, "nobody")
    assert not await holding(client, "Ana", '"by":"1"')
    assert await overrides.version() > version
    assert await overrides.read() == {
        HERE: Override("Be brief.", "complex", "Ben", 7),
        THERE: Override(tier="simple"),
    }
    audit = [orjson.loads(entry) for entry in await client.lrange(AUDIT, 0, -1)]
    assert [(entry["by"], entry["name"]) for entry in audit] == [
        ("nobody", ""),
        ("2", "Ben"),
        ("nobody", ""),
        ("nobody", ""),
    ]
    done = await overrides.undo(HERE, BEN, at=5)
    assert done
    assert done.after == Override("Be brief.", "complex", "")
    await overrides.undo(HERE, BEN, at=6)
    assert (await overrides.read())[HERE] == Override(tier="complex")


async def test_who_has_the_same_id_elsewhere_keeps_their_entries(
    overrides: Overrides, signatures: Signatures, client: Any
) -> None:
    await overrides.put(ELSEWHERE, Author("1", "Cleo"), at=1, tier="simple")
    before = await client.lrange(AUDIT, 0, -1)
    await signatures.take_off("discord", ANA, "nobody")
    assert await client.lrange(AUDIT, 0, -1) == before
    assert (await overrides.read())[ELSEWHERE].by == "Cleo"


async def test_a_long_audit_is_looked_through_to_its_end(
    overrides: Overrides, signatures: Signatures, client: Any
) -> None:
    for number in range(120):
        by = ANA if number % 3 else BEN
        await overrides.put(HERE, by, at=number, prompt=f"p{number}")
    await signatures.take_off("discord", ANA, "nobody")
    assert not await holding(client, "Ana")
    assert await client.llen(AUDIT) == 120


async def test_what_cannot_be_read_stays_as_it_is(signatures: Signatures, client: Any) -> None:
    await client.hset(OVERRIDES, HERE, "{Ana")
    await client.hset(UNDO, HERE, "{Ana")
    await client.lpush(AUDIT, "{Ana", "[]")
    await signatures.take_off("discord", ANA, "nobody")
    assert set(await holding(client, "{Ana")) == {OVERRIDES, UNDO, AUDIT}


async def test_taken_off_twice_changes_nothing_more(
    overrides: Overrides, signatures: Signatures
) -> None:
    await overrides.put(HERE, ANA, at=1, tier="complex")
    await signatures.take_off("discord", ANA, "nobody")
    version = await overrides.version()
    await signatures.take_off("discord", ANA, "nobody")
    assert await overrides.version() == version
