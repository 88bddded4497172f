from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.workspace import Kind, Workspace


@given(st.lists(st.integers(1_700_000_000_000_000, 1_700_000_000_000_009), min_size=1))
def test_times_only_grow_whatever_the_clock_does(clock: list[int]) -> None:
    ticks = iter(clock)
    workspace = Workspace("Claude", lambda: next(ticks))
    stamps = [workspace.next_ts() for _ in clock]
    assert stamps == sorted(set(stamps))
    assert float(stamps[0]) == clock[0] / 1_000_000


def test_ids_are_shaped_like_slacks_and_never_the_same() -> None:
    workspace = Workspace("Claude", lambda: 0)
    ids = [workspace.add_channel(name, Kind.CHANNEL, []).id for name in ("ops", "ops", "日本")]
    assert len(set(ids)) == 3
    assert all(identity.isalnum() and len(identity) >= 9 for identity in ids)
