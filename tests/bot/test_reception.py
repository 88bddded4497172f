"""Commands among the messages: which are taken out, how often, and what trouble costs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import PlatformError, StoreAway
from bot.model import Address, Author, Conversation, Hint, IncomingMessage, Place, Standing
from bot.ports import Caller, Mark, Outcome, Thread
from bot.reception import Reception
from bot.settings import read
from bot.store import Claims, connect
from tests.adapters.desk import KeptDesk
from tests.bot.test_delivery import Screen

CHANNEL = Conversation("screen", "W", "C", None)
THREAD = replace(CHANNEL, thread="1")
ANA = Author("U1", "Ana")


@dataclass
class Ear:
    """An ear that cares or not, and keeps what it heard."""

    cares: bool = True
    away: bool = False
    texts: list[str] = field(default_factory=list[str])
    noted: list[int] = field(default_factory=list[int])

    async def concerns(self, hint: Hint) -> bool:
        """Whether it cares about where *hint* is of."""
        assert hint.settings_place == "screen:C"
        if self.away:
            raise StoreAway("store.away")
        return self.cares

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Keep the message."""
        assert thread.settings_place
        self.texts.append(message.text)
        return True

    async def heard_until(self, platform: str) -> int | None:
        """How long the platform's name is."""
        return len(platform)

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """Keep it."""
        assert platform
        self.noted.append(sent_at)

    async def dms(self, platform: str) -> tuple[Conversation, ...]:
        """One."""
        return (replace(THREAD, platform=platform),)


@dataclass
class Whispering(Screen):
    """A thread where one person can be told something alone."""

    whispers = True
    whispered: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def whisper(self, person: str, text: str) -> None:
        """Keep it."""
        self._refuse("whisper")
        self.whispered.append((person, text))


class Desk(KeptDesk):
    """A desk that tells everybody of every command."""

    async def command(self, line: str, caller: Caller) -> Outcome:
        """Keep the line."""
        if line == "stop":
            raise RuntimeError("a bug")
        await super().command(line, caller)
        return Outcome("done", f"Ana: {line}")


@dataclass
class House:
    """A reception, and all round it; *top* is the channel above the thread *inside*."""

    reception: Reception
    ear: Ear
    desk: Desk
    inside: Screen
    top: Screen

    async def hear(self, text: str, *, number: str = "7", **changed: object) -> bool:
        """What the reception says to *text* in the thread."""
        said = IncomingMessage(THREAD, number, 7, Place.THREAD, Address.NOBODY, ANA, text)
        return await self.reception.hear(replace(said, **changed), self.inside)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  - whatever is changed


@asynccontextmanager
async def house(url: str, folder: Path, inside: Screen, top: Screen) -> AsyncGenerator[House]:
    """A house whose commands were carried out when the block is left."""
    settings = read({"ANTHROPIC_API_KEY": "sk-ant-x"}, folder)
    ear, desk = Ear(), Desk()
    async with connect(url, name="test") as client, asyncio.TaskGroup() as tasks:
        reception = Reception(
            settings, ear, desk, Claims(client), tasks=tasks, open_thread=lambda _: top
        )
        yield House(reception, ear, desk, inside, top)


async def test_a_command_is_carried_out_once_however_often_it_comes(
    store_url: str, tmp_path: Path
) -> None:
    inside, top = Whispering(), Whispering()
    async with house(store_url, tmp_path, inside, top) as here:
        heard = await asyncio.gather(*(here.hear("!tier complex", manages=True) for _ in range(5)))
        assert heard == [True] * 5
    ((line, caller),) = here.desk.lines
    assert (line, caller.place, caller.manages) == ("tier complex", THREAD, True)
    assert inside.whispered == [("U1", "done")]
    assert (inside.texts(), top.texts()) == ([], ["Ana: tier complex"])
    assert here.ear.texts == []


@pytest.mark.parametrize("name", ["reset", "quiet", "wake"])
async def test_what_is_about_one_thread_is_told_in_it(
    store_url: str, tmp_path: Path, name: str
) -> None:
    inside, top = Whispering(), Whispering()
    async with house(store_url, tmp_path, inside, top) as here:
        await here.hear(f"!{name}")
    assert (inside.texts(), top.texts()) == ([f"Ana: {name}"], [])


async def test_at_the_top_of_a_channel_no_thread_is_opened_for_a_command(
    store_url: str, tmp_path: Path
) -> None:
    inside, top = Whispering(), Whispering()
    async with house(store_url, tmp_path, inside, top) as here:
        await here.hear("!tier", place=Place.CHANNEL)
        await here.hear("!tier", place=Place.DM, number="8")
    assert [(c.place, c.is_direct) for _, c in here.desk.lines] == [
        (CHANNEL, False),
        (THREAD, True),
    ]
    assert (top.whispered, inside.whispered) == ([("U1", "done")], [("U1", "done")])


@pytest.mark.parametrize("text", ["why?", "!important", "stop", "!stop it", "!complex why?"])
async def test_what_is_no_command_is_heard(store_url: str, tmp_path: Path, text: str) -> None:
    async with house(store_url, tmp_path, Whispering(), Whispering()) as here:
        assert await here.hear(text)
    assert (here.ear.texts, here.desk.lines) == ([text], [])


async def test_what_a_bot_says_is_no_command(store_url: str, tmp_path: Path) -> None:
    async with house(store_url, tmp_path, Whispering(), Whispering()) as here:
        assert await here.hear("!tier x", author=replace(ANA, standing=Standing.BOT), manages=True)
    assert (here.ear.texts, here.desk.lines) == (["!tier x"], [])


async def test_where_we_take_no_part_a_command_is_not_ours(store_url: str, tmp_path: Path) -> None:
    async with house(store_url, tmp_path, Whispering(), Whispering()) as here:
        here.ear.cares = False
        assert not await here.hear("!tier")
        here.ear.away = True
        with pytest.raises(StoreAway):
            await here.hear("!tier")
    assert (here.ear.texts, here.desk.lines) == ([], [])


async def test_where_nobody_can_be_told_alone_it_is_told_where_the_command_is(
    store_url: str, tmp_path: Path
) -> None:
    inside, guest = Screen(), replace(ANA, standing=Standing.GUEST)
    async with house(store_url, tmp_path, inside, Screen()) as here:
        assert await here.hear("!tier complex")
        assert await here.hear("!tier complex", author=guest, number="8")
    assert inside.texts() == ["Here that is a command of its own: `/claude tier`."]
    (mark,) = (mark for _, mark in inside.shown.values())
    assert mark == Mark("7", 0, mark.kind)
    assert here.desk.lines == []


async def test_an_answer_that_is_lost_keeps_no_change_from_everybody(
    store_url: str, tmp_path: Path
) -> None:
    inside, top = Whispering(refusals={"whisper": PlatformError("screen.no")}), Whispering()
    with capture_logs() as lines:
        async with house(store_url, tmp_path, inside, top) as here:
            await here.hear("!tier x")
            await here.hear("!stop", number="8")
            await here.hear("!reset", number="9")
    assert top.texts() == ["Ana: tier x"]
    assert inside.texts() == ["Ana: reset"]
    assert sorted(line["event"] for line in lines if line["log_level"] != "info") == [
        "command_failed",
        "command_unanswered",
        "command_unanswered",
    ]


async def test_what_else_an_ear_is_told_is_handed_on(store_url: str, tmp_path: Path) -> None:
    async with house(store_url, tmp_path, Whispering(), Whispering()) as here:
        assert await here.reception.heard_until("screen") == 6
        await here.reception.note_heard("screen", 9)
        assert await here.reception.dms("x") == (replace(THREAD, platform="x"),)
        assert await here.reception.concerns(
            Hint(THREAD, "7", Place.THREAD, Address.US, "screen:C")
        )
    assert here.ear.noted == [9]
