"""Budgets: reserved before a call, settled after, never exceeded by more than one call."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store import Ledger, connect
from bot.usage import Full, Reservation, Scope, Spender, Within
from tests.bot.store.books import ANA, BEN, DAY, DOLLAR, Clock, caps, entry, reserved

HERE = Scope(Within.CHANNEL, "slack:C1")
ME = Scope(Within.USER, "slack:U1")
CENT = DOLLAR // 100


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(client: Any, clock: Clock) -> Ledger:
    return Ledger(client, clock=clock)


async def spend(ledger: Ledger, amount: int, turn: str, spender: Spender = ANA) -> None:
    reservation = await reserved(ledger, amount, caps(spender))
    assert await ledger.settle(reservation, entry(turn, spender, amount))


async def test_without_a_budget_everything_is_reserved(ledger: Ledger) -> None:
    for _ in range(3):
        reservation = await reserved(ledger, 10**15, caps())
        assert not reservation.near


async def test_a_spent_budget_is_full_until_midnight_in_utc(ledger: Ledger, clock: Clock) -> None:
    await spend(ledger, DOLLAR, "t1")
    full = await ledger.reserve(CENT, caps(channel=1))
    assert isinstance(full, Full)
    assert (full.scope, full.cap, full.spent, full.held) == (HERE, DOLLAR, DOLLAR, 0)
    assert not full.for_now
    assert full.resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    clock.at = full.resets_at.timestamp()
    await reserved(ledger, CENT, caps(channel=1))


async def test_a_budget_smaller_than_a_call_is_good_for_one(ledger: Ledger) -> None:
    await reserved(ledger, DOLLAR, caps(user=0.01))
    assert isinstance(await ledger.reserve(DOLLAR, caps(user=0.01)), Full)


async def test_what_runs_is_held_and_given_back_when_it_is_settled(ledger: Ledger) -> None:
    running = await reserved(ledger, DOLLAR, caps(channel=1))
    full = await ledger.reserve(DOLLAR, caps(channel=1))
    assert isinstance(full, Full)
    assert (full.spent, full.held, full.for_now) == (0, DOLLAR, True)
    await ledger.settle(running, entry("t1", cost=CENT))
    await reserved(ledger, DOLLAR, caps(channel=1))


async def test_a_call_that_cost_nothing_is_given_back_once(ledger: Ledger) -> None:
    running = await reserved(ledger, DOLLAR, caps(channel=1))
    other = await reserved(ledger, 0, caps())
    await ledger.release(running)
    await ledger.release(running)
    await ledger.release(other)
    await reserved(ledger, DOLLAR, caps(channel=1))
    assert isinstance(await ledger.reserve(0, caps(channel=1)), Full)


async def test_a_repeated_settlement_gives_its_own_reservation_back(ledger: Ledger) -> None:
    await spend(ledger, CENT, "t1")
    taken_over = await reserved(ledger, DOLLAR, caps(channel=1))
    assert not await ledger.settle(taken_over, entry("t1", cost=CENT))
    await reserved(ledger, DOLLAR, caps(channel=1))


async def test_each_scope_has_a_budget_of_its_own(ledger: Ledger) -> None:
    await spend(ledger, DOLLAR, "t1")
    elsewhere = Spender("slack:U1", "slack:C2", "Ana")
    stranger = Spender("slack:U9", "slack:C9", "Zoe")
    for spender, budget, refused in (
        (ANA, {"user": 1.0}, ME),
        (elsewhere, {"user": 1.0}, ME),
        (elsewhere, {"channel": 1.0}, None),
        (BEN, {"user": 1.0}, None),
        (BEN, {"channel": 1.0}, HERE),
        (stranger, {"user": 1.0, "channel": 1.0}, None),
        (stranger, {"total": 1.0}, Scope(Within.TOTAL)),
    ):
        outcome = await ledger.reserve(0, caps(spender, **budget))
        assert (outcome.scope if isinstance(outcome, Full) else None) == refused


async def test_a_scope_that_is_spent_is_told_before_one_that_is_only_held(ledger: Ledger) -> None:
    await spend(ledger, CENT, "t1")
    await reserved(ledger, DOLLAR, caps())
    full = await ledger.reserve(0, caps(user=0.5, channel=0.01, total=0.5))
    assert isinstance(full, Full)
    assert full.scope == HERE


async def test_nothing_is_held_where_one_scope_is_full(ledger: Ledger) -> None:
    await spend(ledger, DOLLAR, "t1", BEN)
    assert isinstance(await ledger.reserve(DOLLAR, caps(user=1, channel=1)), Full)
    await reserved(ledger, 0, caps(user=0.01))


async def test_at_80_percent_a_scope_is_near_and_one_caller_is_told_first(ledger: Ledger) -> None:
    await spend(ledger, 79 * CENT, "t1")
    assert (await reserved(ledger, 0, caps(channel=1))).near == ()
    await spend(ledger, CENT, "t2")
    near = [await reserved(ledger, 0, caps(user=5, channel=1)) for _ in range(3)]
    assert [reservation.near for reservation in near] == [(HERE,)] * 3
    assert [reservation.fresh for reservation in near] == [(HERE,), (), ()]


async def test_what_is_only_held_brings_no_scope_near(ledger: Ledger) -> None:
    await reserved(ledger, 90 * CENT, caps())
    assert (await reserved(ledger, 0, caps(channel=1))).near == ()


async def test_a_grant_opens_a_budget_for_today_once_for_each_click(
    ledger: Ledger, clock: Clock
) -> None:
    await spend(ledger, DOLLAR, "t1")
    assert (await reserved(ledger, 0, caps(channel=1.2))).fresh == (HERE,)
    assert await ledger.grant(HERE, DOLLAR, occasion="click 1") == DOLLAR
    assert await ledger.grant(HERE, DOLLAR, occasion="click 1") == DOLLAR
    assert (await reserved(ledger, 0, caps(channel=1))).near == ()
    await spend(ledger, 90 * CENT, "t2")
    assert (await reserved(ledger, 0, caps(channel=1))).fresh == (HERE,)  # of the larger one
    assert await ledger.grant(HERE, CENT, occasion="click 2") == DOLLAR + CENT
    clock.at += DAY
    await spend(ledger, DOLLAR, "t3")
    assert isinstance(await ledger.reserve(0, caps(channel=1)), Full)


async def test_a_grant_to_a_scope_without_a_budget_sets_no_limit(ledger: Ledger) -> None:
    await ledger.grant(ME, 1, occasion="click")
    await spend(ledger, DOLLAR, "t1")
    await reserved(ledger, DOLLAR, caps(user=0))


async def test_what_a_dead_worker_reserved_counts_until_it_runs_out(
    client: Any, clock: Clock
) -> None:
    dying = Ledger(client, clock=clock, reserved=0.15)
    dead = await reserved(dying, DOLLAR, caps(channel=1))
    assert isinstance(await dying.reserve(DOLLAR, caps(channel=1)), Full)
    await asyncio.sleep(0.16)
    await reserved(dying, DOLLAR, caps(channel=1))
    await dying.settle(dead, entry("t1", cost=CENT))  # it was not dead after all
    full = await dying.reserve(DOLLAR, caps(channel=1))
    assert isinstance(full, Full)
    assert (full.spent, full.held) == (CENT, DOLLAR)


async def test_a_hundred_askers_on_two_clients_spend_one_dollar_and_at_most_one_answer_more(
    store_url: str, clock: Clock
) -> None:
    bound, actual = 7 * CENT, 5 * CENT
    running = most_running = 0

    async def ask(ledger: Ledger, asker: int) -> int:
        nonlocal running, most_running
        spender = Spender(f"slack:U{asker}", "slack:C1", f"Asker {asker}")
        refused = 0
        while isinstance(
            outcome := await ledger.reserve(bound, caps(spender, user=1, channel=1)), Full
        ):
            assert outcome.scope == HERE
            if not outcome.for_now:
                return 0
            refused += 1
            await asyncio.sleep(0.005 * refused)
        running += 1
        most_running = max(most_running, running)
        await asyncio.sleep(0.002)
        running -= 1
        await ledger.settle(outcome, entry(f"t{asker}", spender, actual))
        return actual

    async with connect(store_url, name="a") as one, connect(store_url, name="b") as two:
        ledgers = [Ledger(one, clock=clock), Ledger(two, clock=clock)]
        spent = sum(await asyncio.gather(*(ask(ledgers[n % 2], n) for n in range(100))))
        report = await ledgers[0].report(HERE, 1)
    assert DOLLAR <= spent <= DOLLAR + actual
    assert report.over(1).cost == spent
    assert 1 < most_running <= 1 + 100 // 7


async def test_a_reservation_tells_what_it_set_aside(ledger: Ledger) -> None:
    reservation = await reserved(ledger, CENT, caps())
    assert isinstance(reservation, Reservation)
    assert (reservation.amount, reservation.day.isoformat()) == (CENT, "2026-11-22")
