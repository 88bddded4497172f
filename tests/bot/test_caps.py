"""A question that waits its turn: what its thread shows, and who wakes it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.caps import Caps
from bot.errors import StoreAway
from bot.model import Conversation
from bot.ports import Mark
from bot.settings import LimitsTable
from bot.store import Conversations, Ledger, Slot, Slots, Throttle, connect
from bot.usage import Within
from tests.bot.test_answering import ANA, Desk, desk_of
from tests.bot.test_delivery import Screen

LOOK = 0.02  # seconds
ONE = LimitsTable(answers_user=1, answers_channel=0)
ONE_HERE = LimitsTable(answers_user=0, answers_channel=1)


def other(number: int = 0) -> Slot:
    """The slot of an answer that is written elsewhere for the same person in the same channel."""
    elsewhere = Conversation("screen", "W", "C", f"other{number}")
    return Slot(elsewhere, "t", 1, number, f"screen:{ANA.id}", "screen:C")


@pytest.fixture
async def client(store_url: str) -> AsyncGenerator[Any]:
    """A client of the empty server."""
    async with connect(store_url, name="test") as client:
        yield client


@pytest.fixture
async def desk(
    store: Conversations, throttle: Throttle, ledger: Ledger, slots: Slots
) -> AsyncGenerator[Desk]:
    async with desk_of(store, throttle, ledger, slots) as made:
        yield made


def capped(
    desk: Desk, slots: Slots, table: LimitsTable, *, look: float = LOOK, renewal: float = 60
) -> Caps:
    """The caps of *table*, which *desk* keeps to from here on."""
    caps = Caps(slots, table, untold=0.05, look=look, renewal=renewal)
    desk.pen = replace(desk.pen, caps=caps)
    return caps


def screen_of(number: int) -> Screen:
    screen = Screen()
    screen.conversation = Conversation("screen", "W", "C", f"s{number}")
    return screen


@dataclass
class Watched(Screen):
    """A screen that tells when something is posted on it."""

    posting: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, text: str, mark: Mark) -> str:
        message_id = await super().post(text, mark)
        self.posting.set()
        return message_id


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (ONE, "1 at most are answered at once for one person"),
        (ONE_HERE, "1 at most are answered at once in one channel"),
    ],
)
async def test_waiting_is_told_and_the_answer_takes_its_place(
    desk: Desk, slots: Slots, table: LimitsTable, told: str
) -> None:
    capped(desk, slots, table)
    screen = Watched()
    await slots.enter(other(), user=1, channel=1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.ask(screen))
        async with asyncio.timeout(5):
            await screen.posting.wait()
        (shown,) = screen.texts()
        assert told in shown
        assert not desk.claude.requests
        await slots.leave(other())
    assert screen.texts() == ["canary-answer"]
    assert screen.posted == 1


async def test_an_answer_that_ends_wakes_who_is_next_in_its_process(
    desk: Desk, slots: Slots
) -> None:
    capped(desk, slots, ONE, look=60)
    desk.claude.pace = 20
    screens = [screen_of(number) for number in range(4)]
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        for screen in screens:
            tasks.create_task(desk.ask(screen))
    assert [screen.texts() for screen in screens] == [["canary-answer"]] * 4


async def test_a_broken_answer_leaves_its_slot(desk: Desk, slots: Slots) -> None:
    capped(desk, slots, ONE)
    desk.claude.pace = 1
    task = asyncio.ensure_future(desk.ask(Screen()))
    await desk.claude.until(lambda: desk.claude.open == 1)
    assert await slots.enter(other(), user=1, channel=0) is Within.USER
    task.cancel()
    await asyncio.wait([task])
    assert await slots.enter(other(), user=1, channel=0) is None


async def test_an_answer_is_held_for_as_long_as_it_is_written(desk: Desk, store_url: str) -> None:
    async with connect(store_url, name="test") as client, asyncio.TaskGroup() as tasks:
        slots = Slots(client, held=0.6)
        caps = capped(desk, slots, ONE, renewal=0.05)
        keeping = tasks.create_task(caps.keep())
        desk.claude.pace = 1
        writing = tasks.create_task(desk.ask(Screen()))
        await desk.claude.until(lambda: desk.claude.open == 1)
        await asyncio.sleep(0.7)
        assert await slots.enter(other(), user=1, channel=0) is Within.USER
        writing.cancel()
        keeping.cancel()


class Blinking(Slots):
    """Slots that are out of reach for *away* more calls."""

    away = 0

    def _blink(self) -> None:
        if self.away:
            self.away -= 1
            raise StoreAway("store.away", reason="blinking")

    async def enter(self, slot: Slot, *, user: int, channel: int) -> Within | None:
        self._blink()
        return await super().enter(slot, user=user, channel=channel)

    async def leave(self, slot: Slot) -> tuple[str, ...]:
        self.away = 1
        self._blink()
        return ()


async def test_slots_that_are_out_of_reach_delay_an_answer_and_lose_none(
    desk: Desk, client: Any
) -> None:
    slots = Blinking(client, held=0.1)
    slots.away = 2
    capped(desk, slots, ONE)
    screen = Screen()
    with capture_logs() as lines:
        await desk.ask(screen)
    assert screen.texts() == ["canary-answer"]
    assert "slot_kept" in [line["event"] for line in lines]
    await asyncio.sleep(0.1)
    assert await slots.enter(other(), user=1, channel=0) is None


async def test_without_caps_the_store_is_not_asked(desk: Desk, client: Any) -> None:
    capped(desk, Slots(client), LimitsTable(answers_user=0, answers_channel=0))
    await desk.ask(Screen())
    assert not await client.keys("bot:{slots}:*")
    capped(desk, Slots(client), ONE)
    desk.claude.pace = 1
    task = asyncio.ensure_future(desk.ask(Screen(), number=2))
    await desk.claude.until(lambda: desk.claude.open == 1)
    assert await client.keys("bot:{slots}:*")
    task.cancel()
    await asyncio.wait([task])
