"""How a question waits for Claude: in good manners, told truthfully, and within our patience."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.asking import Answer, GaveUp, ask
from bot.bill import Bill
from bot.claude import Claude
from bot.manners import Leave, Manners, Ticket
from bot.model import Message, Request, Role, Usage
from bot.quota import Quota
from bot.reply import Reply
from bot.retry import Failure, Patience, Trouble
from bot.store import Throttle, connect
from sandbox import claude as wire
from sandbox.claude import Meter, Rates
from sandbox.claude.script import Pause
from tests.crowd import TIER, Crowd, Unmannered

PATIENT = Patience(60, 300)
HASTY = Patience(1, 0)


class Told(Reply):
    """A reply that remembers each notice."""

    def __init__(self) -> None:
        super().__init__()
        self.notices: list[str] = []

    def tell(self, notice: str) -> None:
        self.notices.append(notice)
        super().tell(notice)


@dataclass
class Line:
    """A line to the simulated Claude, with the manners of a process."""

    simulated: wire.Claude
    claude: Claude
    client: Any
    manners: Manners
    dice: float = 0.0

    def probe_every(self, seconds: float) -> None:
        """From now on."""
        self.manners = Throttle(self.client, probing=seconds)

    async def ask(
        self,
        reply: Reply,
        patience: Patience = PATIENT,
    ) -> Answer:
        request = Request(TIER, "", (Message(Role.USER, ("Hello?",)),))
        return await ask(
            self.claude,
            request,
            reply,
            user=None,
            language="en",
            manners=self.manners,
            patience=patience,
            dice=lambda: self.dice,
            bill=Bill(request, 0),
        )


@pytest.fixture
async def line(store_url: str) -> AsyncGenerator[Line]:
    async with (
        wire.Claude() as simulated,
        Claude(api_key=simulated.api_key, base_url=simulated.base_url) as claude,
        connect(store_url, name="test") as client,
    ):
        simulated.answers("Yes.")
        yield Line(simulated, claude, client, Throttle(client, probing=0.05))


async def storm(line: Line, failures: int = 5) -> None:
    """As many failed attempts as open the circuit; Claude stays overloaded."""
    line.simulated.overloaded = True
    async with asyncio.TaskGroup() as tasks:
        for _ in range(failures):
            tasks.create_task(given_up(line))
    line.simulated.requests.clear()


async def given_up(line: Line, patience: Patience = HASTY) -> GaveUp:
    with pytest.raises(GaveUp) as error:
        await line.ask(Reply(), patience=patience)
    return error.value


async def left_waiting(line: Line, reply: Reply, seconds: float = 0.1) -> None:
    """Ask, and leave after *seconds* without an answer."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await line.ask(reply)


async def soon_gone(line: Line) -> None:
    """Ask, and leave soon, answered or not."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            await line.ask(Reply())


async def test_what_was_declined_is_taken_back_at_once(line: Line) -> None:
    line.simulated.faults.append(wire.stop_reason("refusal"))
    reply = Told()
    assert (await line.ask(reply)).draft.text() == "Yes."
    assert reply.text() == "", "whatever happens to the answer before it is judged"


async def test_what_was_declined_is_taken_back_though_the_line_does_not_end_yet(
    line: Line,
) -> None:
    declines = wire.stop_reason("refusal")
    line.simulated.faults.append(lambda it: [*(told := declines(it))[:-1], Pause(9), told[-1]])
    reply = Told()
    await left_waiting(line, reply)  # a Stop
    assert reply.text() == ""


async def test_an_open_circuit_is_probed_for_all_until_it_closes_and_then_all_are_answered(
    line: Line,
) -> None:
    await storm(line)
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(line.ask(Reply())) for _ in range(10)]
        await asyncio.sleep(0.5)
        assert 5 <= len(line.simulated.requests) <= 11  # every 50 ms, whoever asks
        line.simulated.overloaded = False
    assert {each.result().draft.text() for each in asked} == {"Yes."}


async def test_probes_use_up_time_but_no_tries(line: Line) -> None:
    await storm(line)
    error = await given_up(line, Patience(0.3, 0.8))
    assert error.failure.trouble is Trouble.OVERLOADED
    assert error.attempts > 4  # backoff alone would have ended at the first


async def test_who_may_not_even_ask_within_our_patience_learns_why(line: Line) -> None:
    line.probe_every(2)
    await storm(line)
    error = await given_up(line)
    assert (error.attempts, error.failure.trouble) == (0, Trouble.OVERLOADED)
    assert error.failure.retryable
    assert not line.simulated.requests


async def test_a_wait_for_a_probe_is_told_once_and_for_all_of_it(line: Line) -> None:
    await storm(line)
    reply = Told()
    line.probe_every(30)
    await given_up(line, Patience(1, 0.2))  # takes the probe of the next half minute
    await left_waiting(line, reply, 0.2)
    (notice,) = reply.notices
    assert notice.startswith("Claude is overloaded right now. I try once a second for everybody")
    assert "for up to 300 s" in notice


async def test_a_pause_that_one_was_asked_for_holds_all_and_is_told(line: Line) -> None:
    line.simulated.faults.append(wire.status(429, retry_after=40))
    await given_up(line)
    reply = Told()
    await left_waiting(line, reply)
    assert len(line.simulated.requests) == 1
    assert reply.notices == [
        "We have reached Claude's rate limit. Your question goes out in about 40 s."
    ]


@pytest.mark.parametrize("asked", ["86400", "-1", "soon", None])
async def test_whatever_retry_after_says_nobody_sleeps_beyond_our_patience_nor_storms(
    line: Line, asked: str | None
) -> None:
    line.simulated.faults.extend([wire.status(429, retry_after=asked)] * 1000)
    started = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(given_up(line, Patience(0.1, 0.4)))
    assert asyncio.get_running_loop().time() - started < 4
    # The crowd itself, a few before all know of it, then one every 50 ms; backoff alone has 100.
    assert len(line.simulated.requests) <= 50


async def test_a_place_in_the_queue_is_waited_for_and_told(line: Line) -> None:
    line.simulated.meter = Meter(Rates(requests=4, input=100_000, output=100_000))
    for _ in range(3):
        line.simulated.meter.take(TIER.model, 1)  # somebody else has the same key
    await line.ask(Reply())
    reply = Told()
    await left_waiting(line, reply)
    (notice,) = reply.notices
    assert notice.startswith("We have reached Claude's rate limit. Your question goes out in about")
    second = await given_up(line, Patience(2, 300))
    assert (second.attempts, second.failure.trouble) == (0, Trouble.RATE_LIMITED)
    assert len(line.simulated.requests) == 1
    assert line.simulated.meter.refused == 0


async def test_who_leaves_the_queue_leaves_their_place_to_others(line: Line) -> None:
    line.simulated.meter = Meter(Rates(requests=60, input=100_000, output=100_000))
    while line.simulated.meter.refused == 0 and len(line.simulated.requests) < 57:
        await line.ask(Reply())
    await asyncio.gather(*(soon_gone(line) for _ in range(20)))
    async with asyncio.timeout(6):  # a place becomes free each second
        await line.ask(Reply())


class Noting(Unmannered):
    """Manners that let everybody go as a probe, hold who failed, and note what they are told."""

    def __init__(self) -> None:
        self.noted: list[object] = []

    async def admit(self, ticket: Ticket, *, patience: float) -> Leave:
        self.noted.append("admit")
        return Leave(None, 0.0, Trouble.OVERLOADED, probe=True)

    async def opened(self, ticket: Ticket, quota: Quota | None) -> None:
        self.noted.append("opened")

    async def spent(self, ticket: Ticket, usage: Usage) -> None:
        self.noted.append(usage)

    async def failed(self, ticket: Ticket, failure: Failure, *, begun: bool) -> bool:
        self.noted.append(begun)
        return True


async def test_manners_are_told_of_each_attempt_and_who_is_held_by_them_does_not_wait_besides(
    line: Line,
) -> None:
    manners = line.manners = Noting()
    line.dice = 0.999
    line.simulated.faults.extend([wire.status(529), wire.error_event(0), wire.error_event(1)])
    async with asyncio.timeout(1):
        await line.ask(Reply())
    assert manners.noted == [
        *("admit", False),
        *("admit", "opened", True),
        *("admit", "opened", True),
        *("admit", "opened", Usage(input=2, output=1)),
    ]


async def test_of_a_crowd_whose_processes_have_manners_hardly_one_is_refused(
    store_url: str,
) -> None:
    crowd = Crowd(callers=8, seconds=1.2, rates=Rates(30, 200_000, 40_000))
    async with (
        connect(store_url, name="one") as one,
        connect(store_url, name="two") as two,
    ):
        polite, rude = await asyncio.gather(
            crowd.let_loose([Throttle(one), Throttle(two), Throttle(one)]),
            crowd.let_loose([Unmannered()] * 3),
        )
    assert polite.refused <= 1
    # How many, a busy machine decides; `make soak` counts them.
    assert rude.refused >= polite.refused
