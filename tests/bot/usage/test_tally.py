from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import prices
from bot.lineup import DEFAULT_TIERS
from bot.model import Usage
from bot.usage import (
    TOTAL,
    Charge,
    Entry,
    Line,
    Report,
    Scope,
    Spender,
    Tally,
    Within,
    budgets,
    resets_at,
)

TODAY = date(2026, 11, 22)
ANA = Spender("slack:U1", "slack:C1", "Ana")
GENERAL = DEFAULT_TIERS["general"]
COUNTS = st.integers(0, 10**6)
TALLIES = st.builds(Tally, *[COUNTS] * 8)
LINES = st.builds(
    Line,
    st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back)),
    st.sampled_from(["u1", "u2", "u3"]),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["general", "simple"]),
    TALLIES,
)


@given(st.lists(LINES, max_size=20), st.integers(1, 30))
def test_every_way_to_sum_up_comes_to_the_same(lines: list[Line], days: int) -> None:
    report = Report(TOTAL, TODAY, 30, tuple(lines), {})
    whole = report.over(days)
    first = TODAY - timedelta(days=days - 1)
    assert whole.output == sum(line.tally.output for line in lines if line.day >= first)
    for parts in (report.by_day(days), report.by_tier(days), report.by_user(days)):
        assert sum((tally for _, tally in parts), Tally()) == whole
    assert [day for day, _ in report.by_day(days)] == [
        first + timedelta(days=n) for n in range(days)
    ]
    for parts in (report.by_tier(days), report.by_user(days)):
        assert [tally.cost for _, tally in parts] == sorted(
            (tally.cost for _, tally in parts), reverse=True
        )


def test_a_sum_adds_each_count_to_its_own() -> None:
    one, two = Tally(1, 2, 3, 4, 5, 6, 7, 8), Tally(10, 20, 30, 40, 50, 60, 70, 80)
    assert one + two == Tally(11, 22, 33, 44, 55, 66, 77, 88)


def test_an_entry_has_its_price() -> None:
    usage = Usage(input=100, output=10, cache_read=1000, cache_write=50)
    entry = Entry.of(Charge("c", "t", "1"), ANA, GENERAL, usage)
    assert entry.tally == Tally(
        1, 0, 100, 10, 1000, 50, prices.cost(usage, GENERAL) or 0, prices.nano(0.0024)
    )


def test_an_entry_without_a_price_says_so() -> None:
    tier = DEFAULT_TIERS["general"].__class__("mine", "m", 100, GENERAL.effort)
    entry = Entry.of(Charge("c", "t", "1"), ANA, tier, Usage(input=100, output=10))
    assert entry.tally == Tally(answers=1, unpriced=1, input=100, output=10)


def test_shares_are_of_what_was_read_and_of_what_it_would_have_cost() -> None:
    tally = Tally(input=20, cache_read=60, cache_write=20, cost=30, uncached=40)
    assert (tally.cached, tally.saved) == (0.6, 0.25)
    assert Tally(cost=50, uncached=40).saved == -0.25
    assert (Tally().cached, Tally().saved) == (None, None)


def test_a_spender_counts_in_three_scopes() -> None:
    assert [scope.key for scope in ANA.scopes] == ["user slack:U1", "channel slack:C1", "total"]
    for scope, held in zip(ANA.scopes, (True, True, True), strict=True):
        assert scope.holds("slack:U1", "slack:C1") is held
    assert not Scope(Within.USER, "slack:U2").holds("slack:U1", "slack:C1")
    assert not Scope(Within.CHANNEL, "slack:C2").holds("slack:U1", "slack:C1")


@pytest.mark.parametrize("blank", ["", "slack:U 1", "slack:U{1}", "a\nb"])
def test_an_id_that_would_be_taken_for_another_is_refused(blank: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        Spender(blank, "slack:C1", "Ana")
    with pytest.raises(ValueError, match="not an id"):
        Spender("slack:U1", blank, "Ana")


def test_budgets_are_those_of_the_spender_in_nano_dollars() -> None:
    mine, here, all_ = budgets(ANA, user=0.1, channel=0.0, total=1e-12)
    assert (mine.cap, here.cap, all_.cap) == (100_000_000, 0, 1)
    assert (mine.scope, here.scope, all_.scope) == ANA.scopes


def test_a_day_ends_at_midnight_in_utc() -> None:
    assert resets_at(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=UTC)
