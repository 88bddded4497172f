"""Every measurement there is, by the name that it is asked for with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bench import burst, crowd, idle, lag, store
from bench.readings import Readings

Measure = Callable[[Mapping[str, str]], Awaitable[Readings]]
"""Takes a measurement on the machine that an environment tells of."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement, and in one sentence what it is of."""

    measure: Measure
    sentence: str


CATALOGUE: Mapping[str, Measurement] = {
    "idle": Measurement(idle.measure, "1,000 guilds in which nobody speaks to the bot."),
    "crowd": Measurement(
        crowd.measure, "5,000 messages a second that are not for the bot, and answers meanwhile."
    ),
    "discord": Measurement(burst.discord, "40 answers at once on Discord, within its rates."),
    "slack": Measurement(burst.slack, "12 answers at once on Slack, within its rates."),
    "memory": Measurement(burst.memory, "The bot at rest, and while it writes 20 answers."),
    "lag": Measurement(lag.measure, "The event loop while 200 kB of an answer come in one piece."),
    "store": Measurement(store.measure, "The store's round trips at 10 and at 2,000 turns."),
}
