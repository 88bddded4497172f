"""Every measurement there is, by the name that it is asked for with; and taking them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bench import burst, crowd, idle, lag, store
from bench.readings import Readings
from bench.report import NOT_TOLD, table
from bench.stage import Stage, stage

Measure = Callable[[Stage], Awaitable[Readings]]
"""Takes a measurement on a stage whose bot is yet to be started."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement, and in one sentence what it is of.

    Its bot serves *platform*, which enforces its rates where *rates* says so.
    """

    measure: Measure
    sentence: str
    platform: str
    rates: bool = False


CATALOGUE: Mapping[str, Measurement] = {
    "idle": Measurement(idle.measure, "1,000 guilds in which nobody speaks to the bot.", "discord"),
    "crowd": Measurement(
        crowd.measure,
        "5,000 messages a second that are not for the bot, and answers meanwhile.",
        "discord",
    ),
    "discord": Measurement(
        burst.discord, "40 answers at once on Discord, within its rates.", "discord", rates=True
    ),
    "slack": Measurement(
        burst.slack, "12 answers at once on Slack, within its rates.", "slack", rates=True
    ),
    "memory": Measurement(
        burst.memory, "The bot at rest, and while it writes 20 answers.", "slack"
    ),
    "lag": Measurement(
        lag.measure, "The event loop while 200 kB of an answer come in one piece.", "slack"
    ),
    "store": Measurement(
        store.measure, "The store's round trips at 10 and at 2,000 turns.", "slack"
    ),
}


async def take(
    chosen: Mapping[str, Measurement], environ: Mapping[str, str], tell: Callable[[str], None]
) -> bool:
    """Whether all readings of *chosen* keep their bounds; *tell* is told of each, line by line."""
    kept = True
    for name, one in chosen.items():
        tell(f"{name}: {one.sentence}")
        async with stage(environ, one.platform, rates=one.rates) as here:
            readings = await one.measure(here)
        tell(table(readings))
        if any(reading.value is None for reading in readings):
            tell(NOT_TOLD)
        tell("")
        kept = kept and not any(reading.broken for reading in readings)
    return kept
