"""What a reading says against its bound, and how readings are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.readings import Reading
from bench.report import number, table, verdict

AMOUNTS = st.floats(min_value=0, max_value=1e6)


def reading(
    value: float | None, *, most: float | None = None, least: float | None = None
) -> Reading:
    return Reading("delay", value, "s", "a clock", most=most, least=least)


@given(AMOUNTS, AMOUNTS)
def test_what_is_above_the_most_or_below_the_least_is_broken(value: float, bound: float) -> None:
    assert reading(value, most=bound).broken == (value > bound)
    assert reading(value, least=bound).broken == (value < bound)
    assert not reading(bound, most=bound, least=bound).broken


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (reading(1.0), ""),
        (reading(1.0, most=1.0), "ok"),
        (reading(1.1, most=1.0), "BROKEN"),
        (reading(0.9, least=1.0), "BROKEN"),
        (reading(None, most=1.0), "not measured"),
    ],
)
def test_a_verdict_is_said_where_there_is_a_bound(read: Reading, said: str) -> None:
    assert verdict(read) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.0421, "0.042"), (1.234, "1.23"), (12.34, "12.3"), (5000.4, "5,000")],
)
def test_a_number_shows_three_digits_that_count(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_table_is_aligned_and_says_what_holds() -> None:
    shown = table((reading(0.25, most=0.5), Reading("memory of the bot", 12_345, "MB", "its size")))
    assert shown.splitlines() == [
        "reading             value  unit     bound  verdict  read from",
        "delay               0.250  s     <= 0.500  ok       a clock",
        "memory of the bot  12,345  MB                       its size",
    ]
