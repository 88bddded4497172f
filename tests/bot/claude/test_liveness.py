"""What counts as life of a stream, and for how long it may show nothing else."""

import time

import pytest

from bot.claude import Claude
from bot.model import Ending, Usage
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import Change, pings
from sandbox.claude.script import Event, Pause, Raw, Script, Step
from tests.bot.claude.asking import WORDS, attempted

THINKING, STALL = 0.4, 0.15  # seconds
FOR_EVER = 20.0


def line(server: simulated.Claude, thinking: float = THINKING, stall: float = STALL) -> Claude:
    return Claude(api_key=server.api_key, base_url=server.base_url, thinking=thinking, stall=stall)


def thoughts(seconds: float, every: float) -> Change:
    """Claude thinks for so long, and shows of it a delta now and then."""
    delta = {"type": "thinking_delta", "thinking": ""}
    thought = Event(
        "content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}
    )
    steps: list[Step] = [Pause(every), thought] * round(seconds / every)
    return lambda script: [*script[:3], *steps, *script[3:]]


def pings_behind(steps: int, seconds: float) -> Change:
    ping: list[Step] = [Pause(0.03), Event("ping", {"type": "ping"})]
    return lambda script: [*script[:steps], *ping * round(seconds / 0.03), *script[steps:]]


def bytes_now_and_then(script: Script) -> Script:
    crumbs: list[Step] = [Pause(0.03), Raw(b":")]
    return [*script[:3], *crumbs * 600, *script[3:]]


@pytest.mark.parametrize(
    ("fault", "said", "patience"),
    [
        (pings_behind(0, FOR_EVER), "", (THINKING, STALL)),
        (
            pings_behind(3, FOR_EVER),
            "",
            (THINKING, STALL),
        ),  # within its thoughts, which it does not show
        (pings(FOR_EVER, every=0.03, after_deltas=0), "", (FOR_EVER, STALL)),
        (pings(FOR_EVER, every=0.03, after_deltas=2), WORDS[:8], (FOR_EVER, STALL)),
        (bytes_now_and_then, "", (THINKING, STALL)),
        (pings(FOR_EVER, every=0.03), "", (STALL, FOR_EVER)),  # it is never longer
    ],
)
async def test_pings_alone_are_no_life_for_ever(
    server: simulated.Claude, fault: Change, said: str, patience: tuple[float, float]
) -> None:
    server.faults.append(fault)
    began = time.monotonic()
    async with line(server, *patience) as claude:
        text, failure = await attempted(claude)
        assert isinstance(failure, Failure)
        assert (text, failure.trouble, failure.retryable) == (said, Trouble.BROKEN, True)
        assert "nothing but pings for too long" in failure.detail
        assert min(patience) <= time.monotonic() - began < 3
        await server.until(lambda: server.open == 0, timeout=1.0)
        assert (await attempted(claude))[0] == WORDS


async def test_thoughts_are_life_and_so_are_pings_in_place_of_them_for_a_while(
    server: simulated.Claude,
) -> None:
    server.faults.append(thoughts(1.5 * THINKING, every=THINKING / 4))
    server.faults.append(pings_behind(3, 1.5 * STALL))
    async with line(server) as claude:
        for _ in range(2):
            text, ending = await attempted(claude)
            assert text == WORDS
            assert isinstance(ending, Ending)


async def test_a_text_that_comes_slowly_is_life(server: simulated.Claude) -> None:
    server.pace = 5 / STALL
    async with line(server) as claude:
        text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)
    assert ending.usage == Usage(input=4, output=len(WORDS) // 4)
