"""How far Discord was heard, whatever comes and goes in whichever order."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.bookmark import Bookmark
from adapters.discord.snowflakes import micros

A, B, C = 1 << 40, 1 << 41, 1 << 42  # ids, each later than the one before


def test_what_was_never_heard_has_no_bookmark() -> None:
    assert Bookmark().look() is None


def test_what_was_told_holds_at_once_and_what_is_heard_once_it_has_settled() -> None:
    bookmark = Bookmark()
    bookmark.told(A)
    with bookmark.taking(C):
        pass
    assert bookmark.look() == micros(A)
    assert bookmark.look() == micros(C)


def test_it_stops_before_what_is_still_being_taken_in() -> None:
    bookmark = Bookmark()
    bookmark.told(A)
    with bookmark.taking(B):
        with bookmark.taking(C):
            pass
        bookmark.look()
        assert bookmark.look() == micros(B) - 1
    assert bookmark.look() == micros(C)


def test_it_stays_before_what_was_cancelled_and_passes_what_failed() -> None:
    bookmark = Bookmark()
    with pytest.raises(ValueError, match="bug"), bookmark.taking(A):
        raise ValueError("bug")
    with pytest.raises(asyncio.CancelledError), bookmark.taking(B):
        raise asyncio.CancelledError
    with bookmark.taking(C):
        pass
    bookmark.look()
    assert bookmark.look() == micros(B) - 1


@given(st.lists(st.tuples(st.integers(1 << 40, 1 << 50), st.booleans(), st.booleans())))
def test_it_is_never_ahead_of_a_message_that_is_not_taken_in(
    steps: list[tuple[int, bool, bool]],
) -> None:
    bookmark, underway = Bookmark(), set[int]()
    for message, ends, looks in steps:
        taking = bookmark.taking(message)
        taking.__enter__()
        underway.add(message)
        if ends:
            taking.__exit__(None, None, None)
            underway.discard(message)
        reached = bookmark.look() if looks else None
        assert reached is None or all(reached < micros(one) for one in underway)
