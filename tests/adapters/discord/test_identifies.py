"""However often a connection fails, a day has room for all that we identify."""

from itertools import pairwise

import pytest

from adapters.discord.identifies import Allowance, pause, rationed


def restarts(hours: float, shards: int = 1) -> list[float]:
    """When a bot identifies that dies at once each time, as soon as it may."""
    allowance = Allowance(shards=shards)
    now, at = 0.0, list[float]()
    while now < hours * 3600:
        now += allowance.wait(now)
        allowance.spend(now)
        at.append(now)
    return at


def test_the_first_come_soon_and_the_later_ones_a_minute_and_a_half_apart() -> None:
    at = restarts(1)
    assert at[:4] == [0, 5, 10, 15]
    assert all(later - earlier >= 75 for earlier, later in pairwise(at[3:]))


def test_a_day_of_failures_stays_below_what_discord_allows() -> None:
    assert len(restarts(24)) < 1000


def test_each_shard_may_identify_at_the_start() -> None:
    assert restarts(0.01, shards=6)[:6] == [0, 5, 10, 15, 20, 25]


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 2), (2, 4), (3, 8), (9, 8)])
def test_the_pause_grows_to_eight_seconds(failures: int, seconds: float) -> None:
    assert pause(failures) == seconds


def test_where_discord_says_that_few_are_left_they_are_kept() -> None:
    assert (rationed(500, 3600), rationed(20, 3600)) == (0, 3600)
