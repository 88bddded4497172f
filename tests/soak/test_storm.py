"""Storms and crowds in full: the figures of docs/decisions.md."""

import sys
from contextlib import AsyncExitStack

import pytest

from bot.store import Throttle, connect
from sandbox.claude import Rates
from tests.crowd import Crowd, Unmannered
from tests.storm import TEXT, Storm
from tests.world import World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

BUDGET = Rates(requests=600, input=200_000, output=40_000)


async def test_a_minute_of_overloads_is_outlived_by_fifty_conversations_on_two_processes(
    there: World,
) -> None:
    async with there.process() as one, there.process() as two:
        await there.slack.until(lambda: there.slack.connections == 2, timeout=30)
        weather = await Storm(conversations=50, seconds=60).rage(there, patience=60)
        for process in (one, two):
            process.kill()
    sys.stdout.write(f"\n{weather}\n")
    assert len(weather.probes) <= 60
    assert weather.closest() > 0.8
    assert max(weather.told) < 5
    assert len(weather.asked) == 50
    assert all(sum("I try" in text for text in texts) <= 1 for texts in weather.shown)
    assert {texts[-1] for texts in weather.shown} == {TEXT}


async def test_of_sixty_callers_in_four_processes_hardly_one_is_refused(store_url: str) -> None:
    crowd = Crowd(callers=15, seconds=20, rates=BUDGET, pace=100)
    rude = await crowd.let_loose([Unmannered()] * 4)
    async with AsyncExitStack() as house:
        clients = [await house.enter_async_context(connect(store_url, name="x")) for _ in range(4)]
        polite = await crowd.let_loose([Throttle(client) for client in clients])
    sys.stdout.write(f"\nwithout manners: {rude}\nwith manners: {polite}\n")
    assert polite.refused <= 1
    assert polite.answered > 0.9 * rude.answered
