import asyncio
import time

import pytest

from bot.pacer import Pacer
from bot.pacing import Urgency
from bot.ports import BucketSpec, Told

SLOW = BucketSpec("slow", rate=10, burst=1)
OTHER = BucketSpec("other", rate=10, burst=1)
WIDE = BucketSpec("wide", rate=100, burst=50)


def final() -> Urgency:
    return Urgency.FINAL


def interim() -> Urgency:
    return Urgency.INTERIM


async def test_calls_of_one_bucket_go_one_after_the_other() -> None:
    pacer, begun = Pacer(time.monotonic), time.monotonic()
    await asyncio.gather(*(pacer.turn([SLOW], final) for _ in range(4)))
    assert 0.28 <= time.monotonic() - begun < 3


async def test_a_final_call_overtakes_interim_ones() -> None:
    pacer, gone = Pacer(time.monotonic), list[str]()

    async def call(name: str, urgency: Urgency) -> None:
        await pacer.turn([SLOW], lambda: urgency)
        gone.append(name)

    await pacer.turn([SLOW], final)
    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(call(f"interim {number}", Urgency.INTERIM))
        await asyncio.sleep(0.01)
        tasks.create_task(call("final", Urgency.FINAL))
        tasks.create_task(call("first", Urgency.FIRST))
    assert gone == ["final", "first", "interim 0", "interim 1", "interim 2"]


async def test_a_waiting_call_that_becomes_final_goes_sooner() -> None:
    pacer, urgency = Pacer(time.monotonic), Urgency.INTERIM
    slow = BucketSpec("crawl", rate=2, burst=2)
    await pacer.turn([slow], interim)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(pacer.turn([slow], lambda: urgency))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        urgency = Urgency.FINAL
        pacer.nudge()
        await asyncio.sleep(0.05)
        assert waiting.done()


async def test_a_call_that_waits_for_its_own_bucket_does_not_hold_up_the_others() -> None:
    pacer = Pacer(time.monotonic)
    await pacer.turn([SLOW, WIDE], final)
    async with asyncio.TaskGroup() as tasks:
        stuck = tasks.create_task(pacer.turn([SLOW, WIDE], final))
        await asyncio.sleep(0)
        async with asyncio.timeout(0.05):
            await pacer.turn([OTHER, WIDE], final)
        assert not stuck.done()


async def test_a_pause_closes_the_bucket() -> None:
    pacer, begun = Pacer(time.monotonic), time.monotonic()
    pacer.pause([WIDE], 0.2)
    await pacer.turn([WIDE], final)
    assert time.monotonic() - begun >= 0.2


async def test_a_cancelled_call_leaves_the_queue() -> None:
    pacer = Pacer(time.monotonic)
    await pacer.turn([SLOW], final)
    waiting = asyncio.ensure_future(pacer.turn([SLOW], final))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait([waiting])
    async with asyncio.timeout(0.3):
        await pacer.turn([SLOW], interim)


async def test_rested_buckets_are_forgotten() -> None:
    pacer = Pacer(time.monotonic)
    fast = [BucketSpec(f"thread {number}", rate=1e6, burst=1) for number in range(3_000)]
    for spec in fast:
        await pacer.turn([spec], final)
    assert pacer.kept <= 1_001


async def test_what_the_platform_tells_of_a_bucket_is_heeded() -> None:
    pacer, begun = Pacer(time.monotonic), time.monotonic()
    window = BucketSpec("window", rate=40, burst=4, window=0.1)
    await pacer.turn([window], final)
    pacer.heed(Told(window, left=0, rest=0.15))
    await pacer.turn([window], final)
    assert 0.14 <= time.monotonic() - begun < 2
    pacer.heed(Told(window, pause=0.2))
    await pacer.turn([window], final)
    assert time.monotonic() - begun >= 0.34


async def test_a_bucket_has_the_limits_that_were_told_last() -> None:
    pacer = Pacer(time.monotonic)
    await pacer.turn([BucketSpec("learnt", rate=0.01, burst=1)], final)
    async with asyncio.timeout(0.5):
        for _ in range(4):
            await pacer.turn([BucketSpec("learnt", rate=0.01, burst=5)], final)


async def test_only_the_answers_of_a_bucket_are_owed_its_credit() -> None:
    pacer = Pacer(time.monotonic)
    two, other = BucketSpec("two", 0.1, 2, window=20), BucketSpec("other", 0.1, 2, window=20)
    with pacer.stream([other]), pacer.stream([other]):
        async with asyncio.timeout(1):
            await pacer.turn([two], interim)
            await pacer.turn([two], final)
        await pacer.turn([other], interim)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pacer.turn([other], interim)
