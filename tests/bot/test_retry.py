import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.retry import MOST_ASIDE, Failure, Patience, Remedy, Trouble, backoff, remedy, stated
from bot.sentences import say

PATIENCE = Patience(wait=60.0, turn=300.0)
NO_STATEMENT = (None, 0.0, -0.0, -1.0, math.nan, math.inf, -math.inf)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

DICE = st.floats(0.0, 1.0, exclude_max=True)
SECONDS = st.floats(0.01, 1000.0)
PATIENCES = st.builds(Patience, wait=st.floats(0.0, 1e6), turn=st.floats(0.0, 1e6))
ASKED = st.none() | st.floats(allow_nan=True, allow_infinity=True)
FAILURES = st.builds(
    Failure,
    trouble=st.sampled_from(Trouble),
    retryable=st.booleans(),
    retry_after=ASKED,
    detail=st.just(""),
)


def failure(trouble: Trouble = Trouble.BROKEN, retry_after: float | None = None) -> Failure:
    return Failure(trouble, True, retry_after, "")


def waits(
    failed: Failure, patience: Patience = PATIENCE, dice: float = 1.0, most: int = 200
) -> list[float]:
    """How long is waited behind each try until it is given up."""
    waited: list[float] = []
    for attempt in count(1):
        wait = backoff(failed, attempt=attempt, waited=sum(waited), patience=patience, dice=dice)
        if wait is None:
            return waited
        waited.append(wait)
        assert len(waited) < most, "this never ends"
    raise AssertionError


def test_the_ceiling_doubles_up_to_the_longest_wait() -> None:
    assert waits(failure()) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_overload_is_met_with_twice_the_patience() -> None:
    assert waits(failure(Trouble.OVERLOADED)) == [2, 4, 8, 16, 32, 60, 60, 60]


def test_the_dice_spread_a_crowd_over_the_whole_of_the_ceiling() -> None:
    drawn = [
        backoff(failure(), attempt=3, waited=0.0, patience=PATIENCE, dice=dice)
        for dice in (0.0, 0.25, 0.999)
    ]
    assert drawn == [0.0, 1.0, 3.996]


def test_what_cannot_succeed_is_given_up_at_once() -> None:
    refused = Failure(Trouble.REFUSED, False, 1.0, "")
    assert waits(refused) == []


def test_what_the_server_asks_for_is_waited_for_and_a_little_longer() -> None:
    wait = backoff(failure(retry_after=7.0), attempt=1, waited=0.0, patience=PATIENCE, dice=0.5)
    assert wait == 7.5


def test_all_our_patience_is_waited_if_the_server_asks_for_it() -> None:
    asked = failure(retry_after=60.0)
    assert backoff(asked, attempt=1, waited=0.0, patience=PATIENCE, dice=0.9) == 60.0


@pytest.mark.parametrize("asked", [60.01, 3600.0, 86400.0])
def test_a_server_that_asks_for_more_than_our_patience_is_not_waited_for(asked: float) -> None:
    assert waits(failure(retry_after=asked)) == []


@pytest.mark.parametrize("asked", NO_STATEMENT)
def test_a_server_that_asks_for_no_time_has_not_asked(asked: float | None) -> None:
    assert waits(failure(retry_after=asked)) == waits(failure())


def test_a_wait_that_would_exceed_what_is_left_of_the_turn_is_not_begun() -> None:
    asked = failure(retry_after=10.0)
    assert backoff(asked, attempt=1, waited=290.0, patience=PATIENCE, dice=0.0) == 10.0
    assert backoff(asked, attempt=1, waited=290.5, patience=PATIENCE, dice=0.0) is None


def test_how_often_is_tried_does_not_depend_on_the_dice() -> None:
    assert len(waits(failure(), dice=0.0)) == len(waits(failure(), dice=1.0)) == 9


@pytest.mark.parametrize(("wait", "turn"), [(0.0, 300.0), (60.0, 0.0), (0.0, 0.0), (-1.0, 9.0)])
def test_without_patience_there_is_no_second_try(wait: float, turn: float) -> None:
    assert waits(failure(), Patience(wait, turn), dice=0.0) == []


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        backoff(failure(), attempt=0, waited=0.0, patience=PATIENCE, dice=0.5)


@given(FAILURES, st.integers(1, 200), st.floats(0.0, 1e6), PATIENCES, DICE)
@example(failure(), 2000, 0.0, Patience(1e6, 1e6), 0.5)
def test_no_wait_is_negative_or_longer_than_our_patience(
    failed: Failure, attempt: int, waited: float, patience: Patience, dice: float
) -> None:
    wait = backoff(failed, attempt=attempt, waited=waited, patience=patience, dice=dice)
    if wait is not None:
        assert failed.retryable
        assert 0.0 <= wait <= patience.wait
        assert waited + wait <= patience.turn


@given(
    st.lists(FAILURES, min_size=1, max_size=40),
    st.lists(DICE, min_size=40, max_size=40),
    PATIENCES,
)
def test_all_waits_of_a_turn_together_are_within_our_patience_whatever_fails(
    failures: list[Failure], dice: list[float], patience: Patience
) -> None:
    waited = 0.0
    for attempt, (failed, die) in enumerate(zip(failures, dice, strict=False), start=1):
        wait = backoff(failed, attempt=attempt, waited=waited, patience=patience, dice=die)
        if wait is None:
            break
        waited += wait
    assert waited <= patience.turn


@given(st.sampled_from(Trouble), st.floats(5.0, 1000.0), st.floats(1.0, 600.0), DICE)
def test_the_ceiling_never_falls_and_the_tries_come_to_an_end(
    trouble: Trouble, wait: float, turn: float, dice: float
) -> None:
    ceilings = waits(failure(trouble), Patience(wait, turn))
    assert ceilings == sorted(ceilings)
    assert sum(ceilings) <= turn
    assert len(waits(failure(trouble), Patience(wait, turn), dice)) == len(ceilings)


@given(SECONDS, DICE, DICE, st.integers(1, 6))
def test_who_was_asked_to_wait_is_never_back_too_early(
    asked: float, dice: float, other: float, attempt: int
) -> None:
    patience = Patience(1000.0, 10_000.0)
    failed = failure(retry_after=asked)
    first, second = (
        backoff(failed, attempt=attempt, waited=0.0, patience=patience, dice=die)
        for die in (dice, other)
    )
    assert first is not None
    assert second is not None
    assert first >= asked
    assert (first <= second) == (dice <= other) or first == second


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "300"}, 0.3),
        ({"retry-after-ms": "300", "retry-after": "9"}, 0.3),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:00 -0000"}, 60.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=30), usegmt=True)}, None),
        ({"retry-after": "Sun, 22 Nov 99999 12:00:00 GMT"}, None),
    ],
)
def test_what_a_response_asks_for_is_read_from_its_headers(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert stated(headers, now=NOW) == seconds


@given(st.text())
def test_whatever_a_header_holds_it_is_seconds_or_no_statement(value: str) -> None:
    for name in ("retry-after", "retry-after-ms"):
        seconds = stated({name: value}, now=NOW)
        assert seconds is None or (math.isfinite(seconds) and seconds > 0)


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_trouble_has_a_sentence(trouble: Trouble, language: str) -> None:
    assert say(trouble.key, language)


@given(FAILURES, st.lists(st.sampled_from(Remedy), max_size=5), st.booleans())
def test_a_remedy_helps_against_its_own_trouble_and_only_a_stand_in_for_ever(
    failed: Failure,
    tried: list[Remedy],
    stand_in: bool,  # noqa: FBT001  - drawn
) -> None:
    found = remedy(failed, tried, stand_in=stand_in)
    most = {Remedy.SHRINK: 1, Remedy.SET_ASIDE: MOST_ASIDE, Remedy.FALL_BACK: math.inf}
    assert found is None or tried.count(found) < most[found]
    assert (found is Remedy.FALL_BACK) == (
        stand_in and failed.trouble in {Trouble.OVERLOADED, Trouble.UNSERVED}
    )
    if found is Remedy.SHRINK:
        assert failed.trouble is Trouble.TOO_LONG
    if found is Remedy.SET_ASIDE:
        assert failed.trouble is Trouble.MALFORMED


@given(PATIENCES, st.integers(1, 9))
def test_tiers_share_the_patience_for_a_turn(patience: Patience, among: int) -> None:
    shared = patience.shared(among)
    assert shared.wait == patience.wait
    assert math.isclose(shared.turn * among, patience.turn, abs_tol=1e-9)
