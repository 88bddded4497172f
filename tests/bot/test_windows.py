"""Buckets that count in windows: all credit returns at once, and the platform tells of it."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot import pacing
from bot.pacing import Urgency
from bot.ports import BucketSpec

EDIT = BucketSpec("edit", rate=0.8, burst=4, window=5)


def windowed(calls: int, seconds: float) -> BucketSpec:
    """So many calls in so many seconds."""
    return BucketSpec("b", calls / seconds, calls, seconds)


WINDOWED = st.builds(windowed, st.integers(1, 20), st.floats(0.5, 60))
CALLS = st.lists(st.tuples(st.floats(0, 3), st.sampled_from(Urgency)), max_size=60)


def interims(spec: BucketSpec, *, streams: int, seconds: float) -> list[float]:
    """When interim calls go that are always wanted."""
    bucket, now, sent = pacing.rested(spec, 0.0), 0.0, list[float]()
    while now <= seconds:
        delay = pacing.wait(bucket, Urgency.INTERIM, streams=streams, now=now)
        now += delay
        sent.append(now)
        bucket = pacing.spend(bucket, Urgency.INTERIM, streams=streams, now=now)
    return sent


@given(WINDOWED, CALLS, st.integers(0, 5))
def test_no_window_sees_more_calls_than_it_has(
    spec: BucketSpec, calls: list[tuple[float, Urgency]], streams: int
) -> None:
    bucket, now, ends, taken = pacing.rested(spec, 0.0), 0.0, 0.0, 0
    for pause, urgency in calls:
        now += pause
        while (delay := pacing.wait(bucket, urgency, streams=streams, now=now)) > 0:
            now += delay + 1e-9
        bucket = pacing.spend(bucket, urgency, streams=streams, now=now)
        if now >= ends:  # as the platform counts
            assert spec.window is not None
            ends, taken = now + spec.window, 0
        taken += 1
        assert taken <= spec.burst


@given(st.integers(1, 3), st.floats(0, 20))
def test_the_ends_of_all_answers_in_a_bucket_are_shown_soon(streams: int, last: float) -> None:
    bucket, now = pacing.rested(EDIT, 0.0), 0.0
    while True:  # interim calls are always wanted, until all models say their last word
        delay = pacing.wait(bucket, Urgency.INTERIM, streams=streams, now=now)
        if now + delay > last:
            break
        now += delay
        bucket = pacing.spend(bucket, Urgency.INTERIM, streams=streams, now=now)
    now = last
    for _ in range(streams):
        now += pacing.wait(bucket, Urgency.FINAL, streams=streams, now=now)
        bucket = pacing.spend(bucket, Urgency.FINAL, streams=streams, now=now)
    assert now - last <= pacing.LATEST * streams + 1e-6


def test_interim_calls_take_a_whole_window_and_are_spread_over_it() -> None:
    alone = interims(EDIT, streams=1, seconds=20)
    assert sum(at < 5 for at in alone) == 4
    gaps = [later - earlier for earlier, later in pairwise(alone)]
    assert max(gaps) < 2
    assert min(gaps) > 0.7
    together = interims(EDIT, streams=3, seconds=20)
    assert sum(at < 5 for at in together) == 4
    assert together[1] == 5 - 3 * pacing.LATEST


@given(WINDOWED, st.floats(-5, 50), st.floats(0, 70), st.floats(0, 10))
def test_what_the_platform_tells_never_adds_credit(
    spec: BucketSpec, left: float, rest: float, now: float
) -> None:
    bucket = pacing.spend(pacing.rested(spec, 0.0), Urgency.FINAL, streams=0, now=0.0)
    told = pacing.corrected(bucket, left, rest, now=now)
    before = pacing.wait(bucket, Urgency.FINAL, streams=0, now=now)
    after = pacing.wait(told, Urgency.FINAL, streams=0, now=now)
    believed = min(max(rest, 0), pacing.LONGEST_PAUSE)
    assert after >= before or abs(told.ends - now - believed) < 1e-9
    assert pacing.wait(told, Urgency.FINAL, streams=0, now=now + rest + 60) == 0


@given(WINDOWED, st.floats(60) | st.sampled_from([math.inf, math.nan]), st.floats(0, 10))
def test_no_senseless_window_holds_a_call_up_for_long(
    spec: BucketSpec, rest: float, now: float
) -> None:
    for bucket in (
        pacing.corrected(pacing.rested(spec, 0.0), 0, rest, now=now),
        pacing.pause(pacing.rested(spec, 0.0), rest, now=now),
    ):
        later = now + pacing.LONGEST_PAUSE + (spec.window or 0.0) + 1
        assert pacing.wait(bucket, Urgency.FINAL, streams=0, now=later) == 0
        assert math.isfinite(bucket.ends)


def test_another_process_that_draws_on_the_bucket_is_noticed() -> None:
    bucket = pacing.spend(pacing.rested(EDIT, 0.0), Urgency.FINAL, streams=0, now=0.0)
    bucket = pacing.corrected(bucket, 0, 3.0, now=0.1)
    assert pacing.wait(bucket, Urgency.FINAL, streams=0, now=0.1) == 3.0
    bucket = pacing.spend(bucket, Urgency.FINAL, streams=0, now=3.1)
    late = pacing.corrected(bucket, 0, 0.1, now=3.2)  # of the window before
    assert late == bucket


@given(WINDOWED, WINDOWED, st.integers(0, 10), st.floats(0, 70))
def test_limits_that_are_learnt_leave_spent_what_was_spent(
    one: BucketSpec, other: BucketSpec, calls: int, now: float
) -> None:
    bucket = pacing.rested(one, 0.0)
    for _ in range(min(calls, int(one.burst))):
        bucket = pacing.spend(bucket, Urgency.FINAL, streams=0, now=0.0)
    taken = 0 if now >= bucket.ends else one.burst - bucket.credit
    fitted = pacing.fitted(bucket, other, now)
    assert fitted.spec == other
    open_at = pacing.wait(fitted, Urgency.FINAL, streams=0, now=now) == 0
    assert open_at == (other.burst - taken >= 1)


def test_a_trickling_bucket_is_fitted_likewise_and_stays_paused() -> None:
    slow, fast = BucketSpec("b", rate=1, burst=2), BucketSpec("b", rate=10, burst=20)
    spent = pacing.spend(pacing.rested(slow, 0.0), Urgency.FINAL, streams=0, now=0.0)
    assert pacing.fitted(spent, fast, 0.0).credit == 19
    assert pacing.fitted(spent, slow, 0.0) is spent
    paused = pacing.fitted(pacing.pause(spent, 5, now=0.0), fast, 1.0)
    assert pacing.wait(paused, Urgency.FINAL, streams=0, now=1.0) >= 4


def test_what_is_kept_is_left_by_interim_calls_alone() -> None:
    whole = BucketSpec("whole", rate=36, burst=10, kept=9)
    bucket = pacing.spend(pacing.rested(whole, 0.0), Urgency.INTERIM, streams=1, now=0.0)
    assert pacing.wait(bucket, Urgency.INTERIM, streams=1, now=0.0) > 0.02
    for _ in range(9):
        assert pacing.wait(bucket, Urgency.FINAL, streams=1, now=0.0) == 0
        bucket = pacing.spend(bucket, Urgency.FINAL, streams=1, now=0.0)
    assert pacing.wait(bucket, Urgency.FINAL, streams=1, now=0.0) > 0


def test_a_pause_ends_the_window_that_it_outlasts() -> None:
    bucket = pacing.spend(pacing.rested(EDIT, 0.0), Urgency.FINAL, streams=0, now=0.0)
    paused = pacing.pause(bucket, 7, now=1.0)
    assert pacing.wait(paused, Urgency.INTERIM, streams=1, now=1.0) == 7
    assert pacing.is_rested(paused, 8.0)
