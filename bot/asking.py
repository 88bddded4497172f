"""Shell: asks Claude until an attempt ends whole; the one retry loop round the Messages API."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

import structlog

from bot import endings, prices, retry
from bot.bill import Bill
from bot.claude import AttemptFailed, Claude
from bot.errors import ParleyError
from bot.manners import Hold, Leave, Manners, Opened, Ticket
from bot.model import Draft, Ending, Request
from bot.reply import Reply
from bot.retry import Failure, Trouble
from bot.sentences import say
from bot.stopwatch import Stopwatch

log = structlog.get_logger(__name__)

_SPREAD = 1.0  # seconds over which those come back who wait for the same moment
# As shares of the time that needs no explanation: how long a try is under way before that is told,
# since some end sooner; and how long nothing has come of a first one, of which there is less to
# say: mostly Claude thinks, and the platform shows that somebody is at it.
_SOON, _LATE = 1 / 3, 10.0


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
    bill: Bill,
) -> Answer:
    """The first answer to *request* that ended whole, shown through *reply* as it grows.

    Each attempt is a draft of its own: what a broken one has shown stays until the next one has
    something to put in its place. Each goes when *manners* lets it, and what it uses stands on
    *bill*. Once nothing has come for longer than *patience* leaves untold, what goes on is told in
    *language*.

    Raises GaveUp where `bot.retry` says so, and where it would have to wait beyond *patience*; the
    longest text that was shown stays.
    """
    watch = Stopwatch(_now())
    asking = _Asking(claude, request, user, reply, bill, watch)
    waiting = _Waiting(reply, language, patience, dice, watch)
    longest = reply.draft
    try:
        while True:
            ticket, leave = await _admitted(manners, request, waiting)
            waiting.attempts += 1
            draft = Draft.of(request.said, waiting.attempts)
            try:
                with waiting.under_way():
                    return await asking.attempt(draft, ticket, manners)
            except AttemptFailed as error:
                failure = error.failure
            longest = _longer(longest, draft)
            held = await manners.failed(ticket, failure, begun=asking.begun)
            # A probe is sent for everybody: it uses up nobody's own tries, only their time.
            waiting.tries += not (leave.probe and failure.ailing)
            await waiting.after(failure, held=held)
    except GaveUp:
        if longest is not None and len(longest.text()) > len(reply.text()):
            reply.grow(longest)
        raise


@dataclass(slots=True)
class _Asking:
    """One request to Claude, attempt by attempt; *begun*: the newest began to be answered."""

    claude: Claude
    request: Request
    user: str | None
    reply: Reply
    bill: Bill
    watch: Stopwatch
    begun: bool = False
    first: float = 0.0

    async def attempt(self, draft: Draft, ticket: Ticket, manners: Manners) -> Answer:
        """*draft* grown to a whole answer. Raises AttemptFailed."""
        self.begun = False
        try:
            return await self._grown(draft, ticket, manners)
        except AttemptFailed as error:
            self.watch.broke()
            if self.begun and error.used is not None:
                self.bill.broke(error.used)
            raise

    async def _grown(self, draft: Draft, ticket: Ticket, manners: Manners) -> Answer:
        answer: Answer | None = None
        async with aclosing(self.claude.attempt(self.request, self.user)) as said:
            async for piece in said:
                match piece:
                    case Opened(quota, used):
                        self.begun = True
                        self.bill.begun(draft, used)
                        await manners.opened(ticket, quota)
                    case Ending():
                        self.bill.ended(piece.usage)
                        if piece.stop_reason == endings.REFUSAL:
                            self.reply.withdraw()  # at once: it may be stopped yet
                        tier, weight = self.request.tier, ticket.weight
                        used = prices.possible(piece.usage, tier, prompt_tokens=weight)
                        await manners.spent(ticket, used)
                        answer = Answer(draft, piece, self.first, self._elapsed())
                    case _:
                        self.first = self.first or self._elapsed()
                        self.watch.grew(_now())
                        draft.append(piece)
                        self.reply.grow(draft)
        assert answer is not None  # an attempt ends with an Ending, or fails
        return answer

    def _elapsed(self) -> float:
        return _now() - self.watch.asked_at


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
        self,
        reply: Reply,
        language: str,
        patience: retry.Patience,
        dice: Callable[[], float],
        watch: Stopwatch,
    ) -> None:
        self.attempts = 0  # made, whoever they were for
        self.tries = 0  # of these, the ones that count
        self._reply = reply
        self._language = language
        self._patience = patience
        self._dice = dice
        self._watch = watch
        self._trouble: Trouble | None = None  # of the newest failure
        self._probing_told = False

    def left(self) -> float:
        """The longest wait, in seconds, that our patience allows from here on."""
        return max(0.0, min(self._patience.wait, self._of_the_turn()))

    async def after(self, failure: Failure, *, held: bool) -> None:
        """Wait behind *failure*, unless what holds everybody holds us too. Raises GaveUp."""
        delay = retry.backoff(
            failure,
            attempt=max(1, self.tries),
            waited=self._watch.waited(_now()),
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
        self._trouble = failure.trouble
        if delay is None:
            raise GaveUp(failure, self.attempts)
        if held:
            return
        self._probing_told = False
        if self._is_long(delay):
            self._tell_try("waiting", failure.trouble, seconds=_whole(delay))
        await asyncio.sleep(delay)

    async def for_leave(self, leave: Leave) -> None:
        """Wait as *leave* says. Raises GaveUp where that would be beyond our patience."""
        left = self.left()
        if leave.hold is Hold.LATE or leave.wait > left:
            detail = f"hold={leave.hold and leave.hold.value} wait={leave.wait:.0f}"
            log.warning("attempt_not_made", trouble=leave.trouble.value, detail=detail)
            raise GaveUp(Failure(leave.trouble, True, None, detail), self.attempts)
        spread = 0.0 if leave.hold is Hold.FULL else _SPREAD * self._dice()
        wait = min(leave.wait + spread, left)
        if self._is_long(wait):
            self._explain(leave, wait)
        await asyncio.sleep(wait)

    @contextmanager
    def under_way(self) -> Generator[None]:
        """An attempt is made meanwhile; that is told where it brings nothing soon."""
        untold, grown_at = self._patience.untold, self._watch.grown_at
        is_first = self._trouble is None and self._reply.notice is None
        delay = (_LATE if is_first else 1) * untold - self._watch.still(_now())
        timer = asyncio.get_running_loop().call_later(
            max(delay, _SOON * untold), self._tell_under_way, grown_at
        )
        try:
            yield
        finally:
            timer.cancel()

    def _tell_under_way(self, grown_at: float) -> None:
        if self._watch.grown_at != grown_at or self._probing_told:
            return
        if self._trouble is not None:
            self._tell_try("trying", self._trouble)
        else:
            self._reply.tell(say("claude.sent", self._language))

    def _explain(self, leave: Leave, wait: float) -> None:
        if leave.hold is not Hold.OPEN:
            self._probing_told = False
            self._tell("queued", leave.trouble, seconds=_whole(wait))
        elif not self._probing_told:  # how long is not known: one sentence holds for all of it
            self._probing_told = True
            self._tell("probing", leave.trouble, seconds=_whole(self._of_the_turn()))

    def _tell_try(self, key: str, trouble: Trouble, **more: object) -> None:
        most = retry.tries(trouble, self._patience)
        self._tell(key, trouble, attempt=self.tries + 1, most=most, **more)

    def _tell(self, key: str, trouble: Trouble, **more: object) -> None:
        told = say(trouble.key, self._language)
        self._reply.tell(say(f"claude.{key}", self._language, trouble=told, **more))

    def _is_long(self, wait: float) -> bool:
        return self._watch.still(_now()) + wait > self._patience.untold

    def _of_the_turn(self) -> float:
        return self._patience.turn - self._watch.waited(_now())


def _longer(one: Draft | None, other: Draft) -> Draft:
    return other if one is None or len(other.text()) > len(one.text()) else one


def _whole(seconds: float) -> int:
    return max(1, round(seconds))


def _now() -> float:
    return asyncio.get_running_loop().time()
