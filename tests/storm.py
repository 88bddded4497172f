"""A storm of overloads over several conversations: what the API, and what the people see of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from tests.world import World

TEXT = "Back again, and all is well."
CIRCUIT = "bot:{claude:claude-sonnet-5-5}:circuit"  # of the model that is asked by default
UNDER_WAY = 0.5  # seconds behind the opening in which what had left before may arrive


@dataclass(frozen=True)
class Weather:
    """How a storm was outlived; all in seconds.

    *probes* are the moments, since the circuit opened, of the requests that came while it was.
    *told* is how long each person saw nothing, *asked* and *answered* how long after the end of the
    storm each question reached Claude, and was shown its whole answer. *shown* is all that each
    person saw.
    """

    probes: Sequence[float]
    told: Sequence[float]
    asked: Sequence[float]
    answered: Sequence[float]
    shown: Sequence[Sequence[str]]

    def __str__(self) -> str:
        return (
            f"probes: {len(self.probes)} in {max(self.probes, default=0):.1f} s, "
            f"closest {self.closest():.2f} s apart; "
            f"told within {max(self.told, default=0):.1f} s; behind the storm's end "
            f"all asked within {max(self.asked):.1f} s, all shown within {max(self.answered):.1f} s"
        )

    def closest(self) -> float:
        """The shortest time between two probes."""
        pairs = zip(self.probes, self.probes[1:], strict=False)
        return min((later - sooner for sooner, later in pairs), default=float("inf"))


@dataclass
class Storm:
    """So many conversations, each of a person in a channel, that begin within the storm.

    Half of them begin at once, so that nobody can know of it; the others while it lasts.
    """

    conversations: int
    seconds: float

    async def rage(self, there: World, *, patience: float) -> Weather:
        """What it was like; an answer that takes more than *patience* behind it is a failure."""
        there.claude.answers(TEXT)
        there.claude.overloaded = True
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            opening = tasks.create_task(_opened(there))
            people = [
                tasks.create_task(self._person(there, number, patience))
                for number in range(self.conversations)
            ]
            await asyncio.sleep(began + self.seconds - time.monotonic())
            ended = time.monotonic()
            there.claude.overloaded = False
        requests = [seen.at for seen in there.claude.requests]
        opened, seen = opening.result(), [person.result() for person in people]
        return Weather(
            probes=[at - opened for at in requests if opened + UNDER_WAY < at < ended],
            told=[told for told, _, _ in seen],
            asked=[at - ended for at in requests if at >= ended],
            answered=[answered - ended for _, answered, _ in seen],
            shown=[shown for _, _, shown in seen],
        )

    async def _person(
        self, there: World, number: int, patience: float
    ) -> tuple[float, float, Sequence[str]]:
        """How long the person saw nothing, when they had their answer, and all that they saw."""
        late = 0.0 if number % 2 else self.seconds * 0.8 * number / self.conversations
        await asyncio.sleep(late)
        channel = there.slack.channel(f"room-{number}")
        asked = time.monotonic()
        mention = f"<@{there.slack.bot_user}> still there?"
        person = there.slack.person(f"P{number}")
        thread = await there.slack.say(person, channel, mention)
        left = self.seconds - late + patience
        await there.slack.until(lambda: bool(there.answers(thread, channel)), left)
        told = time.monotonic() - asked
        await there.slack.until(
            lambda: [shown.text for shown in there.answers(thread, channel)] == [TEXT], left
        )
        (message,) = there.answers(thread, channel)
        return told, time.monotonic(), message.history


async def _opened(there: World) -> float:
    """When the circuit opened, by `time.monotonic()`."""
    client: Any = Redis.from_url(there.environ["REDIS_URL"])  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
    async with client:
        while True:
            opened = await client.hget(CIRCUIT, "opened")
            if opened is not None:
                return time.monotonic() - (time.time() - float(opened) / 1000)
            await asyncio.sleep(0.02)
