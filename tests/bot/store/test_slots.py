"""Who is being answered, and who waits: caps, queues, and slots whose worker died."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Conversation
from bot.store import Slot, Slots, connect
from bot.store.scripts import slotting
from bot.usage import Within
from tests.bot.store.wire import with_a_lost_reply

Move = Callable[[Slots], Awaitable[object]]
LONG = 5.0  # seconds that nothing runs out in a test


def slot(number: int, *, user: str = "slack:ANA", channel: str = "slack:C", epoch: int = 1) -> Slot:
    """A slot for a question asked at *number*."""
    return Slot(Conversation("slack", "T", "C", f"{number}"), "t", epoch, number, user, channel)


async def entered(slots: Slots, *them: Slot, user: int = 2, channel: int = 0) -> list[int]:
    """When those of *them* were asked that get in."""
    return [
        one.asked_at for one in them if await slots.enter(one, user=user, channel=channel) is None
    ]


async def test_what_is_over_a_persons_cap_waits_and_nobody_else_does(slots: Slots) -> None:
    mine = [slot(number) for number in range(4)]
    assert await entered(slots, *mine) == [0, 1]
    assert await slots.enter(mine[2], user=2, channel=0) is Within.USER
    assert await entered(slots, slot(9, user="slack:BEN")) == [9]


async def test_what_is_over_a_channels_cap_waits_and_other_channels_do_not(slots: Slots) -> None:
    crowd = [slot(number, user=f"slack:U{number}") for number in range(3)]
    assert await entered(slots, *crowd, channel=2) == [0, 1]
    assert await slots.enter(crowd[2], user=2, channel=2) is Within.CHANNEL
    assert await entered(slots, slot(9, channel="slack:D"), channel=2) == [9]


async def test_who_waits_for_a_channel_does_not_use_up_a_person(slots: Slots) -> None:
    await entered(slots, slot(1, user="slack:BEN"), channel=1)
    assert await slots.enter(slot(2), user=1, channel=1) is Within.CHANNEL
    assert await slots.enter(slot(3, channel="slack:D"), user=1, channel=1) is None


async def test_zero_is_no_cap(slots: Slots) -> None:
    assert await entered(slots, *map(slot, range(30)), user=0) == list(range(30))


async def test_who_asked_first_goes_first(slots: Slots) -> None:
    await entered(slots, slot(0), user=1)
    assert await entered(slots, slot(2), slot(1), user=1) == []
    assert set(await slots.leave(slot(0))) == {slot(1).id, slot(2).id}
    assert await entered(slots, slot(2), slot(1), user=1) == [1]


async def test_who_leaves_the_queue_is_in_nobodys_way(slots: Slots) -> None:
    await entered(slots, slot(0), slot(1), slot(2), user=1)
    await slots.leave(slot(1))
    await slots.leave(slot(0))
    assert await entered(slots, slot(2), user=1) == [2]


async def test_two_processes_keep_one_cap(store_url: str) -> None:
    async with connect(store_url, name="one") as one, connect(store_url, name="two") as two:
        there = [Slots(one), Slots(two)]
        tries = (there[n % 2].enter(slot(n), user=3, channel=0) for n in range(20))
        assert (await asyncio.gather(*tries)).count(None) == 3


async def test_a_slot_whose_process_died_is_free_and_one_that_is_renewed_is_not(
    client: Any, slots: Slots
) -> None:
    await entered(Slots(client, held=0.5), slot(0), slot(1))
    await slots.renew([slot(0)])
    assert await entered(slots, slot(2)) == []
    await asyncio.sleep(0.5)
    assert await entered(slots, slot(2), slot(3)) == [2]


async def test_who_died_in_the_queue_is_in_nobodys_way(client: Any) -> None:
    hasty = Slots(client, held=LONG, believed=0.05)
    await entered(hasty, slot(0), slot(1), user=1)
    await hasty.leave(slot(0))
    await asyncio.sleep(0.06)
    assert await entered(hasty, slot(2), user=1) == [2]


async def test_who_takes_the_turn_over_takes_its_slot_over(slots: Slots) -> None:
    dead, heir = slot(0), slot(0, epoch=2)
    assert await entered(slots, dead, heir, slot(1), user=1) == [0, 0]
    # A worker that lives on without its lease neither goes on nor frees what is another's.
    assert await slots.enter(dead, user=1, channel=0) is not None
    assert await slots.leave(dead) == ()
    await slots.renew([dead])
    assert await entered(slots, slot(1), user=1) == []
    await slots.leave(heir)
    assert await entered(slots, slot(1), user=1) == [1]


async def test_what_was_left_is_not_renewed(slots: Slots) -> None:
    await entered(slots, slot(0), user=1)
    await slots.leave(slot(0))
    await slots.renew([slot(0)])
    assert await entered(slots, slot(1), user=1) == [1]


async def test_many_slots_are_renewed(client: Any, slots: Slots) -> None:
    many = [slot(number) for number in range(120)]
    await entered(Slots(client, held=LONG), *many, user=0)
    await slots.renew(many)
    left = [await client.pttl(key) for key in await client.keys("bot:{slots}:slot:*")]
    assert len(left) == 120
    assert min(left) > LONG * 1000


@given(
    caps=st.tuples(st.integers(0, 2), st.integers(0, 3)),
    moves=st.lists(st.tuples(st.integers(0, 11), st.booleans()), max_size=25),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_any_order_caps_hold_and_all_get_in(
    client: Any, caps: tuple[int, int], moves: list[tuple[int, bool]]
) -> None:
    await client.flushall()
    slots, (user, channel) = Slots(client, believed=LONG), caps
    all_ = [
        slot(number, user=f"slack:U{number % 2}", channel=f"slack:C{number % 3}")
        for number in range(12)
    ]
    held: set[Slot] = set()

    async def enter(one: Slot) -> None:
        if await slots.enter(one, user=user, channel=channel) is None:
            held.add(one)
        assert not user or most(held, "user") <= user
        assert not channel or most(held, "channel") <= channel

    for number, comes in moves:
        if comes:
            await enter(all_[number])
        else:
            await slots.leave(all_[number])
            held.discard(all_[number])
    done: set[Slot] = set()
    for _ in all_:  # in each round somebody gets in
        for one in all_:
            if one not in done:
                await enter(one)
        for one in tuple(held):
            await slots.leave(one)
        done |= held
        held.clear()
    assert done == set(all_)
    assert await client.keys("*") == []


def most(held: set[Slot], scope: str) -> int:
    names = [getattr(one, scope) for one in held]
    return max(map(names.count, names), default=0)


async def enter(slots: Slots) -> object:
    return await slots.enter(slot(1), user=1, channel=1)


async def wait(slots: Slots) -> object:
    await slots.enter(slot(0), user=1, channel=0)
    return await slots.enter(slot(1), user=1, channel=1)


async def renew(slots: Slots) -> None:
    await slots.enter(slot(0), user=1, channel=0)
    await slots.renew([slot(0)])


async def leave(slots: Slots) -> object:
    await wait(slots)
    return await slots.leave(slot(0))


MOVES: list[tuple[str, Move]] = [
    ("enter", enter),
    ("enter", wait),
    ("renew", renew),
    ("leave", leave),
]


@pytest.mark.parametrize(("script", "move"), MOVES)
async def test_a_lost_reply_changes_neither_the_answer_nor_what_is_kept(
    script: str, move: Move, store_url: str, tmp_path: Path
) -> None:
    undisturbed, disturbed = await with_a_lost_reply(
        slotting(script), lambda client: played(client, move), store_url, tmp_path
    )
    assert disturbed == undisturbed


def test_every_script_is_proven() -> None:
    files = (resources.files("bot.store") / "lua" / "slots").iterdir()
    scripts = {Path(file.name).stem for file in files} - {"shared"}
    assert {script for script, _ in MOVES} == scripts


async def played(client: Any, move: Move) -> tuple[object, list[bytes]]:
    """What *move* answers on an empty server, and the keys that are kept."""
    await client.flushall()
    return await move(Slots(client)), sorted(await client.keys("*"))
