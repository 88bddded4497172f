"""A cap on answers at once: what is over it waits its turn, and nobody else does."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.model import Conversation
from bot.store import Slot, Slots, connect
from sandbox.discord import Person
from tests.wire.test_commands import stopped
from tests.wire.test_discord import Guild
from tests.world import World, world

LIMITS = "[limits]\nanswers_user = {}"


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        made.claude.answers("Gladly, and at once.")
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def ask(there: Guild, person: Person, count: int) -> list[str]:
    """The threads of *count* questions that *person* asks at once."""
    mention = f"<@{there.discord.bot_user}> hello"
    asking = [there.discord.say(person, there.general, mention) for _ in range(count)]
    return list(await asyncio.gather(*asking))


async def answered(there: Guild, threads: list[str]) -> None:
    for thread in threads:
        await there.answered(thread, "Gladly, and at once.")


def at_once(claude: World, name: str) -> int:
    """The most answers to *name* that Claude was giving at one time."""
    steps: list[tuple[float, int]] = []
    for number, request in enumerate(claude.claude.requests):
        if f'from="{name}"' in str(request.body["messages"]):
            steps += (request.at, 1), (claude.claude.ended[number].at, -1)
    running = [step for _, step in sorted(steps)]
    return max(sum(running[:end]) for end in range(1, len(running) + 1))


async def test_ten_questions_are_answered_three_at_a_time_and_another_person_at_once(
    there: Guild,
) -> None:
    claude, ben = there.world.claude, there.discord.person("Ben")
    claude.pace = 10
    async with there.world.bot(LIMITS.format(3)):
        threads = await ask(there, there.ana, 10)
        await claude.until(lambda: len(claude.requests) == 3)
        threads += await ask(there, ben, 1)
        await claude.until(lambda: len(claude.requests) == 4)
        await there.discord.until(lambda: len(claude.ended) == 11)
        await answered(there, threads)
    names = [
        "Ben" if 'from="Ben"' in str(one.body["messages"]) else "Ana" for one in claude.requests
    ]
    assert names.index("Ben") < 6
    assert at_once(there.world, "Ana") == 3


async def test_two_processes_keep_one_cap(there: Guild) -> None:
    there.world.claude.pace = 20
    async with there.world.bot(LIMITS.format(1)), there.world.bot(LIMITS.format(1)):
        await there.discord.until(lambda: there.discord.connections == 2)
        await answered(there, await ask(there, there.ana, 3))
    assert len(there.world.claude.requests) == 3
    assert at_once(there.world, "Ana") == 1


async def test_who_waits_may_stop_it(there: Guild) -> None:
    there.world.claude.pace = 1
    async with there.world.bot(LIMITS.format(1), drain=0):
        threads = await ask(there, there.ana, 3)
        await there.world.claude.until(lambda: len(there.world.claude.requests) == 1)
        await there.discord.slash(there.ana, there.general, "claude stop")
        for thread in threads:
            await stopped(there, thread)
    assert len(there.world.claude.requests) == 1


async def test_a_slot_whose_process_died_is_free_again(there: Guild, store_url: str) -> None:
    dead = Slot(
        Conversation("discord", "G", "C", "1"), "t", 1, 0, f"discord:{there.ana.id}", "discord:C"
    )
    async with connect(store_url, name="dead") as client, there.world.bot(LIMITS.format(1)):
        died = time.monotonic()
        await Slots(client, held=0.5).enter(dead, user=1, channel=0)
        await answered(there, await ask(there, there.ana, 1))
    assert there.world.claude.requests[0].at - died >= 0.5
