import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.rates import Rates, Shape


def granted(rates: Rates, seconds: float, method: str = "chat.update") -> int:
    """How many of ten calls a second are let through within *seconds*."""
    return sum(rates.wait(method, "C1", tick / 10) == 0 for tick in range(int(seconds * 10)))


@pytest.mark.parametrize(
    ("shape", "in_a_minute", "in_five"),
    [(Shape.BUCKET, 69, 269), (Shape.WINDOW, 50, 250), (Shape.BOTH, 50, 250)],
)
def test_updates_are_let_through_at_their_documented_rate(
    shape: Shape, in_a_minute: int, in_five: int
) -> None:
    assert granted(Rates(shape), 60) == pytest.approx(in_a_minute, abs=1)
    assert granted(Rates(shape), 300) == pytest.approx(in_five, abs=2)


@given(st.sampled_from(Shape), st.lists(st.floats(0, 30), max_size=100))
def test_who_waits_as_long_as_told_is_let_through(shape: Shape, gaps: list[float]) -> None:
    rates, now = Rates(shape), 0.0
    for gap in gaps:
        now += gap
        now += rates.wait("chat.postMessage", "C1", now)
        rates.wait("chat.postMessage", "C1", now)
    wait = rates.wait("chat.postMessage", "C1", now)
    assert wait == 0 or rates.wait("chat.postMessage", "C1", now + wait + 1e-6) == 0


def test_posts_are_counted_for_each_channel() -> None:
    rates = Rates(Shape.BUCKET)
    assert [rates.wait("chat.postMessage", "C1", 0.0) > 0 for _ in range(6)] == [False] * 5 + [True]
    assert rates.wait("chat.postMessage", "C2", 0.0) == 0


def test_updates_are_counted_for_the_whole_workspace() -> None:
    rates = Rates(Shape.BUCKET)
    assert all(rates.wait("chat.update", f"C{number}", 0.0) == 0 for number in range(20))
    assert rates.wait("chat.update", "C20", 0.0) == pytest.approx(1.2)


def test_what_has_no_rate_is_always_let_through() -> None:
    rates = Rates(Shape.BOTH)
    assert all(rates.wait("auth.test", "", 0.0) == 0 for _ in range(1000))
