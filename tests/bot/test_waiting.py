"""What a person is told while Claude keeps them waiting, by the clock; and what stays of it all."""

import asyncio

import pytest

from bot.asking import GaveUp
from bot.reply import Reply
from bot.retry import Patience, Trouble
from sandbox import claude as wire
from sandbox.claude import Change
from sandbox.claude.script import Drop, Pause, Script
from tests.bot.test_asking import Line, Told, given_up, line

__all__ = ["line"]

SOON = Patience(60, 300, untold=0.15)
BROKE = "The connection to Claude broke."


def hangs(seconds: float) -> Change:
    """Nothing comes for so long, and then the line is dropped."""
    return lambda _: [Pause(seconds), Drop("fin")]


def late(seconds: float) -> Change:
    """Nothing comes for so long, and then the answer."""
    return lambda script: [Pause(seconds), *script]


def slowly(deltas: int, every: float) -> Change:
    """So many deltas, one after another, and then the line is dropped."""

    def spread(script: Script) -> Script:
        before, text = script[:6], script[6 : 6 + deltas]
        return [*before, *(step for delta in text for step in (delta, Pause(every))), Drop("fin")]

    return spread


async def test_attempts_that_fail_slowly_are_told_as_soon_as_they_fail(line: Line) -> None:
    line.simulated.faults.append(hangs(0.2))
    reply = Told()
    await line.ask(reply, SOON)
    assert reply.notices[0] == f"{BROKE} Try 2 of 10 in 1 s."


async def test_a_try_that_hangs_behind_a_failure_is_told_to_be_under_way(line: Line) -> None:
    line.simulated.faults.extend([wire.status(529), late(0.3)])
    reply = Told()
    await line.ask(reply, SOON)
    assert reply.notices[-1] == "Claude is overloaded right now. Try 2 of 9 is under way."


async def test_a_try_of_which_there_is_text_is_not_told_to_be_under_way(line: Line) -> None:
    line.simulated.chunk = 1
    line.simulated.faults.extend([wire.status(529), wire.stall(1, 0.3)])
    reply = Told()
    await line.ask(reply, Patience(60, 300, untold=0.2))
    assert reply.notices == []


async def test_of_a_first_attempt_that_takes_its_time_there_is_nothing_to_tell(line: Line) -> None:
    line.simulated.faults.append(late(0.3))
    reply = Told()
    await line.ask(reply, SOON)
    assert reply.notices == []


async def test_a_first_attempt_that_hangs_is_told_in_the_end(line: Line) -> None:
    line.simulated.faults.append(late(0.3))
    reply = Told()
    await line.ask(reply, Patience(60, 300, untold=0.015))
    assert reply.notices[0] == "Your question has gone out; Claude has not answered yet."


async def test_a_question_that_was_queued_is_told_to_have_gone_out(line: Line) -> None:
    line.simulated.faults.append(wire.status(429, retry_after=0.3))
    await given_up(line)  # which holds everybody
    line.simulated.faults.append(late(0.3))
    reply = Told()
    await line.ask(reply, SOON)
    assert reply.notices[0].endswith("Your question goes out in about 1 s.")
    assert reply.notices[-1] == "Your question has gone out; Claude has not answered yet."


async def test_who_reads_a_text_that_grows_is_not_waiting(line: Line) -> None:
    line.simulated.answers("Yes, yes.")
    line.simulated.chunk = 1
    line.simulated.faults.append(slowly(6, every=0.06))
    reply = Told()
    await line.ask(reply, Patience(60, 300, untold=0.3))
    assert reply.notices == []


async def test_patience_ends_by_the_clock_though_hardly_a_wait_was_ours(line: Line) -> None:
    line.simulated.faults.extend([hangs(0.15)] * 50)
    began = asyncio.get_running_loop().time()
    error = await given_up(line, Patience(0.01, 0.4))
    assert error.attempts <= 4
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_text_that_grew_longer_than_our_patience_is_asked_for_again(line: Line) -> None:
    line.simulated.chunk = 1
    line.simulated.faults.append(slowly(4, every=0.3))
    answer = await line.ask(Reply(), Patience(0.05, 1))
    assert (answer.draft.text(), answer.draft.attempt) == ("Yes.", 2)


async def test_of_attempts_that_all_break_the_longest_text_stays(line: Line) -> None:
    line.simulated.answers("One two three four five six seven eight")
    line.simulated.faults.extend([wire.eof(1), wire.eof(3), wire.eof(1), wire.eof(2)])
    line.simulated.faults.extend([wire.eof(0)] * 9)
    reply = Reply()
    with pytest.raises(GaveUp) as error:
        await line.ask(reply, Patience(1, 7))  # eight tries
    assert error.value.failure.trouble is Trouble.BROKEN
    assert error.value.attempts == 8
    assert reply.text() == "One two three four five six seven eight"[:36]
    assert reply.draft is not None
    assert reply.draft.attempt == 2
