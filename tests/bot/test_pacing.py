from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot import pacing
from bot.pacing import Bucket, Urgency
from bot.ports import BucketSpec

UPDATE = BucketSpec("update", rate=40 / 60, burst=10)
SPECS = st.builds(BucketSpec, st.just("b"), st.floats(0.1, 20), st.integers(2, 50).map(float))


def flood(spec: BucketSpec, urgency: Urgency, *, streams: int, seconds: float) -> list[float]:
    """When calls go that are always wanted."""
    bucket, now, sent = pacing.rested(spec, 0.0), 0.0, list[float]()
    while now <= seconds:
        delay = pacing.wait(bucket, urgency, streams=streams, now=now)
        if delay > 0:
            now += delay + 1e-9
            continue
        sent.append(now)
        bucket = pacing.spend(bucket, urgency, streams=streams, now=now)
    return sent


@given(SPECS, st.sampled_from(Urgency), st.integers(0, 40), st.floats(0.1, 60))
def test_no_stretch_of_time_sees_more_than_burst_and_rate_allow(
    spec: BucketSpec, urgency: Urgency, streams: int, stretch: float
) -> None:
    sent = flood(spec, urgency, streams=streams, seconds=60)
    for start in sent[:20]:
        seen = sum(start <= at <= start + stretch for at in sent)
        assert seen <= spec.burst + spec.rate * stretch + 1 + 1e-6


def test_updates_stay_within_fifty_in_any_minute() -> None:
    sent = flood(UPDATE, Urgency.INTERIM, streams=20, seconds=300)
    assert max(sum(start <= at < start + 60 for at in sent) for start in sent) <= 50


def test_interim_edits_come_fast_and_then_at_the_buckets_rate() -> None:
    sent = flood(UPDATE, Urgency.INTERIM, streams=1, seconds=120)
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert gaps[0] < 0.7
    assert abs(gaps[-1] - 1 / UPDATE.rate) < 0.1
    assert min(gaps) >= pacing.SOONEST


ROOMY = SPECS.filter(lambda spec: spec.burst >= 3)  # a reserve of one call fits beside a call


@given(ROOMY, st.integers(0, 100))
def test_a_final_call_finds_credit_however_many_interim_calls_want_it(
    spec: BucketSpec, streams: int
) -> None:
    bucket, now = pacing.rested(spec, 0.0), 0.0
    for _ in range(100):
        delay = pacing.wait(bucket, Urgency.INTERIM, streams=streams, now=now)
        now += delay + 1e-6
        bucket = pacing.spend(bucket, Urgency.INTERIM, streams=streams, now=now)
    assert pacing.wait(bucket, Urgency.FINAL, streams=streams, now=now) < 1e-3


@given(st.floats(-5, 1e6), st.sampled_from(Urgency))
def test_a_paused_bucket_lets_nothing_go_and_opens_again(asked: float, urgency: Urgency) -> None:
    bucket = pacing.pause(pacing.rested(UPDATE, 0.0), asked, now=0.0)
    pause = min(max(asked, 0.0), pacing.LONGEST_PAUSE)
    wait = pacing.wait(bucket, urgency, streams=1, now=0.0)
    assert pause < wait <= pause + (2 + pacing.reserve(UPDATE, 1)) / UPDATE.rate


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_clock_that_stands_still_gives_no_credit(at: float, spent: float) -> None:
    bucket = Bucket(UPDATE, 0.0, at)
    assert pacing.wait(bucket, Urgency.FINAL, streams=1, now=at) > 0
    assert pacing.wait(bucket, Urgency.FINAL, streams=1, now=at - spent) > 0


def test_a_bucket_is_rested_when_it_is_as_good_as_new() -> None:
    bucket = pacing.spend(pacing.rested(UPDATE, 0.0), Urgency.FINAL, streams=0, now=0.0)
    assert not pacing.is_rested(bucket, 1.0)
    assert pacing.is_rested(bucket, 2.0)


def test_a_bucket_that_many_messages_share_does_not_keep_each_of_them_waiting() -> None:
    whole = BucketSpec("whole", rate=30, burst=15)
    bucket, now = pacing.rested(whole, 0.0), 0.0
    for _ in range(100):
        now += pacing.wait(bucket, Urgency.INTERIM, streams=40, now=now)
        bucket = pacing.spend(bucket, Urgency.INTERIM, streams=40, now=now)
    assert abs(now - 100 / 30) < 1
