from hypothesis import given
from hypothesis import strategies as st

from bot.claude.rolling import REST, in_turn, rests

KEYS = st.lists(st.sampled_from("abcdef"), unique=True)
REFUSED = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 3 * REST))


@given(keys=KEYS, refused=REFUSED, now=st.floats(0, 6 * REST))
def test_no_key_is_lost_those_at_rest_come_last_and_all_keep_their_order(
    keys: list[str], refused: dict[str, float], now: float
) -> None:
    order = in_turn(keys, refused, now)
    assert sorted(order) == sorted(keys)
    resting = [rests(key, refused, now) for key in order]
    assert resting == sorted(resting)
    for one in (True, False):
        kept = [key for key, rest in zip(order, resting, strict=True) if rest is one]
        assert kept == [key for key in keys if rests(key, refused, now) is one]


@given(keys=KEYS, refused=REFUSED)
def test_after_its_rest_a_key_has_its_old_place(keys: list[str], refused: dict[str, float]) -> None:
    assert in_turn(keys, refused, 4 * REST) == tuple(keys)
