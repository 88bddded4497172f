"""A script about limits that is sent again because its reply was lost counts nothing twice."""

from collections.abc import Awaitable, Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from bot.manners import Ticket
from bot.model import Usage
from bot.quota import Allowance, Quota
from bot.retry import Failure, Trouble
from bot.store import Throttle, connect
from bot.store.scripts import metering
from tests.bot.store.wire import wire_to

TICKET = Ticket("m", "1", 300)
LIMITS = Quota(Allowance(1000, 1000), Allowance(1000, 900), Allowance(1000, 1000))
PATIENCE = 60.0
TIMES = {"at", "went", "opened", "probe", "told", "scouted"}  # what a script takes from the clock

Move = Callable[[Throttle, Throttle], Awaitable[object]]


def overloaded(retry_after: float | None = None) -> Failure:
    return Failure(Trouble.OVERLOADED, True, retry_after, "", ailing=True, quota=LIMITS)


async def storm(throttle: Throttle, failures: int) -> None:
    for number in range(failures):
        await throttle.failed(Ticket("m", f"f{number}", 1), overloaded(), begun=False)


async def admit(throttle: Throttle, _: Throttle) -> object:
    return await throttle.admit(TICKET, patience=PATIENCE)


async def admit_a_probe(throttle: Throttle, hasty: Throttle) -> object:
    await storm(hasty, 5)
    return await throttle.admit(TICKET, patience=PATIENCE)


async def admit_a_scout(throttle: Throttle, hasty: Throttle) -> object:
    await hasty.opened(Ticket("m", "2", 1), Quota(Allowance(1000, 0), None, None))
    return await hasty.admit(TICKET, patience=PATIENCE)


async def opened(throttle: Throttle, _: Throttle) -> None:
    await admit(throttle, throttle)
    await throttle.opened(TICKET, LIMITS)


async def spent(throttle: Throttle, _: Throttle) -> None:
    await admit(throttle, throttle)
    await throttle.spent(TICKET, Usage(input=100, output=100))


async def withdraw(throttle: Throttle, _: Throttle) -> None:
    await admit(throttle, throttle)
    await throttle.withdraw(TICKET)


async def failed(throttle: Throttle, _: Throttle) -> object:
    await admit(throttle, throttle)
    return await throttle.failed(TICKET, overloaded(30.0), begun=False)


async def failed_as_the_fourth(throttle: Throttle, _: Throttle) -> object:
    await storm(throttle, 3)
    return await throttle.failed(TICKET, overloaded(), begun=False)


MOVES: list[tuple[str, Move]] = [
    ("admit", admit),
    ("admit", admit_a_probe),
    ("admit", admit_a_scout),
    ("opened", opened),
    ("spent", spent),
    ("spent", withdraw),
    ("failed", failed),
    ("failed", failed_as_the_fourth),
]


@pytest.mark.parametrize(("script", "move"), MOVES)
async def test_a_lost_reply_changes_neither_the_answer_nor_what_is_kept(
    script: str, move: Move, store_url: str, tmp_path: Path
) -> None:
    name = sha1(metering(script).encode(), usedforsecurity=False).hexdigest()
    async with (
        wire_to(store_url, tmp_path / "wire") as wire,
        connect(f"unix://{tmp_path / 'wire'}", name="test") as client,
    ):
        undisturbed = await played(client, move, lambda: None)
        disturbed = await played(client, move, lambda: wire.lose_the_reply_to(name))

    assert wire.lost == 1
    assert disturbed[0] == undisturbed[0]
    assert disturbed[1] == undisturbed[1]
    assert disturbed[2] == pytest.approx(undisturbed[2], abs=20)  # a level runs off by 16 a second


async def played(
    client: Any, move: Move, then: Callable[[], None]
) -> tuple[object, dict[str, Any], dict[str, float]]:
    """What *move* answers, what is kept, and what of that is a level or an estimate."""
    await client.flushall()
    await Throttle(client).opened(Ticket("m", "0", 1), LIMITS)
    then()
    answer = await move(Throttle(client, probing=60), Throttle(client, fresh=0, probing=-1))
    words: dict[str, Any] = {}
    numbers: dict[str, float] = {}
    for key in map(bytes.decode, await client.keys("*")):
        match await client.type(key):
            case b"hash":
                state = {k.decode(): v for k, v in (await client.hgetall(key)).items()}
                words[key] = {k for k in state if k in TIMES} | {
                    state.get("why"),
                    state.get("gone"),
                }
                numbers |= {
                    f"{key} {k}": float(v)
                    for k, v in state.items()
                    if k not in TIMES | {"why", "gone"}
                }
            case b"zset":
                words[key] = set(await client.zrange(key, 0, -1))
            case _:
                words[key] = await client.get(key)
    return answer, words, numbers
