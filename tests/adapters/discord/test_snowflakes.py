"""Ids that tell the time."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.snowflakes import micros, number

SNOWFLAKES = st.integers(min_value=0, max_value=2**63)


def test_an_id_tells_when_it_was_made() -> None:
    # The example of docs.discord.com, "Snowflakes": 2016-04-30 11:18:25.796 UTC.
    assert micros(175928847299117063) // 1000 == 1462015105796


@given(st.lists(SNOWFLAKES, min_size=2))
def test_times_are_in_the_order_of_the_ids(ids: list[int]) -> None:
    times = [micros(one) for one in sorted(ids)]
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_what_is_no_id_is_nobodys() -> None:
    assert [number(text) for text in ("12", "", "x", "-1", "²")] == [12, 0, 0, 0, 0]
