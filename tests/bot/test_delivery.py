"""Painting without a platform: what a screen shows that keeps what it is told to show."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.delivery import Painter, whole
from bot.errors import Denied, EditRefused, Fenced, PlatformError, RateLimited, TooLong, Unreachable
from bot.model import Conversation, Draft, History, Turn
from bot.pacer import Pacer
from bot.pacing import Urgency
from bot.ports import BucketSpec, Call, Control, Found, Kind, Mark
from bot.reconcile import Shown
from bot.reply import Reply

FAST = {call: (BucketSpec(call.value, rate=1000, burst=1000),) for call in Call}


@dataclass(frozen=True)
class Plain:
    """Characters, up to *limit*."""

    limit: int = 200

    def measure(self, text: str) -> int:
        return len(text)


@dataclass
class Screen:
    """A thread that shows what was posted; each call takes *delay* seconds, half before it acts."""

    delay: float = 0.0
    longest: int = 200
    shown: dict[str, tuple[str, Mark]] = field(default_factory=dict[str, tuple[str, Mark]])
    conversation = Conversation("screen", "W", "C", "1")
    settings_place = "screen:C"
    controls: frozenset[Control] = frozenset()
    whispers = False
    buckets: Mapping[Call, tuple[BucketSpec, ...]] = field(default_factory=lambda: FAST)
    dialect: Plain = field(default_factory=Plain)
    refusals: dict[str, PlatformError] = field(default_factory=dict[str, PlatformError])
    lost: int = 0  # posts that arrive, though we are not told so
    posted: int = 0
    edits: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def history(self, before: str) -> History:
        return History(())

    async def post(self, text: str, mark: Mark) -> str:
        self._refuse("post")
        message_id, self.posted = f"m{self.posted}", self.posted + 1
        await self._take(message_id, text, mark)
        if self.lost:
            self.lost -= 1
            raise Unreachable("screen.lost")
        return message_id

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:
        assert message_id in self.shown
        self.edits += 1
        self._refuse("edit")
        self._refuse(f"edit {message_id}")
        await self._take(message_id, text, mark)

    async def delete(self, message_id: str) -> None:
        self._refuse("delete")
        del self.shown[message_id]

    async def whisper(self, person: str, text: str) -> None:
        raise NotImplementedError

    async def find(self, turn: str) -> tuple[Found, ...]:
        self._refuse("find")
        return tuple(Found(name, mark) for name, (_, mark) in self.shown.items())

    async def dismiss(self, turn: str) -> None: ...
    def take_up(self, question: Turn) -> None: ...
    async def busy(self) -> None: ...

    def texts(self) -> list[str]:
        return [text for text, _ in self.shown.values()]

    def _refuse(self, call: str) -> None:
        if call in self.refusals:
            raise self.refusals[call]

    async def _take(self, message_id: str, text: str, mark: Mark) -> None:
        if len(text) > self.longest:
            raise TooLong("screen.too_long")
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.delay / 2)
        self.shown[message_id] = (text, mark)
        await asyncio.sleep(self.delay / 2)
        self.at_once -= 1


@dataclass
class Notes:
    """The ids that were saved last."""

    parts: Sequence[str] = ()

    async def save(self, parts: Sequence[str]) -> None:
        self.parts = tuple(parts)


def painter(
    screen: Screen,
    notes: Notes | None = None,
    *,
    shown: Sequence[Shown] = (),
    lost: bool = False,
    pacer: Pacer | None = None,
) -> Painter:
    def guard() -> None:
        if lost:
            raise Fenced("store.fenced", conversation="screen")

    return Painter(
        screen,
        pacer or Pacer(time.monotonic),
        question="1",
        shown=shown,
        note=(notes or Notes()).save,
        guard=guard,
        dice=random.Random(1).random,
    )


def said(text: str, attempt: int = 1) -> Draft:
    draft = Draft(attempt)
    draft.append(text)
    return draft


async def test_the_newest_text_is_shown_with_one_call_in_flight() -> None:
    screen, notes, reply, draft = Screen(delay=0.02), Notes(), Reply(), Draft(1)
    async with asyncio.TaskGroup() as tasks:
        painting = tasks.create_task(painter(screen, notes).paint(reply))
        for number in range(100):
            draft.append(f"w{number} ")
            reply.grow(draft)
            await asyncio.sleep(0.002)
        reply.end()
    assert "".join(screen.texts()).replace(" ", "") == draft.text().replace(" ", "")
    assert screen.most_at_once == 1
    assert painting.result() == notes.parts == tuple(screen.shown)


async def test_a_new_attempt_replaces_the_whole_of_the_old_one() -> None:
    screen, reply = Screen(), Reply()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(painter(screen).paint(reply))
        reply.grow(said("old " * 120))
        await asyncio.sleep(0.05)
        assert len(screen.shown) > 1
        reply.grow(said("new", attempt=2))
        reply.end()
    assert screen.texts() == ["new"]


async def test_a_notice_is_the_first_message_until_there_is_text() -> None:
    screen, reply = Screen(), Reply()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(painter(screen).paint(reply))
        reply.tell("Please wait.")
        await asyncio.sleep(0.05)
        assert screen.shown["m0"] == ("Please wait.", Mark("1", 0, Kind.NOTICE))
        reply.grow(said("Here I am."))
        reply.end()
    assert screen.shown == {"m0": ("Here I am.", Mark("1", 0, Kind.ANSWER))}


async def test_what_should_be_known_besides_stands_below_the_text() -> None:
    screen, reply = Screen(), Reply()
    reply.grow(said("```py\nx"))
    reply.end("One.\nTwo.")
    await painter(screen).paint(reply)
    assert screen.texts() == ["```py\nx\n```\n\n> One.\n> Two."]


async def test_a_notice_without_room_below_the_text_is_a_message_of_its_own() -> None:
    screen, reply = Screen(), Reply()
    reply.grow(said("x" * 170))
    reply.end("A sentence that is quite long.")
    await painter(screen).paint(reply)
    assert screen.texts() == ["x" * 170, "> A sentence that is quite long."]


async def test_what_another_worker_had_begun_is_edited_and_its_surplus_deleted() -> None:
    mark = Mark("1", 0, Kind.ANSWER)
    screen = Screen(shown={"m0": ("half", mark), "m1": ("more", mark)})
    begun = [Shown("m0", None, Kind.ANSWER), Shown("m1", None, Kind.ANSWER)]
    reply = Reply()
    reply.grow(said("whole"))
    reply.end()
    assert await painter(screen, shown=begun).paint(reply) == ("m0",)
    assert screen.texts() == ["whole"]


async def test_a_platform_that_takes_less_than_it_promised_gets_smaller_messages() -> None:
    dialect = Plain(2000)
    screen, reply = Screen(longest=600, dialect=dialect), Reply()
    reply.grow(said("word " * 300))
    reply.end()
    await painter(screen).paint(reply)
    assert "".join(screen.texts()).split() == ["word"] * 300
    assert max(map(len, screen.texts())) <= 600


async def test_a_platform_that_takes_nothing_is_not_asked_for_ever() -> None:
    screen, reply = Screen(longest=0, dialect=Plain(2000)), Reply()
    reply.grow(said("word " * 300))
    reply.end()
    with pytest.raises(TooLong):
        await painter(screen).paint(reply)


async def test_without_the_lease_nothing_is_shown() -> None:
    screen, reply = Screen(), Reply()
    reply.grow(said("mine"))
    with pytest.raises(Fenced):
        await painter(screen, lost=True).paint(reply)
    assert screen.shown == {}


async def test_a_call_in_flight_has_its_effect_though_the_painter_is_cancelled() -> None:
    screen, notes, reply = Screen(delay=0.2), Notes(), Reply()
    reply.grow(said("begun"))
    painting = asyncio.ensure_future(painter(screen, notes).paint(reply))
    await asyncio.sleep(0.05)
    painting.cancel()
    await asyncio.wait([painting])
    assert painting.cancelled()
    assert screen.texts() == ["begun"]
    assert notes.parts == ("m0",)


async def test_whole_gives_what_its_call_gives() -> None:
    async def call() -> int:
        return 7

    async def failing() -> int:
        raise TooLong("x")

    assert await whole(call()) == 7
    with pytest.raises(TooLong):
        await whole(failing())


FROZEN = EditRefused("screen.frozen")


async def test_where_edits_are_refused_the_whole_text_comes_behind_what_stood() -> None:
    screen, notes, reply, draft = Screen(refusals={"edit": FROZEN}), Notes(), Reply(), Draft(1)
    async with asyncio.TaskGroup() as tasks:
        painting = tasks.create_task(painter(screen, notes).paint(reply))
        for _ in range(20):
            draft.append("word " * 5)
            reply.grow(draft)
            await asyncio.sleep(0.03)
        assert (screen.edits, len(screen.shown)) == (1, 1)
        reply.end("By the way.")
    assert " ".join(screen.texts()).split() == [*["word"] * 100, ">", "By", "the", "way."]
    assert [mark.part for _, mark in screen.shown.values()] == list(range(len(screen.shown)))
    assert painting.result() == notes.parts == tuple(screen.shown)
    assert "m0" not in screen.shown


@pytest.mark.parametrize("refusal", [FROZEN, Denied("screen.denied")])
async def test_what_cannot_be_deleted_either_stays_above_the_whole(refusal: PlatformError) -> None:
    mark = Mark("1", 0, Kind.ANSWER)
    screen = Screen(shown={"m0": ("half", mark)}, posted=1)
    screen.refusals = {"edit": FROZEN, "delete": refusal}
    notes, reply = Notes(), Reply()
    reply.grow(said("half of it and the rest"))
    reply.end()
    begun = [Shown("m0", None, Kind.ANSWER)]
    assert await painter(screen, notes, shown=begun).paint(reply) == ("m1",)
    assert screen.texts() == ["half", "half of it and the rest"]
    assert notes.parts == ("m1",)


async def test_what_is_frozen_is_noted_until_it_is_gone() -> None:
    screen, noted, reply = Screen(refusals={"edit": FROZEN}), list[tuple[str, ...]](), Reply()

    class Every(Notes):
        async def save(self, parts: Sequence[str]) -> None:
            noted.append(tuple(parts))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(painter(screen, Every()).paint(reply))
        reply.grow(said("one"))
        await asyncio.sleep(0.05)
        reply.grow(said("two"))
        reply.end()
    assert noted == [("m0",), ("m0", "m1"), ("m1",)]


async def test_a_lost_post_behind_what_is_frozen_is_found_and_not_repeated() -> None:
    screen, reply = Screen(refusals={"edit m0": FROZEN}), Reply()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(painter(screen).paint(reply))
        reply.grow(said("one"))
        await asyncio.sleep(0.05)
        reply.grow(said("two"))
        screen.lost = 1
        reply.end()
    assert screen.texts() == ["two"]
    assert list(screen.shown) == ["m1"]


async def test_after_a_lost_post_nothing_is_posted_before_we_have_looked() -> None:
    screen, reply = Screen(lost=1, refusals={"find": Unreachable("screen.away")}), Reply()
    reply.grow(said("only once"))
    reply.end()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(painter(screen).paint(reply))
        await asyncio.sleep(0.5)
        assert screen.posted == 1
        screen.refusals.clear()
    assert screen.texts() == ["only once"]
    assert screen.posted == 1


def begun(text: str, **screen: Any) -> tuple[Screen, Painter]:
    """A screen that shows *text*, and its painter, which wrote it."""
    one = Screen(shown={"m0": (text, Mark("1", 0, Kind.ANSWER))}, posted=1, **screen)
    return one, painter(one, shown=[Shown("m0", text, Kind.ANSWER)])


async def test_an_excuse_stands_below_what_is_shown() -> None:
    screen, one = begun("```py\nx\n```")
    await one.excuse("That was it.")
    notice = Mark("1", 0, Kind.NOTICE)
    assert screen.shown == {"m0": ("```py\nx\n```\n\n> That was it.", notice)}


async def test_an_excuse_finds_room_below_what_is_shown_or_stands_alone() -> None:
    screen, one = begun("x" * 190)
    await one.excuse("That was it.")
    (text,) = screen.texts()
    assert text.startswith("x" * 150)
    assert text.endswith("x\n\n> That was it.")
    assert len(text) <= 200
    alone = Screen()
    await painter(alone).excuse("Nothing came of it.")
    assert alone.shown == {"m0": ("Nothing came of it.", Mark("1", 0, Kind.NOTICE))}


@pytest.mark.parametrize(("call", "text"), [("edit", "half"), ("edit", "x" * 190)])
async def test_an_excuse_that_is_refused_is_let_be(call: str, text: str) -> None:
    screen, one = begun(text, refusals={call: Denied("screen.denied")})
    await one.excuse("That was it.")
    assert screen.texts() == [text]


async def test_an_excuse_waits_only_briefly_for_its_turn() -> None:
    bucket = (BucketSpec("slow", rate=0.01, burst=1),)
    screen, one = begun("half", buckets=dict.fromkeys(Call, bucket))
    await one.excuse("That was it.")
    began = time.monotonic()
    await one.excuse("Once more.")
    assert 2 < time.monotonic() - began < 8
    assert screen.texts() == ["half\n\n> That was it."]


@pytest.mark.parametrize("narrow", [True, False])
async def test_patience_with_one_place_leaves_the_others_alone(*, narrow: bool) -> None:
    own, whole_bot = (BucketSpec(name, rate=1000, burst=1000) for name in ("own", "whole"))
    asked = RateLimited("screen.slow", 0.7, narrow=narrow)
    screen = Screen(buckets=dict.fromkeys(Call, (own, whole_bot)), refusals={"post": asked})
    pacer, reply = Pacer(time.monotonic), Reply()
    reply.grow(said("whole"))
    reply.end()
    async with asyncio.TaskGroup() as tasks:
        painting = tasks.create_task(painter(screen, pacer=pacer).paint(reply))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await pacer.turn([whole_bot], lambda: Urgency.FINAL)
        assert (time.monotonic() - began < 0.5) is narrow
        screen.refusals.clear()
        await painting
    assert screen.texts() == ["whole"]


async def test_without_the_lease_there_is_no_excuse() -> None:
    screen = Screen()
    await painter(screen, lost=True).excuse("That was it.")
    assert screen.shown == {}
