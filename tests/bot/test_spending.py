"""Money round a call: what is told of a budget, and what an answer that broke off has cost."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.asking import Answer
from bot.bill import Bill
from bot.lineup import DEFAULT_TIERS
from bot.model import Draft, Ending, Message, Request, Role, Tier, Usage
from bot.prices import NANO, cost
from bot.sentences import explain
from bot.settings import BudgetsTable
from bot.spending import OverBudget, Paid, Spending
from bot.store import Ledger, connect
from bot.tiering import below
from bot.usage import Call, Reservation, Spender, budgets

ANA = Spender("slack:U1", "slack:C1", "Ana")
GENERAL, SIMPLE = DEFAULT_TIERS["general"], DEFAULT_TIERS["simple"]


@pytest.fixture
async def ledger(store_url: str) -> AsyncGenerator[Ledger]:
    async with connect(store_url, name="spending") as client:
        yield Ledger(client)


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
    async def ask(request: Request, bill: Bill) -> Answer:
        if asked is not None:
            asked.append(request.tier.name)
        usage = Usage(input=10, output=request.tier.max_tokens)
        answer = Answer(Draft.of("Because."), Ending("end_turn", usage))
        bill.begun(answer.draft, Usage())
        bill.ended(usage)
        return answer

    call = Call("slack:T:C:1", turn, "1.1")
    name = below(tier.name)
    lesser = None if name is None else DEFAULT_TIERS[name]
    told = [] if waits is None else waits
    return await spending.pay(request(tier), ANA, call, ask=ask, lesser=lesser, waits=told.append)


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
    mine, died = budgets(ANA, user=1.0, channel=0, total=0), Call("slack:T:C:1", "1", "1.1")
    before = await ledger.reserve(NANO, mine, call=died)
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
    await spending.grant(full, "once")
    assert await spending.full(ANA) is None
