"""Money round a call: what is told of a budget, and what an answer that broke off has cost."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from structlog.testing import capture_logs

from bot.asking import Answer, GaveUp
from bot.bill import Bill
from bot.lineup import DEFAULT_TIERS
from bot.model import Draft, Ending, Message, Request, Role, Tier, Usage
from bot.prices import NANO, cost
from bot.prompting import weigh
from bot.retry import Failure, Trouble
from bot.sentences import explain
from bot.settings import BudgetsTable
from bot.spending import OverBudget, Paid, Spending
from bot.store import Ledger, connect
from bot.tiering import below
from bot.usage import TOTAL, Charge, Reservation, Spender, Tally, budgets
from tests.bot.store.wire import wire_to

CHARGE = Charge("slack:T:C:1", "1", "1.1")
ANA = Spender("slack:U1", "slack:C1", "Ana")
GENERAL, SIMPLE = DEFAULT_TIERS["general"], DEFAULT_TIERS["simple"]


@pytest.fixture
async def ledger(store_url: str) -> AsyncGenerator[Ledger]:
    async with connect(store_url, name="spending") as client:
        yield Ledger(client)


def waited(_: float) -> None:
    raise AssertionError("nothing holds a budget")


def request(tier: Tier = GENERAL) -> Request:
    return Request(tier, "", (Message(Role.USER, ("why?",)),))


async def paid(
    spending: Spending,
    turn: str,
    tier: Tier = GENERAL,
    *,
    asked: list[str] | None = None,
    waits: list[float] | None = None,
) -> Paid:
    async def ask(request: Request, bill: Bill, _: int) -> Answer:
        if asked is not None:
            asked.append(request.tier.name)
        usage = Usage(input=10, output=request.tier.max_tokens)
        answer = Answer(Draft.of("Because."), Ending("end_turn", usage))
        bill.begun(answer.draft, Usage())
        bill.ended(usage)
        return answer

    charge = Charge("slack:T:C:1", turn, "1.1")
    name = below(tier.name)
    lesser = None if name is None else DEFAULT_TIERS[name]
    told = [] if waits is None else waits
    return await spending.pay(
        request(tier), ANA, charge, ask=ask, lesser=lesser, among=1, waits=told.append
    )


def near(tier: Tier) -> float:
    """A budget in USD of which one answer of *tier* takes nine tenths."""
    spent = cost(Usage(input=10, output=tier.max_tokens), tier)
    assert spent is not None
    return spent / NANO / 0.9


async def test_a_lesser_tier_is_told_of_once(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL)))
    asked: list[str] = []
    assert (await paid(spending, "1", asked=asked)).lesser is None
    cheap = replace(GENERAL, max_tokens=10)
    assert (await paid(spending, "2", cheap, asked=asked)).lesser == SIMPLE
    assert asked == ["general", "simple"]


@pytest.mark.parametrize(
    ("trouble", "among", "shares"),
    [
        (Trouble.OVERLOADED, 1, [("simple", 2), ("general", 2)]),
        (Trouble.UNSERVED, 1, [("simple", 2), ("general", 1)]),
        (Trouble.OVERLOADED, 2, [("simple", 2)]),
        (Trouble.BROKEN, 1, [("simple", 2)]),
    ],
)
async def test_who_stands_in_for_a_lesser_tier_has_what_it_left_of_one_patience(
    ledger: Ledger, trouble: Trouble, among: int, shares: list[tuple[str, int]]
) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL)))
    await paid(spending, "1")
    asked: list[tuple[str, int]] = []

    async def failing(request: Request, _: Bill, share: int) -> Answer:
        asked.append((request.tier.name, share))
        raise GaveUp(Failure(trouble, retryable=True, retry_after=None, detail=""), 1)

    cheap = request(replace(GENERAL, max_tokens=10))
    with pytest.raises(GaveUp) as raised:
        await spending.pay(
            cheap, ANA, CHARGE, ask=failing, lesser=SIMPLE, among=among, waits=waited
        )
    assert asked == shares
    assert raised.value.attempts == len(shares)


async def test_a_lesser_tier_that_did_not_answer_leaves_the_notice_to_the_next(
    ledger: Ledger,
) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL)))
    await paid(spending, "1")
    cheap = replace(GENERAL, max_tokens=10)

    async def failing(_: Request, __: Bill, ___: int) -> Answer:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await spending.pay(
            request(cheap), ANA, CHARGE, ask=failing, lesser=SIMPLE, among=1, waits=waited
        )
    assert (await paid(spending, "2", cheap)).lesser == SIMPLE
    assert (await paid(spending, "3", cheap)).lesser is None


async def test_where_there_is_no_lesser_tier_none_is_told_of(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(SIMPLE)))
    asked: list[str] = []
    await paid(spending, "1", SIMPLE)
    assert (await paid(spending, "2", SIMPLE, asked=asked)).lesser is None
    assert asked == ["simple"]


async def test_a_budget_that_is_only_held_is_not_said_to_be_used_up(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=1.0), patience=0)
    held = await ledger.reserve(NANO, budgets(ANA, user=1.0, channel=0, total=0))
    assert isinstance(held, Reservation)
    with pytest.raises(OverBudget) as raised:
        await paid(spending, "1")
    assert explain(raised.value).startswith("What is left of a budget")
    await ledger.release(held)
    assert await spending.full(ANA) is None


async def test_a_budget_that_is_held_for_long_is_waited_for_and_that_is_told_once(
    ledger: Ledger,
) -> None:
    spending, waits = Spending(ledger, BudgetsTable(user=1.0), patience=3), list[float]()
    await ledger.reserve(NANO, budgets(ANA, user=1.0, channel=0, total=0))
    with pytest.raises(OverBudget):
        await paid(spending, "1", waits=waits)
    assert waits == [1.0]


async def test_what_a_dead_worker_set_aside_for_an_answer_is_had_by_who_takes_it_over(
    ledger: Ledger,
) -> None:
    spending = Spending(ledger, BudgetsTable(user=1.0), patience=0)
    mine, died = budgets(ANA, user=1.0, channel=0, total=0), Charge("slack:T:C:1", "1", "1.1")
    before = await ledger.reserve(NANO, mine, charge=died)
    assert isinstance(before, Reservation)
    with pytest.raises(OverBudget):
        await paid(spending, "another")
    await paid(spending, "1")
    await ledger.release(before)
    assert isinstance(await ledger.reserve(NANO, mine), Reservation)
    with pytest.raises(OverBudget):
        await paid(spending, "1")


async def test_to_look_whether_a_budget_is_full_uses_up_no_notice(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL)))
    await paid(spending, "1")
    assert await spending.full(ANA) is None
    assert (await paid(spending, "2", replace(GENERAL, max_tokens=10))).lesser == SIMPLE


async def test_a_budget_that_is_spent_is_said_to_be_and_a_grant_opens_it(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL) / 2))
    await paid(spending, "1")
    with pytest.raises(OverBudget) as raised:
        await paid(spending, "2")
    assert explain(raised.value).startswith("You have used up")
    assert "00:00 UTC" in explain(raised.value)
    full = await spending.full(ANA)
    assert full is not None
    await spending.grant(full)
    assert await spending.full(ANA) is None


async def test_two_who_see_the_same_full_budget_grant_it_once(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL) / 2))
    await paid(spending, "1")
    full = await spending.full(ANA)
    assert full is not None
    await spending.grant(full)
    await spending.grant(full)
    await paid(spending, "2")
    again = await spending.full(ANA)
    assert again is not None
    await spending.grant(again)
    assert await spending.full(ANA) is None


async def test_who_has_no_lesser_tier_leaves_the_notice_to_the_next(ledger: Ledger) -> None:
    spending = Spending(ledger, BudgetsTable(user=near(GENERAL)))
    await paid(spending, "1")
    assert (await paid(spending, "2", replace(SIMPLE, max_tokens=1))).lesser is None
    assert (await paid(spending, "3", replace(GENERAL, max_tokens=10))).lesser == SIMPLE


@pytest.mark.parametrize("user", [0.0, 1.0])
async def test_a_call_that_breaks_off_costs_what_was_begun(ledger: Ledger, user: float) -> None:
    spending = Spending(ledger, BudgetsTable(user=user))

    async def broken(_: Request, bill: Bill, __: int) -> Answer:
        draft = Draft.of("", attempt=2)
        bill.begun(draft, Usage(input=7, output=1))
        draft.append("Half an ans")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await spending.pay(request(), ANA, CHARGE, ask=broken, lesser=None, among=1, waits=waited)
    used = (await spending.report(TOTAL, 1)).over(1)
    assert (used.input, used.output) == (7, weigh("Half an ans"))
    assert await spending.full(ANA) is None


@pytest.mark.parametrize("user", [0.0, 1.0])
async def test_a_call_that_was_not_begun_costs_nothing(ledger: Ledger, user: float) -> None:
    spending = Spending(ledger, BudgetsTable(user=user))

    async def refused(_: Request, __: Bill, ___: int) -> Answer:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await spending.pay(request(), ANA, CHARGE, ask=refused, lesser=None, among=1, waits=waited)
    assert (await spending.report(TOTAL, 1)).over(1) == Tally()


def nowhere_yet(here: Path) -> Redis:
    """A client for a server at *here*, where there is none so far; it gives up at once."""
    return Redis(unix_socket_path=str(here), retry=Retry(NoBackoff(), 0))


async def test_what_the_store_was_away_for_is_settled_when_it_is_back(
    store_url: str, ledger: Ledger, tmp_path: Path
) -> None:
    async with nowhere_yet(tmp_path / "wire") as client:
        spending = Spending(Ledger(client), BudgetsTable())
        assert (await paid(spending, "1")).answer.draft.text() == "Because."
        assert (await ledger.report(TOTAL, 1)).over(1) == Tally()
        async with wire_to(store_url, tmp_path / "wire"):
            with capture_logs() as lines:
                await ended(spending)
    assert lines == []  # nothing is lost
    used = (await ledger.report(TOTAL, 1)).over(1)
    assert (used.answers, used.output) == (1, GENERAL.max_tokens)


async def ended(spending: Spending) -> None:
    """What happens at the end of a process."""
    settling = asyncio.create_task(spending.keep_settled())
    await asyncio.sleep(0)
    settling.cancel()
    await asyncio.wait([settling])


async def test_what_is_cancelled_while_it_is_settled_is_settled_once(
    store_url: str, ledger: Ledger, tmp_path: Path
) -> None:
    here = tmp_path / "wire"
    async with wire_to(store_url, here) as wire, nowhere_yet(here) as client:
        spending = Spending(Ledger(client), BudgetsTable())
        await paid(spending, "1")
        wire.free.clear()
        paying = asyncio.create_task(paid(spending, "2"))
        while not wire.held:  # noqa: ASYNC110  - a wire tells nobody
            await asyncio.sleep(0.01)
        paying.cancel()
        await asyncio.wait([paying])
        assert paying.cancelled()
        wire.free.set()
        await ended(spending)
    assert (await ledger.report(TOTAL, 1)).over(1).answers == 2


async def test_who_is_stopped_while_a_budget_is_asked_holds_nothing_of_it(
    store_url: str, ledger: Ledger, tmp_path: Path
) -> None:
    here, mine = tmp_path / "wire", budgets(ANA, user=1.0, channel=0, total=0)
    async with wire_to(store_url, here) as wire, nowhere_yet(here) as client:
        asking = Ledger(client)
        await asking.reserve(0, mine)  # the server knows the script from here on
        wire.free.clear()
        stopped = asyncio.create_task(asking.reserve(NANO, mine))
        while not wire.held:  # noqa: ASYNC110  - a wire tells nobody
            await asyncio.sleep(0.01)
        assert not isinstance(await ledger.reserve(0, mine), Reservation)
        stopped.cancel()
        wire.free.set()
        await asyncio.wait([stopped])
        assert stopped.cancelled()
    assert isinstance(await ledger.reserve(0, mine), Reservation)


async def test_what_is_owed_at_the_end_of_all_is_told(tmp_path: Path) -> None:
    async with nowhere_yet(tmp_path / "wire") as client:
        spending = Spending(Ledger(client), BudgetsTable())
        await paid(spending, "1")
        with capture_logs() as lines:
            await ended(spending)
    (line,) = (line for line in lines if line["event"] == "usage_lost")
    assert (line["question"], line["usd"]) == ("1", pytest.approx(near(GENERAL) * 0.9))
