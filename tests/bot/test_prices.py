import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import prices
from bot.lineup import DEFAULT_TIERS
from bot.model import Effort, Price, Tier, Usage

COMPLEX, GENERAL, SIMPLE = (DEFAULT_TIERS[name] for name in ("complex", "general", "simple"))
UNKNOWN = dataclasses.replace(GENERAL, prices=())

TOKENS = st.integers(0, 300_000)
USAGES = st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS)
DOLLARS = st.decimals(0, 100, places=6).map(float)
BANDS = st.builds(Price, DOLLARS, DOLLARS, DOLLARS, DOLLARS, above=st.integers(1, 400_000))
TIERS = st.lists(BANDS, min_size=1, max_size=4, unique_by=lambda band: band.above).map(
    lambda bands: Tier(
        "t",
        "m",
        16_000,
        Effort.LOW,
        prices=(dataclasses.replace(bands[0], above=0), *bands[1:]),
    )
)


@pytest.mark.parametrize(
    ("tier", "usage", "dollars"),
    [
        (COMPLEX, Usage(input=1_000_000), "4"),
        (GENERAL, Usage(output=1_000_000), "10"),
        (GENERAL, Usage(input=1000, output=200, cache_read=30_000, cache_write=400), "0.008"),
        (SIMPLE, Usage(cache_read=1), "0.00000001"),
        (SIMPLE, Usage(cache_write=1), "0.000000125"),
        (SIMPLE, Usage(), "0"),
    ],
)
def test_an_answer_costs_what_its_tier_says(tier: Tier, usage: Usage, dollars: str) -> None:
    cost = prices.cost(usage, tier)
    assert cost is not None
    assert prices.usd(cost) == Decimal(dollars)


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(input=100_000, output=1000), "0.0105"),
        (Usage(input=100_001, output=1000), "0.0525005"),
        (Usage(input=1, output=1000, cache_read=60_000, cache_write=40_000), "0.0305005"),
    ],
)
def test_above_its_mark_the_whole_request_has_the_other_price(usage: Usage, dollars: str) -> None:
    cost = prices.cost(usage, SIMPLE)
    assert cost is not None
    assert prices.usd(cost) == Decimal(dollars)


def test_the_order_in_which_bands_are_written_means_nothing() -> None:
    mixed = dataclasses.replace(SIMPLE, prices=SIMPLE.prices[::-1])
    for usage in (Usage(input=5), Usage(input=200_000)):
        assert prices.cost(usage, mixed) == prices.cost(usage, SIMPLE)


def test_what_has_no_price_is_unknown_and_not_free() -> None:
    assert prices.cost(Usage(1, 1), UNKNOWN) is None
    assert prices.uncached(Usage(1, 1), UNKNOWN) is None
    assert prices.bound(UNKNOWN, 1) is None
    only_long = dataclasses.replace(SIMPLE, prices=SIMPLE.prices[1:])
    assert prices.cost(Usage(input=5), only_long) is None
    assert prices.bound(only_long, 200_000) is None  # it may turn out to be short


@given(USAGES, TIERS)
def test_a_cost_is_exact_but_for_one_nano_dollar(usage: Usage, tier: Tier) -> None:
    reached = [band for band in tier.prices if band.above == 0 or _prompt(usage) > band.above]
    band = max(reached, key=lambda band: band.above)
    dollars = sum(
        count * Decimal(repr(price)) / 1_000_000
        for count, price in (
            (usage.input, band.input),
            (usage.output, band.output),
            (usage.cache_write, band.cache_write),
            (usage.cache_read, band.cache_read),
        )
    )
    cost = prices.cost(usage, tier)
    assert cost is not None
    assert 0 <= prices.usd(cost) - dollars < Decimal("1e-9")


@given(USAGES, TIERS, TOKENS)
def test_no_request_costs_more_than_its_bound(usage: Usage, tier: Tier, more: int) -> None:
    usage = dataclasses.replace(usage, output=min(usage.output, tier.max_tokens))
    cost, bound = prices.cost(usage, tier), prices.bound(tier, _prompt(usage) + more)
    assert cost is not None
    assert bound is not None
    assert cost <= bound


def test_a_bound_is_all_written_to_the_cache_and_all_said() -> None:
    assert prices.bound(GENERAL, 10_000) == prices.nano(0.025 + 0.16)


def test_uncached_is_what_the_same_tokens_cost_as_plain_input() -> None:
    usage = Usage(input=1000, output=100, cache_read=9000, cache_write=500)
    assert prices.uncached(usage, GENERAL) == prices.nano(0.021 + 0.001)


@given(st.integers(0, 10**13))
def test_dollars_and_nano_dollars_are_the_same_money(nano: int) -> None:
    assert prices.nano(float(prices.usd(nano))) == nano


GOOD = Usage(input=90, output=40, cache_read=800, cache_write=100)


@pytest.mark.parametrize(
    ("reported", "settled"),
    [
        (GOOD, GOOD),
        (None, Usage(output=16_000, cache_write=1200)),
        (Usage(), Usage(output=16_000, cache_write=1200)),
        (Usage(output=40), Usage(output=40, cache_write=1200)),
        (Usage(input=990), Usage(input=990, output=16_000)),
        (Usage(input=990, output=1), Usage(input=990, output=16_000)),
        (Usage(input=-1, output=40, cache_read=5), Usage(output=40, cache_write=1200)),
        (Usage(input=990, output=-1), Usage(input=990, output=16_000)),
        (Usage(input=990, output=10**18), Usage(input=990, output=16_000)),
        (Usage(10**18, 40), Usage(output=40, cache_write=1_000_000)),
        (Usage(1, 40, 600_000, 600_000), Usage(output=40, cache_write=1_000_000)),
        (Usage(2000, 40), Usage(2000, 40)),  # the estimate is none of the API's business
    ],
)
def test_what_is_missing_or_cannot_be_is_settled_at_its_most(
    reported: Usage | None, settled: Usage
) -> None:
    assert prices.settled(reported, GENERAL, prompt_tokens=1200, said=120) == settled


def test_an_answer_of_which_nothing_came_may_have_said_nothing() -> None:
    declined = Usage(input=990, output=0)
    assert prices.settled(declined, GENERAL, prompt_tokens=1200, said=0) == declined


def test_what_is_impossible_is_no_usage_and_what_is_possible_stays() -> None:
    told = Usage(input=1_400, output=16_000, cache_read=1_400, cache_write=0)
    assert prices.possible(told, GENERAL, prompt_tokens=100) == told
    assert prices.possible(Usage(10**13, 10**13, 10**13, 0), GENERAL, prompt_tokens=100) == told


def _prompt(usage: Usage) -> int:
    return usage.input + usage.cache_read + usage.cache_write
