"""What is to be read after a gap, whatever the guilds tell."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.events import Where
from adapters.discord.missed import MOST, OLDEST, Spot, Unread, chosen, horizon, plan
from adapters.discord.snowflakes import micros

NOON = 1_700_000_000_000_000  # microseconds
SECOND = 1_000_000


def snowflake(at: int) -> int:
    """The id of what was said *at* microseconds since 1970."""
    return (at // 1000 - 1_420_070_400_000) << 22


def channel(name: str, at: int) -> Spot:
    return Spot(Where("1", name), snowflake(at))


def thread(name: str, parent: str, at: int, *, is_ours: bool = False) -> Spot:
    return Spot(Where("1", name, parent), snowflake(at), is_ours)


ages = st.integers(-2 * OLDEST, 0).map(lambda ago: NOON + ago)
spots = st.lists(
    st.one_of(
        st.builds(channel, st.sampled_from("ab"), ages),
        st.builds(thread, st.sampled_from("xyz"), st.sampled_from("ab"), ages),
    ),
    unique_by=lambda spot: spot.where.channel,
)


@given(spots, ages)
def test_a_place_is_read_exactly_where_something_was_said_in_the_gap_and_not_too_long_ago(
    told: list[Spot], since: int
) -> None:
    made = plan(told, since, NOON)
    read = [unread for one in made.lists for unread in one]
    missed = [spot for spot in told if micros(spot.last) > since]
    recent = [spot for spot in missed if micros(spot.last) > NOON - OLDEST]
    assert sorted(u.where.channel for u in read) == sorted(s.where.channel for s in recent)
    older = {s.where.channel for s in missed} - {s.where.channel for s in recent}
    assert {unread.where.channel for unread in made.older} == older
    both = [*read, *made.older]
    assert all(u.after == max(since, NOON - OLDEST) and u.since == since for u in both)


@given(spots, ages)
def test_a_channel_and_its_threads_are_read_in_one_go_the_channel_first(
    told: list[Spot], since: int
) -> None:
    lists = plan(told, since, NOON).lists
    roots = [{unread.where.parent or unread.where.channel for unread in one} for one in lists]
    assert all(len(root) == 1 for root in roots)
    assert len({name for root in roots for name in root}) == len(lists)
    for one in lists:
        assert all(unread.where.parent is not None for unread in one[1:])


def test_where_people_wait_for_us_is_read_first_then_where_they_spoke_last() -> None:
    told = [
        channel("early", NOON + SECOND),
        channel("late", NOON + 3 * SECOND),
        thread("ours", "busy", NOON + 2 * SECOND, is_ours=True),
        thread("another", "busy", NOON + 4 * SECOND),
    ]
    lists = plan(told, NOON, NOON + 5 * SECOND).lists
    names = [[unread.where.channel for unread in one] for one in lists]
    assert names == [["another", "ours"], ["late"], ["early"]]


@given(st.lists(ages, unique=True, max_size=30), ages)
def test_of_a_place_the_newest_twenty_that_were_missed_are_heard(times: list[int], at: int) -> None:
    ids = sorted({snowflake(time) for time in times}, reverse=True)
    after = horizon(at, NOON)
    missed = [one for one in ids if micros(one) > at]
    recent = [one for one in missed if micros(one) > after]
    wanted, left = chosen(ids, Unread(Where("1", "2"), at, after))
    assert wanted == frozenset(recent[:MOST])
    assert left == tuple(one for one in missed if one not in wanted)
