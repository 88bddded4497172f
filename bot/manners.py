"""Pure: the words in which all processes agree on who may ask Claude next, and who has to wait."""

import enum
from dataclasses import dataclass
from typing import Protocol

from bot.model import Request, Usage
from bot.quota import Quota
from bot.retry import Failure, Trouble


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt: its *number* is no other's, *weight* is about the tokens of its prompt."""

    model: str
    number: str
    weight: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The API has begun to answer; *quota* are the limits that it told with that.

    *used* is what it has told by then of the tokens used: mostly those of the prompt.
    """

    quota: Quota | None
    used: Usage


class Hold(enum.Enum):
    """Why an attempt has to wait."""

    FULL = "full"  # what the limits allow is promised to others; its place behind them is kept
    LATE = "late"  # as FULL, but for longer than its patience: no place is kept
    PAUSED = "paused"  # the API has named a time to come back at
    OPEN = "open"  # the circuit is open: one attempt a second probes, and this is not the one


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether an attempt may go: now where *hold* is None, else it asks again in *wait* seconds.

    *trouble* is what a person may be told of it. *probe*: it goes through an open circuit.
    """

    hold: Hold | None
    wait: float
    trouble: Trouble
    probe: bool


class Manners(Protocol):
    """What is asked and told round each attempt. Nothing here raises: whoever knows of none goes.

    A ticket is admitted, perhaps after several questions, and then done with exactly once: by
    *spent*, *failed* or *withdraw*.
    """

    def ticket(self, request: Request) -> Ticket:
        """A ticket for one attempt at *request*."""
        ...

    async def admit(self, ticket: Ticket, *, patience: float) -> Leave:
        """Whether the attempt may go; a place in the queue is kept for *patience* seconds at most.

        Asking again with the same ticket keeps the place.
        """
        ...

    async def opened(self, ticket: Ticket, quota: Quota | None) -> None:
        """The API has begun to answer: its limits are as in *quota*, and it is not in trouble."""
        ...

    async def spent(self, ticket: Ticket, usage: Usage) -> None:
        """The answer has ended, and *usage* is what it really took."""
        ...

    async def failed(self, ticket: Ticket, failure: Failure, *, begun: bool) -> bool:
        """The attempt failed, *begun*: after its answer had begun. Whether the circuit is open."""
        ...

    async def withdraw(self, ticket: Ticket) -> None:
        """The attempt is not made: its place is free."""
        ...
