"""Shell: asks Claude until an attempt ends whole; the one retry loop round the Messages API."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from bot import retry
from bot.claude import AttemptFailed, Claude
from bot.errors import ParleyError
from bot.manners import Hold, Leave, Manners, Opened, Ticket
from bot.model import Draft, Ending, Request
from bot.reply import Reply
from bot.retry import Failure, Trouble
from bot.sentences import say

log = structlog.get_logger(__name__)

UNEXPLAINED = 3.0  # seconds of waiting that need no explanation
_SPREAD = 1.0  # seconds over which those come back who wait for the same moment


@dataclass(frozen=True, slots=True)
class Answer:
    """A draft that ended whole, and how.

    *first* and *total* are the seconds from the question to its first word and to its end.
    """

    draft: Draft
    ending: Ending
    first: float = 0.0
    total: float = 0.0


class GaveUp(ParleyError):
    """No attempt ended whole: *failure* is what stood in the way of the last one.

    *attempts* is 0 where the question could not even be asked within our patience.
    """

    def __init__(self, failure: Failure, attempts: int) -> None:
        super().__init__(failure.trouble.key)
        self.failure = failure
        self.attempts = attempts


async def ask(  # noqa: PLR0913  - each is another's to decide: channel, person, operator, chance
    claude: Claude,
    request: Request,
    reply: Reply,
    *,
    user: str | None,
    language: str,
    manners: Manners,
    patience: retry.Patience,
    dice: Callable[[], float],
) -> Answer:
    """The first answer to *request* that ended whole, shown through *reply* as it grows.

    Each attempt is a draft of its own: what a broken one has shown stays until the next one has
    something to put in its place. Each goes when *manners* lets it. A wait is told in *language*
    once the question has waited for more than 3 s.

    Raises GaveUp where `bot.retry` says so, and where it would have to wait beyond *patience*.
    """
    asking = _Asking(claude, request, user, reply)
    waiting = _Waiting(reply, language, patience, dice)
    while True:
        ticket, leave = await _admitted(manners, request, waiting)
        waiting.attempts += 1
        try:
            return await asking.attempt(Draft.of(request.said, waiting.attempts), ticket, manners)
        except AttemptFailed as error:
            failure = error.failure
        held = await manners.failed(ticket, failure, begun=asking.begun)
        # A probe is sent for everybody: it uses up nobody's own tries, only their time.
        waiting.tries += not (leave.probe and failure.ailing)
        await waiting.after(failure, held=held)


@dataclass(slots=True)
class _Asking:
    """One request to Claude, attempt by attempt; *begun*: the newest began to be answered."""

    claude: Claude
    request: Request
    user: str | None
    reply: Reply
    begun: bool = False
    asked_at: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    first: float = 0.0

    async def attempt(self, draft: Draft, ticket: Ticket, manners: Manners) -> Answer:
        """*draft* grown to a whole answer. Raises AttemptFailed."""
        self.begun = False
        async with aclosing(self.claude.attempt(self.request, self.user)) as said:
            async for piece in said:
                match piece:
                    case Opened(quota):
                        self.begun = True
                        await manners.opened(ticket, quota)
                    case Ending():
                        await manners.spent(ticket, piece.usage)
                        return Answer(draft, piece, self.first, self._elapsed())
                    case _:
                        self.first = self.first or self._elapsed()
                        draft.append(piece)
                        self.reply.grow(draft)
        raise AssertionError("an attempt ends with an Ending, or fails")

    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.asked_at


async def _admitted(
    manners: Manners, request: Request, waiting: "_Waiting"
) -> tuple[Ticket, Leave]:
    """A ticket that may go, and its leave. Raises GaveUp where that takes too long."""
    ticket = manners.ticket(request)
    leave: Leave | None = None
    try:
        while True:
            leave = await manners.admit(ticket, patience=waiting.left())
            if leave.hold is None:
                return ticket, leave
            await waiting.for_leave(leave)
    finally:
        if leave is None or leave.hold is not None:
            await manners.withdraw(ticket)


class _Waiting:
    """All the waiting of one question: told in its thread, and never beyond our patience."""

    def __init__(
        self, reply: Reply, language: str, patience: retry.Patience, dice: Callable[[], float]
    ) -> None:
        self.attempts = 0  # made, whoever they were for
        self.tries = 0  # of these, the ones that count
        self._reply = reply
        self._language = language
        self._patience = patience
        self._dice = dice
        self._waited = 0.0
        self._probing_told = False

    def left(self) -> float:
        """The longest wait, in seconds, that our patience allows from here on."""
        return max(0.0, min(self._patience.wait, self._patience.turn - self._waited))

    async def after(self, failure: Failure, *, held: bool) -> None:
        """Wait behind *failure*, unless what holds everybody holds us too. Raises GaveUp."""
        delay = retry.backoff(
            failure,
            attempt=max(1, self.tries),
            waited=self._waited,
            patience=self._patience,
            dice=self._dice(),
        )
        log.warning(
            "attempt_failed",
            attempt=self.attempts,
            trouble=failure.trouble.value,
            detail=failure.detail,
            wait=delay,
            held=held,
        )
        if delay is None:
            raise GaveUp(failure, self.attempts)
        if held:
            return
        self._probing_told = False
        if self._waited + delay > UNEXPLAINED:
            self._tell("waiting", failure.trouble, delay, attempt=self.attempts + 1)
        await self._sleep(delay)

    async def for_leave(self, leave: Leave) -> None:
        """Wait as *leave* says. Raises GaveUp where that would be beyond our patience."""
        left = self.left()
        if leave.hold is Hold.LATE or leave.wait > left:
            detail = f"hold={leave.hold and leave.hold.value} wait={leave.wait:.0f}"
            log.warning("attempt_not_made", trouble=leave.trouble.value, detail=detail)
            raise GaveUp(Failure(leave.trouble, True, None, detail), self.attempts)
        spread = 0.0 if leave.hold is Hold.FULL else _SPREAD * self._dice()
        wait = min(leave.wait + spread, left)
        if self._waited + wait > UNEXPLAINED:
            self._explain(leave, wait)
        await self._sleep(wait)

    def _explain(self, leave: Leave, wait: float) -> None:
        if leave.hold is not Hold.OPEN:
            self._probing_told = False
            self._tell("queued", leave.trouble, wait)
        elif not self._probing_told:  # how long is not known: one sentence holds for all of it
            self._probing_told = True
            self._tell("probing", leave.trouble, self._patience.turn - self._waited)

    def _tell(self, key: str, trouble: Trouble, seconds: float, **more: object) -> None:
        told = say(trouble.key, self._language)
        whole = max(1, round(seconds))
        self._reply.tell(say(f"claude.{key}", self._language, trouble=told, seconds=whole, **more))

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._waited += seconds
