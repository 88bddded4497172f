"""One question on a screen, with a real store and stream: what happens when we are at fault."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.answering import Answering, Pen
from bot.caps import Caps
from bot.claude import Claude
from bot.model import Author, Conversation, Effort, History, Role, Tier, Turn, Wish
from bot.pacer import Pacer
from bot.ports import Mark
from bot.prices import NANO
from bot.retry import Patience
from bot.settings import BudgetsTable, InForce, LimitsTable, Pending, Reply
from bot.spending import Spending
from bot.store import Conversations, Lease, Ledger, Slots, Throttle, connect
from bot.usage import Charge, Spender, budgets
from sandbox import claude as wire
from tests.bot.test_delivery import Screen

ANA = Author("U1", "Ana")
TIER = Tier("general", "claude-sonnet-5-5", 1000, Effort.LOW)
MODE = InForce("", TIER, "general", Reply.THREAD, Pending.WAIT, 30, {})
HERE = Screen.conversation
MONTH = timedelta(days=30)


@dataclass
class Desk:
    """Everything that an answer needs, and the simulated Claude behind it."""

    store: Conversations
    claude: wire.Claude
    pen: Pen

    async def ask(self, screen: Screen, number: int = 1) -> bool:
        question = Turn(f"{number}", Role.USER, number, "canary-question", ANA)
        submitted = await self.store.submit(
            screen.conversation, question, Wish.ANSWER, tokens=1, retention=MONTH
        )
        assert submitted.lease
        return await self.go_on(screen, submitted.lease)

    async def go_on(self, screen: Screen, lease: Lease) -> bool:
        work = await self.store.begin(lease, merge=False)
        assert work
        return await Answering(self.pen, lease, screen, MODE, work).finish()


@pytest.fixture
async def desk(
    store: Conversations, throttle: Throttle, ledger: Ledger, slots: Slots
) -> AsyncGenerator[Desk]:
    async with desk_of(store, throttle, ledger, slots) as made:
        yield made


@asynccontextmanager
async def desk_of(
    store: Conversations, throttle: Throttle, ledger: Ledger, slots: Slots
) -> AsyncGenerator[Desk]:
    """A desk on *store*, with a Claude of its own."""
    async with (
        wire.Claude() as simulated,
        Claude(api_key=simulated.api_key, base_url=simulated.base_url) as claude,
    ):
        simulated.answers("canary-answer")
        yield Desk(
            store,
            simulated,
            Pen(
                store=store,
                claude=claude,
                manners=throttle,
                spending=Spending(ledger, BudgetsTable()),
                caps=Caps(slots, LimitsTable()),
                pacer=Pacer(time.monotonic),
                patience=Patience(5, 10),
                window_tokens=1000,
                language="en",
                clock=time.monotonic,
                dice=random.Random(1).random,
            ),
        )


@dataclass
class Unreadable(Screen):
    """A screen whose history has a fault of ours in it."""

    conversation = Conversation("screen", "W", "C", "0")

    async def history(self, before: str) -> History:
        raise ZeroDivisionError(f"canary in {before}")


@dataclass
class Unwritable(Screen):
    """A screen on which posting has a fault of ours in it."""

    async def post(self, text: str, mark: Mark) -> str:
        raise ZeroDivisionError(f"canary in {text}{mark}")


async def test_a_fault_of_ours_is_told_and_the_conversation_goes_on(desk: Desk) -> None:
    screen = Unreadable()
    with capture_logs() as lines:
        assert not await desk.ask(screen)
    (line,) = [line for line in lines if line["event"] == "answer_failed"]
    assert (line["fault"], line["log_level"]) == ("ZeroDivisionError", "error")
    assert "canary" not in str(lines)
    assert [text[:20] for text in screen.texts()] == ["Something went wrong"]


async def test_a_fault_of_ours_in_showing_it_closes_the_question(desk: Desk) -> None:
    with capture_logs() as lines:
        assert not await desk.ask(Unwritable())
    assert "answer_failed" in [line["event"] for line in lines]
    assert "canary" not in str(lines)
    screen = Screen()
    await desk.ask(screen, number=2)
    assert screen.texts() == ["canary-answer"]


async def test_what_was_stopped_before_it_began_is_not_asked(desk: Desk) -> None:
    screen = Screen()
    question = Turn("1", Role.USER, 1, "hello", ANA)
    submitted = await desk.store.submit(
        screen.conversation, question, Wish.ANSWER, tokens=1, retention=MONTH
    )
    assert submitted.lease
    assert await desk.store.stop(screen.conversation, "1")
    await desk.go_on(screen, submitted.lease)
    assert screen.texts() == ["Stopped."]
    assert desk.claude.requests == []


async def test_what_a_dead_worker_set_aside_is_given_back_where_nobody_asks_again(
    desk: Desk, store: Conversations, ledger: Ledger, store_url: str
) -> None:
    screen, question = Screen(), Turn("1", Role.USER, 1, "hello", ANA)
    caps = budgets(Spender("screen:U1", "C", "Ana"), user=1.0, channel=0, total=0)
    desk.pen = replace(desk.pen, spending=Spending(ledger, BudgetsTable(user=1.0)))
    async with connect(store_url, name="dying") as client:
        dying = Conversations(client, lease=0.02)
        lease = (await dying.submit(HERE, question, Wish.ANSWER, tokens=1, retention=MONTH)).lease
        assert lease
        await dying.begin(lease, merge=False)
        await ledger.reserve(NANO, caps, charge=Charge(HERE.key, "1", f"{lease.epoch}.1"))
    await asyncio.sleep(0.03)
    assert await store.stop(HERE, "1")
    taken = await store.take(HERE)
    assert taken
    assert await ledger.full(caps)
    await desk.go_on(screen, taken)
    assert screen.texts() == ["Stopped."]
    assert await ledger.full(caps) is None
