"""Look-ups that are asked once by many, kept for a while and waited for only briefly."""

import asyncio

from adapters.slack.lookups import Lookups
from bot.errors import Unreachable


class Source:
    """Answers in capitals; counts who was asked, and can be away or slow."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False
        self.open = asyncio.Event()
        self.open.set()
        self.now = 0.0
        self.at_once = 0
        self.most_at_once = 0

    async def ask(self, id_: str) -> str:
        """*id_* in capitals, once *open* is set."""
        self.asked.append(id_)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.open.wait()
        self.at_once -= 1
        if self.away:
            raise Unreachable("slack.unreachable", method="users.info", reason="test")
        return id_.upper()

    def lookups(self) -> Lookups[str]:
        """Look-ups that ask here."""
        return Lookups(self.ask, clock=lambda: self.now)


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
    source.away = True
    lookups = source.lookups()
    assert await lookups.get(["a"], 1) == {}
    source.away = False
    source.now = 59.0
    assert await lookups.get(["a"], 1) == {}
    source.now = 60.0
    assert await lookups.get(["a"], 1) == {"a": "A"}


async def test_what_grew_old_is_told_rather_than_nothing() -> None:
    source = Source()
    lookups = source.lookups()
    await lookups.get(["a"], 1)
    source.now, source.away = 4000.0, True
    assert await lookups.get(["a"], 1) == {"a": "A"}


async def test_few_are_asked_at_once_and_no_more_kept_than_the_bound() -> None:
    source = Source()
    lookups = source.lookups()
    await lookups.get(["kept"], 1)
    await lookups.get([f"u{number}" for number in range(5000)], 5)
    assert source.most_at_once <= 8
    await lookups.get(["u4999"], 1)
    assert len(source.asked) == 5001
    await lookups.get(["kept"], 1)
    assert source.asked[-1] == "kept"


async def test_closing_gives_up_what_is_being_asked() -> None:
    source = Source()
    source.open.clear()
    lookups = source.lookups()
    assert await lookups.get(["a", "b"], 0.01) == {}
    await lookups.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
