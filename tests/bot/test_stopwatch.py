"""What counts as waiting, by the clock: everything but a text that grows."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bot.stopwatch import Stopwatch

TIMES = st.floats(0.0, 1e4)
ATTEMPTS = st.lists(st.tuples(TIMES, st.lists(TIMES, max_size=5), TIMES), max_size=6)


@given(ATTEMPTS)
def test_waiting_is_all_the_time_in_which_no_text_came(
    attempts: list[tuple[float, list[float], float]],
) -> None:
    now, waiting, since = 100.0, 0.0, 100.0
    watch = Stopwatch(now)
    for silence, pauses, end in attempts:
        now, waiting = now + silence, waiting + silence
        for number, pause in enumerate(pauses):
            now += pause
            waiting += pause if number == 0 else 0.0
            since = now
            watch.grew(now)
        now, waiting = now + end, waiting + end
        assert math.isclose(watch.waited(now), waiting, abs_tol=1e-6)
        watch.broke()
    assert math.isclose(watch.waited(now), waiting, abs_tol=1e-6)
    assert watch.still(now) == now - since
    assert watch.asked_at == 100.0
