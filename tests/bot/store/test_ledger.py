"""What each day used: counted once, told by day, tier and person, and forgotten in time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.store import Ledger
from bot.usage import TOTAL, Report, Scope, Spender, Tally, Within
from tests.bot.store.books import ANA, BEN, DAY, DOLLAR, Clock, caps, entry, reserved

TODAY = date(2026, 11, 22)
LINES = f"bot:{{usage}}:{TODAY}:lines"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(client: Any, clock: Clock) -> Ledger:
    return Ledger(client, clock=clock)


async def test_an_answer_counts_for_its_user_its_channel_and_everybody(ledger: Ledger) -> None:
    one = entry()
    await ledger.settle(None, one)
    for scope in ANA.scopes:
        report = await ledger.report(scope, 1)
        assert report.over(1) == one.tally
        assert report.by_tier(1) == [("general", one.tally)]
        assert report.by_user(1) == [("slack:U1", one.tally)]
        assert report.names == {"slack:U1": "Ana"}


async def test_what_others_used_counts_in_no_scope_of_mine(ledger: Ledger) -> None:
    await ledger.settle(None, entry("t1", BEN))
    await ledger.settle(None, entry("t2", Spender("slack:U3", "slack:C2", "Cy")))
    mine, here, everything = [await ledger.report(scope, 30) for scope in ANA.scopes]
    assert [report.over(30).answers for report in (mine, here, everything)] == [0, 1, 2]
    assert "slack:U3" not in here.names
    assert not mine.names


async def test_answers_add_up_by_person_and_tier(ledger: Ledger) -> None:
    await ledger.settle(None, entry("t1"))
    await ledger.settle(None, entry("t2"))
    await ledger.settle(None, entry("t3", tier="complex", cost=5 * DOLLAR))
    report = await ledger.report(TOTAL, 1)
    assert [(tier, sums.answers, sums.cost) for tier, sums in report.by_tier(1)] == [
        ("complex", 1, 5 * DOLLAR),
        ("general", 2, 2 * DOLLAR),
    ]
    assert report.over(1) == Tally(3, 0, 300, 60, 900, 120, 7 * DOLLAR, 14 * DOLLAR)


async def test_a_call_is_counted_once_whoever_repeats_it(client: Any, clock: Clock) -> None:
    first, second = Ledger(client, clock=clock), Ledger(client, clock=clock)
    assert await first.settle(None, entry())
    assert not await second.settle(None, entry())
    clock.at += DAY  # not on another day either
    assert not await second.settle(None, entry())
    assert (await first.report(TOTAL, 30)).over(30).answers == 1


async def test_another_attempt_at_the_same_turn_is_another_call(ledger: Ledger) -> None:
    assert await ledger.settle(None, entry(attempt="1.1"))
    assert await ledger.settle(None, entry(attempt="1.2"))
    assert (await ledger.report(TOTAL, 1)).over(1).answers == 2


async def test_days_are_those_of_utc(ledger: Ledger, clock: Clock) -> None:
    clock.at += DAY / 2 - 1
    await ledger.settle(None, entry("t1"))
    clock.at += 1
    await ledger.settle(None, entry("t2"))
    clock.at += 6 * DAY
    report = await ledger.report(TOTAL, 30)
    assert report.today == date(2026, 11, 29)
    assert [line.day for line in report.lines] == [TODAY, date(2026, 11, 23)]
    assert [report.over(days).answers for days in (1, 7, 8)] == [0, 1, 2]


async def test_a_call_counts_on_the_day_it_was_reserved_for(ledger: Ledger, clock: Clock) -> None:
    reservation = await reserved(ledger, 5, caps())
    clock.at += DAY
    await ledger.settle(reservation, entry())
    assert [line.day for line in (await ledger.report(TOTAL, 30)).lines] == [TODAY]


async def test_a_person_has_the_newest_name_until_it_is_forgotten(
    ledger: Ledger, clock: Clock
) -> None:
    await ledger.settle(None, entry("t1"))
    clock.at += DAY
    await ledger.settle(None, entry("t2", replace(ANA, name="Ana Maria")))
    await ledger.settle(None, entry("t3", BEN))
    assert (await ledger.report(TOTAL, 30)).names["slack:U1"] == "Ana Maria"
    before = await ledger.report(TOTAL, 30)
    await ledger.forget("slack:U1", "slack:forgotten")
    report = await ledger.report(TOTAL, 30)
    assert report.names == {"slack:U2": "Ben"}
    assert {line.user for line in report.lines} == {"slack:U2", "slack:forgotten"}
    assert (report.over(1), report.over(30)) == (before.over(1), before.over(30))


async def test_sums_beyond_what_a_float_shows_are_exact(ledger: Ledger) -> None:
    for number in range(5):
        await ledger.settle(None, entry(f"t{number}", cost=10**15 - number))
    assert (await ledger.report(TOTAL, 1)).over(1).cost == 5 * 10**15 - 10


async def test_counts_beyond_reason_are_bounded(ledger: Ledger) -> None:
    odd = replace(entry(), tally=Tally(1, input=-5, output=10**30, cost=10**30))
    await ledger.settle(None, odd)
    assert (await ledger.report(TOTAL, 1)).over(1) == Tally(1, output=10**15, cost=10**15)


async def test_no_name_or_tier_breaks_the_book(ledger: Ledger) -> None:
    strange = Spender("slack:U1", "slack:C1", "line a b c\n\ud800")
    await ledger.settle(None, entry("t1", strange, tier="日本-1"))
    report = await ledger.report(TOTAL, 1)
    assert report.names == {"slack:U1": "line a b c\n?"}
    assert [line.tier for line in report.lines] == ["日本-1"]


async def test_what_cannot_be_read_stands_in_nobodys_way(ledger: Ledger, client: Any) -> None:
    await ledger.settle(None, entry())
    await client.hset(LINES, "line slack:U2 slack:C1 general", "1 two 3")
    await client.hset(LINES, "line slack:U4 slack:C1 general", "1 0 5 6 7 8 9 10 11 12")
    await client.hset(LINES, "line of something else that came later", "1")
    report = await ledger.report(Scope(Within.CHANNEL, "slack:C1"), 1)
    assert report.over(1).answers == 2


async def test_a_line_of_fewer_counts_goes_on(ledger: Ledger, client: Any) -> None:
    await client.hset(LINES, "line slack:U1 slack:C1 general", "1 0 5 broken")
    await client.expire(LINES, 60)
    await ledger.settle(None, entry())
    assert (await ledger.report(TOTAL, 1)).over(1) == Tally(
        2, 0, 105, 20, 300, 40, DOLLAR, 2 * DOLLAR
    )


async def test_counts_of_a_later_version_stay(ledger: Ledger, client: Any) -> None:
    await client.hset(LINES, "line slack:U1 slack:C1 general", f"1 0 0 0 0 0 0 0 77 {10**15}")
    await ledger.settle(None, entry())
    line = await client.hget(LINES, "line slack:U1 slack:C1 general")
    assert line.split()[0] == b"2"
    assert line.split()[8:] == [b"77", b"%d" % 10**15]


async def test_every_day_is_forgotten_after_400(ledger: Ledger, client: Any) -> None:
    reservation = await reserved(ledger, 5, caps())
    await ledger.settle(reservation, entry())
    await reserved(ledger, 5, caps())
    await ledger.grant(TOTAL, 5, occasion="click")
    assert await client.ttl(LINES) == pytest.approx(400 * DAY, abs=10)
    others = [key for key in await client.keys("*") if key.decode() != LINES]
    assert others
    for key in others:
        assert 0 < await client.ttl(key) <= 4 * DAY


async def test_all_keys_lie_in_one_hash_slot(ledger: Ledger, client: Any) -> None:
    await ledger.settle(await reserved(ledger, 5, caps()), entry())
    await reserved(ledger, 5, caps())
    keys = [key.decode() for key in await client.keys("*")]
    assert len(keys) == 6
    assert all(key.startswith("bot:{usage}:") for key in keys)


async def test_an_empty_ledger_reports_nothing(ledger: Ledger) -> None:
    assert await ledger.report(TOTAL, 30) == Report(TOTAL, TODAY, 30, (), {})
    assert TODAY - timedelta(days=29) == (await ledger.report(TOTAL, 30)).by_day(30)[0][0]
