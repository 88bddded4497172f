"""What processes on one store allow each other: limits, a pause, a circuit, each by model."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.manners import Hold, Leave, Ticket
from bot.model import Effort, Message, Request, Role, Tier, Usage
from bot.quota import Allowance, Quota
from bot.retry import Failure, Trouble
from bot.store import Server, Throttle, connect
from bot.store.throttle import ENOUGH, LONGEST_PAUSE

PATIENCE = 60.0
MODEL = "claude-haiku-5-5"
OVERLOADED = Failure(Trouble.OVERLOADED, True, None, "", ailing=True)
BROKEN = Failure(Trouble.BROKEN, True, None, "")


def request(text: str = "Hello?", model: str = MODEL) -> Request:
    tier = Tier("simple", model, 1000, Effort.LOW)
    return Request(tier, "", (Message(Role.USER, (text,)),))


def quota(limit: int, left: int) -> Quota:
    return Quota(Allowance(limit, left), None, None)


def refused(retry_after: float | None, told: Quota | None = None) -> Failure:
    return Failure(Trouble.RATE_LIMITED, True, retry_after, "", ailing=True, quota=told)


async def gone(throttle: Throttle, model: str = MODEL) -> Ticket:
    """A ticket whose attempt is under way."""
    ticket = throttle.ticket(request(model=model))
    leave = await throttle.admit(ticket, patience=PATIENCE)
    assert leave.hold is None, leave
    return ticket


async def leave(throttle: Throttle, *, patience: float = PATIENCE, model: str = MODEL) -> Leave:
    """What one more attempt is told."""
    return await throttle.admit(throttle.ticket(request(model=model)), patience=patience)


async def learn(throttle: Throttle, told: Quota, model: str = MODEL) -> None:
    """The API tells its limits."""
    await throttle.opened(await gone(throttle, model), told)


@pytest.fixture
def other(client: Any) -> Throttle:
    """The manners of another process, which probes every 50 ms."""
    return Throttle(client, probing=0.05)


async def test_until_the_api_tells_limits_everybody_goes(throttle: Throttle) -> None:
    assert {(await leave(throttle)).hold for _ in range(50)} == {None}


async def test_what_the_limits_do_not_allow_waits_behind_those_who_came_before(
    throttle: Throttle, other: Throttle
) -> None:
    await learn(throttle, quota(60, 2))
    assert {(await leave(t)).hold for t in (throttle, other)} >= {None}
    first, second = throttle.ticket(request()), other.ticket(request())
    told = [await throttle.admit(first, patience=PATIENCE) for first in (first, second)]
    assert {each.hold for each in told} == {Hold.FULL}
    assert 1.0 < told[0].wait < told[1].wait < 3.5
    again = await throttle.admit(first, patience=PATIENCE)
    assert again.hold is Hold.FULL
    assert again.wait <= told[0].wait  # its place is kept


async def test_what_was_taken_runs_off_as_time_goes_by(throttle: Throttle) -> None:
    await learn(throttle, quota(6000, 0))
    await asyncio.sleep(0.05)
    assert (await leave(throttle)).hold is None


async def test_who_would_wait_beyond_their_patience_takes_no_place(throttle: Throttle) -> None:
    await learn(throttle, quota(60, 0))
    late = [await leave(throttle, patience=0.5) for _ in range(5)]
    assert {each.hold for each in late} == {Hold.LATE}
    assert (await leave(throttle)).wait < 1.2


async def test_a_place_that_is_given_back_is_free(throttle: Throttle) -> None:
    await learn(throttle, quota(60, 0))
    ticket = throttle.ticket(request())
    await throttle.admit(ticket, patience=PATIENCE)
    await throttle.withdraw(ticket)
    assert (await leave(throttle)).wait < 1.2


async def test_a_request_larger_than_the_limit_waits_for_all_of_it_and_not_for_ever(
    throttle: Throttle,
) -> None:
    await learn(throttle, Quota(None, Allowance(100, 50), None))
    huge = throttle.ticket(request("word " * 10_000))
    assert 25 < (await throttle.admit(huge, patience=PATIENCE)).wait < 35


async def test_what_an_answer_really_took_replaces_its_estimate(throttle: Throttle) -> None:
    await learn(throttle, Quota(None, None, Allowance(1000, 1000)))
    first = await gone(throttle)
    assert (await leave(throttle)).hold is Hold.FULL  # 500 tokens are expected of each
    await throttle.spent(first, Usage(output=2))
    assert (await leave(throttle)).wait < 5


async def test_what_the_api_told_is_taken_back_by_no_estimate(throttle: Throttle) -> None:
    await learn(throttle, Quota(None, None, Allowance(1000, 1000)))
    ticket = await gone(throttle)
    await throttle.opened(ticket, Quota(None, None, Allowance(1000, 0)))
    await throttle.spent(ticket, Usage(output=1))
    assert (await leave(throttle)).wait > 25


async def test_estimates_learn_that_cached_prompts_cost_little(throttle: Throttle) -> None:
    await learn(throttle, Quota(None, Allowance(10_000, 10_000), None))
    long = request("word " * 1500)
    for _ in range(30):
        ticket = throttle.ticket(long)
        assert (await throttle.admit(ticket, patience=PATIENCE)).hold is None
        await throttle.spent(ticket, Usage(input=10, cache_read=2000))
    tickets = [throttle.ticket(long) for _ in range(20)]
    assert {(await throttle.admit(t, patience=PATIENCE)).hold for t in tickets} == {None}


async def test_less_than_we_thought_is_believed_and_more_is_waited_for(throttle: Throttle) -> None:
    await learn(throttle, quota(60, 60))
    ticket = await gone(throttle)
    await throttle.opened(ticket, quota(60, 0))
    await throttle.opened(ticket, quota(60, 60))
    assert (await leave(throttle)).hold is Hold.FULL


async def test_a_limit_that_was_raised_holds_at_once(throttle: Throttle) -> None:
    await learn(throttle, quota(60, 0))
    slow = (await leave(throttle)).wait
    await throttle.failed(throttle.ticket(request()), refused(None, quota(6000, 0)), begun=False)
    assert slow > 1
    assert (await leave(throttle)).wait < 0.1


async def test_limits_that_nobody_was_told_of_for_long_hold_back_all_but_one_who_finds_out(
    client: Any,
) -> None:
    throttle = Throttle(client, fresh=0.1)
    await learn(throttle, Quota(None, None, Allowance(10, 0)))  # an answer takes far more than that
    assert (await leave(throttle)).hold is Hold.FULL
    await asyncio.sleep(0.12)
    scout = await gone(throttle)
    held = await leave(throttle, patience=2)
    assert (held.hold, held.wait) == (Hold.FULL, 1.0)
    await throttle.opened(scout, Quota(None, None, Allowance(60_000_000, 60_000_000)))
    assert {(await leave(throttle)).hold for _ in range(9)} == {None}


async def test_one_who_finds_out_nothing_is_followed_by_another(client: Any) -> None:
    throttle = Throttle(client, fresh=0, probing=0.05)
    await learn(throttle, Quota(None, None, Allowance(10, 0)))
    for _ in range(3):
        await gone(throttle)
        assert (await leave(throttle)).hold is Hold.FULL
        await asyncio.sleep(0.06)


async def test_limits_of_another_organisation_begin_anew(throttle: Throttle) -> None:
    one, other = (Quota(Allowance(60, left), None, None, f"org-{left}") for left in (0, 60))
    await learn(throttle, one)
    assert (await leave(throttle)).hold is Hold.FULL
    ticket = throttle.ticket(request())
    await throttle.opened(ticket, replace(other, organization=None))
    assert (await leave(throttle)).hold is Hold.FULL  # nobody said that they are another's
    await throttle.opened(ticket, other)
    assert {(await leave(throttle)).hold for _ in range(50)} == {None}


async def test_each_model_has_limits_a_pause_and_a_circuit_of_its_own(throttle: Throttle) -> None:
    await learn(throttle, quota(60, 0))
    for _ in range(ENOUGH):
        await throttle.failed(throttle.ticket(request()), refused(9.0), begun=False)
    assert (await leave(throttle)).hold is Hold.PAUSED
    assert (await leave(throttle, model="claude-opus-5-5")).hold is None


async def test_a_time_to_come_back_at_pauses_all_and_the_longest_counts(
    throttle: Throttle, other: Throttle
) -> None:
    for seconds in (5.0, 20.0, 1.0):
        await throttle.failed(await gone(throttle, "m"), refused(None), begun=False)
        await throttle.failed(throttle.ticket(request()), refused(seconds), begun=False)
    told = await leave(other)
    assert (told.hold, told.trouble) == (Hold.PAUSED, Trouble.RATE_LIMITED)
    assert 19 < told.wait <= 20


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (86_400.0, 59, LONGEST_PAUSE),
        *((nonsense, 0, 0) for nonsense in (-1.0, None, 0.0, float("inf"), float("nan"))),
    ],
)
async def test_a_pause_is_never_endless_and_never_made_up(
    throttle: Throttle, asked: float | None, least: float, most: float
) -> None:
    await throttle.failed(await gone(throttle), refused(asked), begun=False)
    assert least <= (await leave(throttle)).wait <= most


async def test_behind_a_pause_that_we_cut_short_one_finds_out_how_it_is(client: Any) -> None:
    throttle = Throttle(client, longest_pause=0.1, probing=60)
    with capture_logs() as lines:
        await throttle.failed(await gone(throttle), refused(86_400.0), begun=False)
    assert [line["event"] for line in lines] == ["pause_cut", "circuit_opened"]
    held = await leave(throttle)
    assert (held.hold, 0 < held.wait <= 0.1) == (Hold.PAUSED, True)
    await asyncio.sleep(0.12)
    probe = throttle.ticket(request())
    assert (await throttle.admit(probe, patience=PATIENCE)).probe
    assert {(await leave(throttle)).hold for _ in range(9)} == {Hold.OPEN}
    await throttle.opened(probe, None)
    assert {(await leave(throttle)).hold for _ in range(9)} == {None}


async def test_a_pause_within_our_patience_is_kept_whole_and_everybody_goes_behind_it(
    client: Any,
) -> None:
    throttle = Throttle(client, longest_pause=0.1)
    await throttle.failed(await gone(throttle), refused(0.1), begun=False)
    assert (await leave(throttle)).hold is Hold.PAUSED
    await asyncio.sleep(0.12)
    assert {(await leave(throttle)).hold for _ in range(9)} == {None}


async def test_a_storm_opens_the_circuit_for_all_and_one_probe_goes_at_a_time(
    throttle: Throttle, other: Throttle
) -> None:
    under_way = [await gone(throttle) for _ in range(ENOUGH + 1)]
    with capture_logs() as lines:
        opened = [await other.failed(each, OVERLOADED, begun=False) for each in under_way]
    assert opened == [False] * (ENOUGH - 1) + [True] * 2
    assert [line["event"] for line in lines] == ["circuit_opened"]
    told = await leave(throttle)
    assert (told.hold, told.trouble) == (Hold.OPEN, Trouble.OVERLOADED)
    for _ in range(3):
        await asyncio.sleep(0.06)
        probe, held = await leave(other), await leave(throttle)
        assert (probe.hold, probe.probe) == (None, True)
        assert (held.hold, held.probe) == (Hold.OPEN, False)
        assert 0 < held.wait <= 0.05


async def test_the_first_success_behind_the_opening_closes_the_circuit(other: Throttle) -> None:
    before = [await gone(other) for _ in range(ENOUGH + 1)]
    for each in before[1:]:
        await other.failed(each, OVERLOADED, begun=False)
    await other.opened(before[0], None)  # it went before: it tells nothing of the storm
    assert (await leave(other)).hold is Hold.OPEN
    await asyncio.sleep(0.06)
    probe = await gone(other)
    with capture_logs() as lines:
        await other.opened(probe, None)
    assert [line["event"] for line in lines] == ["circuit_closed"]
    assert {(await leave(other)).hold for _ in range(5)} == {None}


async def test_a_success_between_failures_keeps_the_circuit_closed(throttle: Throttle) -> None:
    for number in range(3 * ENOUGH):
        if number % (ENOUGH - 1) == 0:
            await throttle.opened(await gone(throttle), None)
        assert not await throttle.failed(await gone(throttle), OVERLOADED, begun=False)


async def test_what_is_our_own_trouble_opens_no_circuit(throttle: Throttle) -> None:
    for _ in range(2 * ENOUGH):
        assert not await throttle.failed(await gone(throttle), BROKEN, begun=True)
    assert (await leave(throttle)).hold is None


async def test_a_failure_that_never_began_gives_its_tokens_back(throttle: Throttle) -> None:
    await learn(throttle, Quota(None, None, Allowance(1000, 1000)))
    await throttle.failed(await gone(throttle), BROKEN, begun=False)
    began = await gone(throttle)
    await throttle.failed(began, BROKEN, begun=True)
    assert (await leave(throttle)).hold is Hold.FULL


async def test_without_the_store_everybody_goes_and_it_is_told_once(tmp_path: Path) -> None:
    server = Server(tmp_path)
    async with connect(await server.start(), name="test") as known:
        client: Any = known
        throttle = Throttle(client, recovering=0)
        await client.config_set("maxmemory", 1)  # it refuses at once
        with capture_logs() as lines:
            assert [(await leave(throttle)).hold for _ in range(3)] == [None] * 3
            await client.config_set("maxmemory", 0)
            await leave(throttle)
    assert [line["event"] for line in lines] == ["manners_not_shared", "manners_shared_again"]
    await server.stop()


async def test_a_slow_store_is_not_waited_for_and_then_left_alone(tmp_path: Path) -> None:
    server = Server(tmp_path)
    async with connect(await server.start(), name="test") as known:
        client: Any = known
        throttle = Throttle(client)
        await client.client_pause(60_000)
        async with asyncio.timeout(1.9):  # one wait for the store, not four
            ticket = await gone(throttle)
            await throttle.opened(ticket, None)
            await throttle.spent(ticket, Usage())
            assert not await throttle.failed(ticket, OVERLOADED, begun=False)
    await server.stop()


def test_a_ticket_weighs_what_its_prompt_does(client: Any) -> None:
    numbers = {Throttle(client).ticket(request("x" * 300)).number for _ in range(3)}
    assert len(numbers) == 3
    assert all(re.fullmatch(r"[0-9a-f]{16}-0", number) for number in numbers)
    assert 100 <= Throttle(client).ticket(request("x" * 300)).weight < 130
