"""Each measurement in small: it runs a real bot, reads all that it promises, and holds."""

import asyncio
import os
import sys

from bench import burst, crowd, idle, lag, store, usage
from bench.readings import Readings
from bench.stage import Stage, stage

LINUX = sys.platform == "linux"


def values(readings: Readings) -> dict[str, float]:
    """Each value that was read, by its name."""
    return {reading.name: reading.value for reading in readings if reading.value is not None}


async def test_every_measurement_reads_what_it_promises() -> None:
    # All of them on one stage, for a bot takes longer to start than they do; `idle` needs a second.
    async with stage(os.environ, "slack", "discord", rates=True) as here:
        await at_rest(here)
        await in_a_crowd(here)
        await at_once(here)
        await within(here)


async def at_rest(here: Stage) -> None:
    read = values(await idle.measure(here, guilds=20, seconds=0.2, settle=0.0))
    if LINUX:
        assert 20 < read["memory, 1 guild"] < 1000
        assert abs(read["memory, 20 guilds above 1"]) < 20
        assert read["idle, 20 guilds"] < 200


async def in_a_crowd(here: Stage) -> None:
    read = values(await crowd.measure(here, guilds=3, rate=500, seconds=0.6))
    assert 400 < read["messages not for us"] < 600
    assert 0 < read["answer, quiet, median"] < 5
    assert read["answer, crowd, worst"] >= read["answer, crowd, median"] > 0
    if LINUX:
        assert 10 < read["cost of a message not for us"] < 20_000


async def at_once(here: Stage) -> None:
    read = values(await burst.discord(here, answers=3, characters=60))
    assert 0 < read["Discord, 3 at once, behind, median"] < 10
    assert read["Discord, 3 at once, refused"] == 0
    read = values(await burst.slack(here, answers=3, characters=60))
    assert 0 < read["Slack, 3 at once, behind, median"] < 10
    assert read["Slack, 3 at once, refused"] == 0
    read = values(await burst.memory(here, answers=2, seconds=0.2))
    if LINUX:
        assert 20 < read["memory, idle"] < 1000
        assert read["memory, 2 answers at once"] > 20


async def within(here: Stage) -> None:
    read = values(await lag.measure(here, characters=20_000, seconds=0.2))
    assert read["loop, large answer, worst"] >= read["loop, large answer, p99"] > 0
    read = values(await store.measure(here, lengths=(4, 30), rounds=3))
    assert list(read) == [
        f"{step}, {turns} turns" for turns in (4, 30) for step in ("submit", "begin", "finish")
    ]
    assert all(0 < value < 5000 for value in read.values())


async def test_a_process_that_computes_is_seen_to() -> None:
    busy = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(flush=True)\nwhile True: pass", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert busy.stdout is not None
        await busy.stdout.readline()
        before = usage.of(busy.pid)
        await asyncio.sleep(0.2)
        after = usage.of(busy.pid)
    finally:
        busy.kill()
        await busy.wait()
    if not LINUX:
        assert (before, after) == (None, None)
        return
    assert before is not None
    assert after is not None
    assert 0.02 < after.cpu - before.cpu < 0.5
    assert after.memory > 1
    assert after.waited >= before.waited
