"""What the store takes for a question and its answer, in conversations of different lengths."""

import statistics
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bench.readings import Reading, Readings
from bench.stage import Stage
from bot.model import Author, Conversation, Role, Turn, Wish
from bot.store import Conversations, Server, connect

_TEXT = "A question of some length, as people ask them, with a reason and a wish in it. " * 4
_TOKENS = len(_TEXT) // 4
_RETENTION = timedelta(days=30)
_ANA = Author("U1", "Ana")
_BEGAN = 1_700_000_000_000_000  # microseconds since 1970
_STEPS = ("submit", "begin", "finish")


async def measure(
    here: Stage, *, lengths: tuple[int, ...] = (10, 2000), rounds: int = 100
) -> Readings:
    """The median of each step's round trip over *rounds*, for conversations of those *lengths*.

    The store is one of its own: what the bot does meanwhile is not in it.
    """
    chosen = here.environ.get("BOT_REDIS_SERVER")
    server = Server(here.folder / "store", binary=Path(chosen) if chosen else None)
    try:
        async with connect(await server.start(), name="bench") as client:
            store = Conversations(client)
            trips = {turns: await _trips(store, turns, rounds) for turns in lengths}
    finally:
        await server.stop()
    return tuple(reading for turns in lengths for reading in _readings(turns, trips[turns]))


def _readings(turns: int, trips: Mapping[str, list[float]]) -> Readings:
    return tuple(
        Reading(
            f"{step}, {turns:,} turns",
            statistics.median(trips[step]) * 1000,
            "ms",
            f"the embedded store, median of {len(trips[step])}",
        )
        for step in _STEPS
    )


async def _trips(store: Conversations, turns: int, rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each step, *rounds* times at the end of a conversation of so many *turns*."""
    trips: dict[str, list[float]] = {step: [] for step in _STEPS}
    for number in range(rounds):
        # A round adds two turns: a conversation serves while that is little beside its length.
        age = number % max(1, turns // 20)
        conversation = Conversation("bench", "team", "channel", f"{turns}-{number - age}")
        if age == 0:
            await _grow(store, conversation, turns)
        for step, seconds in zip(_STEPS, await _round(store, conversation, age), strict=True):
            trips[step].append(seconds)
    return trips


async def _grow(store: Conversations, conversation: Conversation, turns: int) -> None:
    asked = Turn("first", Role.USER, _BEGAN, _TEXT, _ANA)
    submitted = await store.submit(
        conversation, asked, Wish.ANSWER, tokens=_TOKENS, retention=_RETENTION
    )
    assert submitted.lease is not None
    await store.begin(submitted.lease, merge=False)
    earlier = (Turn(f"e{n}", Role.USER, _BEGAN - n, _TEXT, _ANA) for n in range(1, turns))
    seeds = [(turn, _TOKENS) for turn in earlier]
    await store.seed(submitted.lease, seeds, retention=_RETENTION)
    await store.finish(submitted.lease, None, tokens=0, retention=_RETENTION)


async def _round(
    store: Conversations, conversation: Conversation, number: int
) -> tuple[float, float, float]:
    sent_at = _BEGAN + (number + 1) * 1_000_000
    asked = Turn(f"m{number}", Role.USER, sent_at, _TEXT, _ANA)
    said = Turn(f"m{number}~a", Role.ASSISTANT, sent_at, _TEXT, parts=(f"p{number}",))
    clock = time.perf_counter
    began = clock()
    submitted = await store.submit(
        conversation, asked, Wish.ANSWER, tokens=_TOKENS, retention=_RETENTION
    )
    there = clock()
    assert submitted.lease is not None
    await store.begin(submitted.lease, merge=False)
    read = clock()
    await store.finish(submitted.lease, said, tokens=_TOKENS, retention=_RETENTION)
    return there - began, read - there, clock() - read
