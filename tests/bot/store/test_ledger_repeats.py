"""A script of the ledger that is sent again because its reply was lost counts nothing twice."""

from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bot.store import Ledger
from bot.store.scripts import accounting
from bot.usage import TOTAL, Charge, Reservation
from tests.bot.store.books import DOLLAR, Clock, caps, entry, reserved
from tests.bot.store.wire import with_a_lost_reply

Move = Callable[[Ledger, Reservation], Awaitable[object]]


async def reserve(ledger: Ledger, _: Reservation) -> object:
    reservation = await reserved(ledger, DOLLAR, caps(total=1))
    return reservation.amount, reservation.near, reservation.fresh


async def reserve_for_an_answer(ledger: Ledger, _: Reservation) -> object:
    charge = Charge("slack:T:C:1", "t1", "1.1")
    await ledger.reserve(DOLLAR, caps(total=2), charge=charge)
    taken = await ledger.reserve(DOLLAR, caps(total=2), charge=charge)
    assert isinstance(taken, Reservation)
    return taken.amount


async def forgo(ledger: Ledger, _: Reservation) -> object:
    charge = Charge("slack:T:C:1", "t1", "1.1")
    await ledger.reserve(DOLLAR, caps(total=2), charge=charge)
    await ledger.forgo(charge)
    return await ledger.full(caps(total=1))


async def reserve_in_vain(ledger: Ledger, _: Reservation) -> object:
    return await ledger.reserve(DOLLAR, caps(total=0.01))


async def settle(ledger: Ledger, reservation: Reservation) -> object:
    assert await ledger.settle(reservation, entry("t2"))
    assert not await ledger.settle(None, entry("t2"))
    return (await ledger.report(TOTAL, 1)).lines


async def release(ledger: Ledger, reservation: Reservation) -> None:
    await ledger.release(reservation)


async def untold(ledger: Ledger, _: Reservation) -> object:
    near = await reserved(ledger, DOLLAR // 100, caps(total=1))
    assert near.fresh
    await ledger.untold(near)
    return (await reserved(ledger, DOLLAR // 100, caps(total=1))).fresh


async def grant(ledger: Ledger, _: Reservation) -> object:
    return await ledger.grant(TOTAL, DOLLAR, occasion="click")


async def anonymous(ledger: Ledger, _: Reservation) -> object:
    await ledger.forget("slack:U1", "slack:forgotten")
    return (await ledger.report(TOTAL, 1)).lines


MOVES: list[tuple[str, Move]] = [
    ("reserve", reserve),
    ("reserve", reserve_for_an_answer),
    ("reserve", reserve_in_vain),
    ("settle", settle),
    ("forgo", forgo),
    ("release", release),
    ("untold", untold),
    ("grant", grant),
    ("anonymous", anonymous),
]


@pytest.mark.parametrize(("script", "move"), MOVES)
async def test_a_lost_reply_changes_neither_the_answer_nor_what_is_kept(
    script: str, move: Move, store_url: str, tmp_path: Path
) -> None:
    undisturbed, disturbed = await with_a_lost_reply(
        accounting(script), lambda client: played(client, move), store_url, tmp_path
    )
    assert disturbed == undisturbed


def test_every_script_is_proven() -> None:
    files = (resources.files("bot.store") / "lua" / "usage").iterdir()
    scripts = {Path(file.name).stem for file in files} - {"shared"}
    assert {script for script, _ in MOVES} == scripts


async def played(client: Any, move: Move) -> tuple[object, dict[bytes, object]]:
    """What *move* answers where 80 % of a dollar are spent and a call runs, and what is kept."""
    await client.flushall()
    ledger = Ledger(client, clock=Clock())
    assert await ledger.settle(None, entry("t1", cost=DOLLAR * 8 // 10))
    reservation = await reserved(ledger, DOLLAR // 10, caps())
    return await move(ledger, reservation), await kept(client)


async def kept(client: Any) -> dict[bytes, object]:
    """All that is kept; of reservations, whose ids are thrown by dice, only how many."""
    found: dict[bytes, object] = {}
    for key in await client.keys("*"):
        if key in {b"bot:{usage}:reserved", b"bot:{usage}:until"}:
            found[key] = await (client.hlen if key.endswith(b"reserved") else client.zcard)(key)
        elif await client.type(key) == b"hash":
            found[key] = await client.hgetall(key)
        else:
            assert await client.exists(key)
            found[key] = None
    return found
