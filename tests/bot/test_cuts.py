"""Streams cut at random bytes: no stump stands or is stored as if it were whole."""

import asyncio
import random
import re
from dataclasses import dataclass, field, replace

from bot.answering import Answering
from bot.model import Conversation, Turn, answer_id
from bot.ports import Kind
from bot.retry import Patience
from bot.store import Again, Conversations, Ledger, Slots, Throttle
from sandbox import claude as wire
from sandbox.claude import Change, Fault
from sandbox.claude.script import Event, Raw, Script, encode
from sandbox.claude.server import Speaker
from tests.bot.test_answering import MODE, Desk, desk_of
from tests.bot.test_delivery import Plain, Screen

STREAMS = 60  # tests/soak has more of them
SEED = 20261122
AT_ONCE = 20
MARK = "\n\n> The connection to Claude broke. The answer is unfinished."
SORRY = "The connection to Claude broke. I gave up after"


@dataclass
class Wide(Screen):
    """A screen on which an answer is one message."""

    longest: int = 4000
    dialect: Plain = field(default_factory=lambda: Plain(4000))
    conversation: Conversation = Screen.conversation


def cut_somewhere(dice: random.Random) -> Change:
    """A cut at a random byte before the last event, by FIN, by RST, or with a clean end."""
    share, how = dice.random(), dice.choice(["fin", "rst", "eof"])

    def change(script: Script) -> Script:
        sent = b"".join(encode(step) for step in script if isinstance(step, Event))
        last = script[-1]
        assert isinstance(last, Event)
        at = int(share * (len(sent) - len(encode(last))))
        if how == "eof":
            return [Raw(sent[:at])]
        return wire.cut(at, "rst" if how == "rst" else "fin")(script)

    return change


def generations(said: list[str]) -> Speaker:
    """What Claude says: no two answers share a word, so that a splice would be seen."""

    def speak(_: object) -> str:
        number = len(said)
        said.append(" ".join(f"g{number}w{word}é🙂" for word in range(12)) + f" g{number}end")
        return said[-1]

    return speak


async def test_no_cut_stream_stands_or_is_stored_as_whole(
    store: Conversations, throttle: Throttle, ledger: Ledger, slots: Slots
) -> None:
    async with desk_of(store, throttle, ledger, slots) as desk:
        await cut_and_judged(desk, streams=STREAMS, seed=SEED)


async def cut_and_judged(desk: Desk, *, streams: int, seed: int) -> None:
    """So many streams cut at random, others left whole; fails where one stands for another."""
    said: list[str] = []
    faults = drawn(random.Random(seed), streams)
    desk.claude.answers(generations(said))
    desk.claude.faults.extend(faults)
    desk.pen = replace(desk.pen, patience=Patience(0.02, 0.04))
    screens = await asked(desk)
    assert len(desk.claude.requests) >= len(faults)
    stood = [await verdict(desk.store, screen, said) for screen in screens]
    # How often each comes hangs on the order of the streams; "sorry" may not come at all.
    assert stood.count("whole") > (len(faults) - streams) / 2
    assert stood.count("stump") > 0
    for screen, how in zip(screens, stood, strict=True):
        if how == "stump":
            await go_on(desk, screen, said)


def drawn(dice: random.Random, streams: int) -> list[Fault | None]:
    """What becomes of each stream, in their order: so many are cut, None for one that is not."""
    faults: list[Fault | None] = [cut_somewhere(dice) for _ in range(streams)]
    faults += [None] * (streams * 2 // 5)
    dice.shuffle(faults)
    return faults


async def asked(desk: Desk) -> list[Wide]:
    """The screens of as many questions as it takes to meet every fault."""
    screens: list[Wide] = []

    async def ask_in_turn() -> None:
        while desk.claude.faults:
            screen = Wide(conversation=Conversation("screen", "W", "C", f"{len(screens)}"))
            screens.append(screen)
            await desk.ask(screen)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(ask_in_turn())
    return screens


async def verdict(store: Conversations, screen: Wide, said: list[str]) -> str:
    """What stands on *screen*, once it is proven that the store holds the same, and no more."""
    (text, mark), turn = *screen.shown.values(), await remembered(store, screen)
    assert await store.pending(screen.conversation) == []
    stump = text.removesuffix(MARK)
    if text in said:
        assert (turn.text, turn.incomplete, mark.kind) == (text, False, Kind.ANSWER)
        return "whole"
    assert turn.incomplete
    assert mark.kind is Kind.NOTICE
    if text.startswith(SORRY):
        assert turn.text == ""
        return "sorry"
    assert text.endswith(MARK)
    assert turn.text.rstrip() == stump.rstrip()
    assert of_one_generation(turn.text, said)
    return "stump"


async def go_on(desk: Desk, screen: Wide, said: list[str]) -> None:
    """Have the answer on *screen* go on: behind what stood there, by one more generation."""
    stump = (await remembered(desk.store, screen)).text
    again = await desk.store.again(screen.conversation, "1", Again.CONTINUE)
    assert again.lease
    work = await desk.store.begin(again.lease, merge=False)
    assert work
    await Answering(desk.pen, again.lease, screen, MODE, work).finish()
    (text,) = screen.texts()
    assert text == stump + said[-1]
    turn = await remembered(desk.store, screen)
    assert (turn.text, turn.incomplete) == (text, False)


async def remembered(store: Conversations, screen: Wide) -> Turn:
    turn = await store.turn(screen.conversation, answer_id("1"))
    assert turn
    assert turn.parts == tuple(screen.shown)
    return turn


def of_one_generation(stump: str, said: list[str]) -> bool:
    """Whether *stump* begins one answer; all of it, where only its end did not come."""
    found = re.match(r"g(\d+)", stump)
    return found is None or said[int(found[1])].startswith(stump)
