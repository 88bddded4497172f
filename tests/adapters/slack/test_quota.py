"""Rates that Slack documents, whatever is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.quota import Quota
from bot.ports import BucketSpec


class Clock:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


@pytest.mark.parametrize(("asked", "seconds"), [(None, 10.0), (30.0, 30.0), (7200.0, 60.0)])
def test_a_pause_lasts_as_long_as_asked_but_never_hours(
    asked: float | None, seconds: float
) -> None:
    clock = Clock()
    quota = Quota(BucketSpec("test", rate=1000, burst=5), clock=clock)
    quota.pause(asked)
    assert quota.wait(0) == pytest.approx(seconds)
    clock.now += seconds
    assert quota.wait(0) == pytest.approx(0)
    assert quota.wait(1) > 0


@given(
    gaps=st.lists(st.floats(0, 20) | st.sampled_from([0.0, 0.01]), max_size=200),
    pressing=st.booleans(),
)
def test_no_minute_holds_more_calls_than_the_rate_and_the_burst(
    *, gaps: list[float], pressing: bool
) -> None:
    clock, went = Clock(), list[float]()
    quota = Quota(BucketSpec("test", rate=50 / 60, burst=40), clock=clock)
    for gap in gaps:
        clock.now += gap
        if quota.wait(0.0 if pressing else 5.0) == 0:
            quota.spend()
            went.append(clock.now)
    assert all(sum(at <= each < at + 60 for each in went) <= 90 for at in went)


def test_what_is_left_to_others_is_there_for_them() -> None:
    quota = Quota(BucketSpec("test", rate=0.5, burst=10), clock=Clock())
    went = 0
    while quota.wait(5.0) == 0:
        quota.spend()
        went += 1
    assert went == 5
    assert quota.wait(5.0) == pytest.approx(2.0)
    assert quota.wait(0.0) == 0
