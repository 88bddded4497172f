"""Presses that lead to nothing, and what the caller alone is told of them."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.desk import Desk
from bot.governing import Governing
from bot.lineup import DEFAULT_TIERS
from bot.model import (
    Author,
    Conversation,
    Hint,
    IncomingMessage,
    Role,
    Turn,
    Usage,
    Wish,
    answer_id,
)
from bot.panel import Panel
from bot.ports import Caller, Control, Thread
from bot.settings import BudgetsTable
from bot.spending import Spending
from bot.store import Conversations, Lease, Ledger, Nudges, Overrides, connect
from bot.usage import Charge, Entry, Spender
from tests.bot.forgetful import forgetting

ANA = Author("U1", "Ana")
PLACE = Conversation("screen", "W", "C", "1")
MONTH = timedelta(days=30)


class Deaf:
    """An ear to which nobody speaks."""

    async def concerns(self, hint: Hint) -> bool:
        raise AssertionError(hint)

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        raise AssertionError(message, thread)


@pytest.fixture
async def desk(store_url: str, tmp_path: Path) -> AsyncGenerator[tuple[Desk, list[Lease]]]:
    led: list[Lease] = []
    async with connect(store_url, name="desk") as client:
        (tmp_path / "bot.toml").write_text("[budgets]\nuser = 0.01")
        read, overrides = settings.read({}, tmp_path), Overrides(client)
        governing = Governing(Panel(read, overrides), overrides, lambda: 0)
        store, nudges = Conversations(client), Nudges(client)
        spending = Spending(Ledger(client), read.budgets)
        forgets = forgetting(client)
        yield Desk(read, store, nudges, Deaf(), governing, spending, forgets, lead=led.append), led


async def answered(store: Conversations, *, incomplete: bool) -> None:
    question = Turn("1", Role.USER, 1, "Count", ANA)
    lease = (await store.submit(PLACE, question, Wish.ANSWER, tokens=1, retention=MONTH)).lease
    assert lease
    await store.begin(lease, merge=False)
    answer = Turn(answer_id("1"), Role.ASSISTANT, 1, "One", incomplete=incomplete)
    await store.finish(lease, answer, tokens=1, retention=MONTH)


@pytest.mark.parametrize("control", [Control.CONTINUE, Control.RETRY])
async def test_a_finished_answer_and_one_that_is_not_there_are_let_be(
    desk: tuple[Desk, list[Lease]], store: Conversations, control: Control
) -> None:
    at_desk, led = desk
    nothing = "There is nothing to go on with here."
    assert await at_desk.press(control, "1", Caller(ANA, PLACE, "screen:C")) == nothing
    await answered(store, incomplete=False)
    assert await at_desk.press(control, "1", Caller(ANA, PLACE, "screen:C")) == nothing
    assert not led


@pytest.mark.parametrize("control", [Control.CONTINUE, Control.RETRY])
async def test_an_unfinished_answer_is_led_at_once_and_only_once(
    desk: tuple[Desk, list[Lease]], store: Conversations, control: Control
) -> None:
    at_desk, led = desk
    await answered(store, incomplete=True)
    assert await at_desk.press(control, "1", Caller(ANA, PLACE, "screen:C")) is None
    assert [lease.conversation for lease in led] == [PLACE]
    told = await at_desk.press(control, "1", Caller(ANA, PLACE, "screen:C"))
    assert told == "I am at that answer already."
    assert len(led) == 1


async def test_a_press_may_come_a_moment_before_the_answer_is_remembered(
    desk: tuple[Desk, list[Lease]], store: Conversations
) -> None:
    at_desk, led = desk
    question = Turn("1", Role.USER, 1, "Count", ANA)
    lease = (await store.submit(PLACE, question, Wish.ANSWER, tokens=1, retention=MONTH)).lease
    assert lease
    async with asyncio.TaskGroup() as tasks:
        caller = Caller(ANA, PLACE, "screen:C")
        pressing = tasks.create_task(at_desk.press(Control.RETRY, "1", caller))
        await asyncio.sleep(0.05)
        await store.begin(lease, merge=False)
        stump = Turn(answer_id("1"), Role.ASSISTANT, 1, "One", incomplete=True)
        await store.finish(lease, stump, tokens=1, retention=MONTH)
    assert pressing.result() is None
    assert len(led) == 1


async def test_no_budget_is_granted_for_what_is_not_asked_again(
    desk: tuple[Desk, list[Lease]], store: Conversations, ledger: Ledger
) -> None:
    at_desk, led = desk
    await answered(store, incomplete=False)
    charge, ana = Charge(PLACE.key, "1", "1.1"), Spender("screen:U1", "screen:C", "Ana")
    dear = Usage(output=16_000)
    await ledger.settle(None, Entry.of(charge, ana, DEFAULT_TIERS["general"], dear))
    boss = Caller(ANA, PLACE, "screen:C", manages=True)
    told = await at_desk.press(Control.GRANT, "1", boss)
    assert told == "There is nothing to go on with here."
    assert not led
    assert await Spending(ledger, BudgetsTable(user=0.01)).full(ana) is not None
