"""Look-ups that are asked once by many, kept for a while and waited for only briefly."""

import asyncio
import time

import pytest

from adapters.slack.lookups import Lookups
from bot.errors import Denied, PlatformError, RateLimited, Unreachable
from bot.ports import BucketSpec

PLENTY = BucketSpec("test", rate=1000, burst=10_000)
AWAY = Unreachable("slack.unreachable", method="users.info", reason="test")


class Source:
    """Answers in capitals; counts who was asked, and can be away or slow."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: PlatformError | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.now = 0.0

    async def ask(self, id_: str) -> str:
        """*id_* in capitals, once *open* is set."""
        self.asked.append(id_)
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return id_.upper()

    def lookups(self) -> Lookups[str]:
        """Look-ups that ask here, as fast as they like."""
        return Lookups(self.ask, PLENTY, clock=lambda: self.now)

    def paced(self, rate: float, burst: float) -> Lookups[str]:
        """Look-ups that ask here, *rate* a second in real time."""
        return Lookups(self.ask, BucketSpec("test", rate, burst), clock=time.monotonic)


async def test_what_is_known_is_not_asked_again_within_the_hour() -> None:
    source = Source()
    lookups = source.lookups()
    assert await lookups.get(["a", "b"], 1) == {"a": "A", "b": "B"}
    source.now = 3599.0
    assert await lookups.get(["b"], 1) == {"b": "B"}
    assert source.asked == ["a", "b"]
    source.now = 3600.0
    await lookups.get(["b"], 1)
    assert source.asked == ["a", "b", "b"]


async def test_many_who_ask_at_once_share_one_look_up() -> None:
    source = Source()
    lookups = source.lookups()
    answers = await asyncio.gather(*(lookups.get(["a"], 1) for _ in range(20)))
    assert answers == [{"a": "A"}] * 20
    assert source.asked == ["a"]


async def test_a_slow_look_up_goes_on_for_the_next_who_asks() -> None:
    source = Source()
    source.open.clear()
    lookups = source.lookups()
    assert await lookups.get(["a"], 0.01) == {}
    source.open.set()
    assert await lookups.get(["a"], 1) == {"a": "A"}
    assert source.asked == ["a"]


async def test_a_failure_is_remembered_for_a_minute() -> None:
    source = Source()
    source.error = AWAY
    lookups = source.lookups()
    assert await lookups.get(["a"], 1) == {}
    source.error = None
    source.now = 59.0
    assert await lookups.get(["a"], 1) == {}
    source.now = 60.0
    assert await lookups.get(["a"], 1) == {"a": "A"}


async def test_what_grew_old_is_told_rather_than_nothing() -> None:
    source = Source()
    lookups = source.lookups()
    await lookups.get(["a"], 1)
    source.now, source.error = 4000.0, AWAY
    assert await lookups.get(["a"], 1) == {"a": "A"}


async def test_no_more_are_kept_than_the_bound() -> None:
    source = Source()
    lookups = source.lookups()
    await lookups.get(["kept"], 1)
    for start in range(0, 5000, 50):
        await lookups.get([f"u{number}" for number in range(start, start + 50)], 5)
    await lookups.get(["u4999"], 1)
    assert len(source.asked) == 5001
    await lookups.get(["kept"], 1)
    assert source.asked[-1] == "kept"


async def test_no_more_is_asked_at_once_than_the_rate_allows_and_some_left_for_who_speaks() -> None:
    source = Source()
    lookups = source.paced(rate=0.5, burst=10)
    assert len(await lookups.get([f"u{number}" for number in range(500)], 0.05)) == 5
    assert [await lookups.first(f"a{number}", 0.05) for number in range(5)] == [
        f"A{number}" for number in range(5)
    ]
    with pytest.raises(TimeoutError):
        await lookups.first("a5", 0.05)
    assert len(source.asked) == 10
    await lookups.close()


async def test_of_very_many_only_the_first_are_asked_at_all() -> None:
    source = Source()
    lookups = source.paced(rate=1000, burst=10)
    ids = [f"u{number}" for number in range(500)]
    assert await lookups.get(ids, 2) == {id_: id_.upper() for id_ in ids[:60]}


async def test_who_waits_among_the_named_need_not_wait_to_speak() -> None:
    source = Source()
    lookups = source.paced(rate=0.5, burst=6)
    assert await lookups.get(["a", "b"], 0.05) == {"a": "A"}
    assert await lookups.first("b", 0.05) == "B"
    assert await lookups.get(["b"], 0) == {"b": "B"}
    await lookups.close()


async def test_who_is_asked_for_as_a_speaker_is_not_asked_for_as_a_name_too() -> None:
    source = Source()
    source.open.clear()
    lookups = source.lookups()
    both = asyncio.gather(lookups.first("a", 1), lookups.get(["a"], 1))
    await asyncio.sleep(0.01)
    source.open.set()
    spoken, named = await both
    assert (spoken, named) == ("A", {"a": "A"})
    assert source.asked == ["a"]


async def test_a_rate_limit_pauses_all_and_then_each_is_asked_again() -> None:
    source = Source()
    lookups = source.paced(rate=50, burst=50)
    source.error = RateLimited("slack.rate_limited", 0.3, method="users.info")
    with pytest.raises(TimeoutError):
        await lookups.first("a", 0.05)
    source.error = None
    with pytest.raises(TimeoutError):
        await lookups.first("b", 0.05)
    assert source.asked == ["a"]
    assert await lookups.first("b", 1) == "B"
    assert await lookups.first("a", 1) == "A"


async def test_what_slack_knows_nothing_of_is_told_apart_from_no_answer() -> None:
    source = Source()
    lookups = source.lookups()
    source.error = AWAY
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await lookups.first("a", 1)
    assert source.asked == ["a", "a"]
    source.error = Denied("slack.denied", method="users.info", code="user_not_found")
    for _ in range(2):
        assert await lookups.first("a", 1) is None
    assert source.asked == ["a", "a", "a"]


async def test_who_speaks_is_known_by_what_grew_old_rather_than_not_at_all() -> None:
    source = Source()
    lookups = source.lookups()
    await lookups.first("a", 1)
    source.now, source.error = 4000.0, AWAY
    assert await lookups.first("a", 1) == "A"
    source.now = 5000.0
    source.open.clear()
    assert await lookups.first("a", 0.01) == "A"
    await lookups.close()


async def test_closing_gives_up_what_is_being_asked() -> None:
    source = Source()
    source.open.clear()
    lookups = source.lookups()
    assert await lookups.get(["a", "b"], 0.01) == {}
    await lookups.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
