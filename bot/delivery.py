"""Shell: keeps a thread showing a text that grows; one writer writes, one painter paints."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot import retry, splitting
from bot.errors import (
    Denied,
    EditRefused,
    PlatformError,
    RateLimited,
    StoreError,
    TooLong,
    Unreachable,
)
from bot.model import Draft
from bot.pacer import Pacer
from bot.pacing import Urgency
from bot.ports import Button, Call, Dialect, Kind, Mark, Thread
from bot.reconcile import Delete, Edit, Post, Shown, Step, Wanted, adopted, plan
from bot.reply import Reply
from bot.splitting import Cuts

log = structlog.get_logger(__name__)

T = TypeVar("T")

# With a platform that does not answer: to keep a text costs nothing, to ask Claude again does.
PATIENCE = retry.Patience(wait=60.0, turn=3600.0)
_NARROWEST = 400  # a platform that refuses less than this refuses something else
_EXCUSE = 3.0  # seconds that it may wait for its turn: nobody keeps the lease by then


@dataclass(frozen=True, slots=True)
class _Narrow:
    """A dialect in which messages are shorter than the platform promised to take."""

    dialect: Dialect
    limit: int

    def measure(self, text: str) -> int:
        return self.dialect.measure(text)


class Painter:
    """Paints one reply into one thread: at most one call in flight, always of the newest text.

    *shown* are messages of the same answer that stand there already. *note* saves the ids of what
    stands there, *guard* raises Fenced once the answer is another worker's.

    Where the platform does not let us change what is shown, it stays as it is until the reply has
    ended; the whole text is then posted behind it, and it is deleted if the platform lets us.
    """

    def __init__(
        self,
        thread: Thread,
        pacer: Pacer,
        *,
        question: str,
        shown: Sequence[Shown],
        note: Callable[[Sequence[str]], Awaitable[None]],
        guard: Callable[[], None],
        dice: Callable[[], float],
    ) -> None:
        self._thread = thread
        self._pacer = pacer
        self._question = question
        self._shown = list(shown)
        self._frozen: list[str] = []  # ids of what can only be deleted
        self._note = note
        self._guard = guard
        self._dice = dice
        self._dialect: Dialect = thread.dialect
        self._draft: Draft | None = None
        self._cuts = Cuts()
        self._failed = 0  # calls in a row
        self._waited = 0.0
        self._doubtful = False  # a post may stand there without our knowing its id

    async def paint(self, reply: Reply) -> tuple[str, ...]:
        """The ids of the messages that show *reply*, when it has ended and they show all of it.

        Raises Fenced as *guard* does, MessageGone where somebody deleted what was shown, Denied
        where the platform refuses for good, and what stands in the way when patience ends.
        """
        while True:
            # Entered anew each time: an answer may have to stand elsewhere than it was begun.
            with self._pacer.stream(itertools.chain(*self._thread.buckets.values())):
                reply.changed.clear()
                await self._cut(reply)
                step = self._next(reply)
                if self._doubtful:
                    await self._look()
                elif step is not None:
                    await self._take(step, reply)
                elif reply.ended:
                    return tuple(shown.message_id for shown in self._shown)
                else:
                    await reply.changed.wait()

    async def excuse(self, sentence: str) -> None:
        """Say *sentence* as a notice below what is shown of a reply that failed, or alone.

        Tried once, for 3 s; never raises, what stands in the way is logged.
        """
        last = self._shown[-1] if self._shown else None
        step: Step = Post(len(self._shown), sentence, Kind.NOTICE)
        if last and last.text:
            below = self._squeezed(last.text, sentence)
            step = Edit(len(self._shown) - 1, last.message_id, below, Kind.NOTICE)
        try:
            async with asyncio.timeout(_EXCUSE):
                await self._pacer.turn(self._thread.buckets[_call(step)], lambda: Urgency.FINAL)
                self._guard()
                await whole(self._carry_out(step))
        except (PlatformError, StoreError, TimeoutError) as error:
            log.warning("excuse_failed", error=str(error) or type(error).__name__)

    async def _take(self, step: Step, reply: Reply) -> None:
        call = _call(step)
        await self._pacer.turn(self._thread.buckets[call], lambda: self._urgency(reply))
        newest = self._next(reply)
        if newest is None or _call(newest) is not call:
            return
        self._guard()
        await asyncio.sleep(await whole(self._attempt(newest)))

    def _urgency(self, reply: Reply) -> Urgency:
        if reply.ended:
            return Urgency.FINAL
        return Urgency.INTERIM if self._shown else Urgency.FIRST

    def _next(self, reply: Reply) -> Step | None:
        if not self._frozen:
            return plan(self._shown, self._wanted(reply))
        wanted = self._wanted(reply) if reply.ended else ()
        return plan(self._shown, wanted) or (Delete(self._frozen[-1]) if wanted else None)

    def _wanted(self, reply: Reply) -> tuple[Wanted, ...]:
        text = reply.text()
        if not text.strip():
            notices = [reply.notice] if reply.notice else []
            return self._buttoned(notices, Kind.NOTICE, reply.buttons)
        self._cuts = splitting.advance(self._cuts_of(reply), text, self._dialect)
        show = splitting.final if reply.ended or reply.notice else splitting.growing
        last = show(self._cuts, text, self._dialect)
        pieces = [*self._cuts.pieces, *([last] if last else [])]
        if reply.notice:
            pieces = self._noted(pieces, reply.notice)
        return self._buttoned(pieces, reply.kind, reply.buttons)

    def _buttoned(
        self, pieces: Sequence[str], kind: Kind, buttons: Sequence[Button]
    ) -> tuple[Wanted, ...]:
        """*pieces*, the last of them with those *buttons* that can be pressed here."""
        pressable = tuple(one for one in buttons if one.control in self._thread.controls)
        closed = tuple(Wanted(piece, kind) for piece in pieces[:-1])
        return (*closed, *(Wanted(piece, kind, pressable) for piece in pieces[-1:]))

    async def _cut(self, reply: Reply) -> None:
        """Cut the text as far as it goes by now, with a turn for everybody else after each cut."""
        while True:
            before = self._cuts_of(reply)
            self._cuts = splitting.step(before, reply.text(), self._dialect)
            if self._cuts is before:
                return
            await asyncio.sleep(0)

    def _cuts_of(self, reply: Reply) -> Cuts:
        if reply.draft is not self._draft:
            self._draft, self._cuts = reply.draft, Cuts()
        return self._cuts

    def _noted(self, pieces: Sequence[str], notice: str) -> list[str]:
        """*pieces* with *notice* below the last, in a message of its own where it finds no room."""
        quoted = "\n".join(f"> {line}" for line in notice.splitlines())
        *closed, last = pieces
        below = f"{last}\n\n{quoted}"
        fits = self._dialect.measure(below) <= self._dialect.limit
        return [*closed, below] if fits else [*pieces, quoted]

    def _squeezed(self, text: str, notice: str) -> str:
        """*text* with *notice* below it in one message; where there is no room, without its end."""
        below = self._noted([text], notice)
        if len(below) == 1:
            return below[0]
        room = self._dialect.limit - self._dialect.measure(f"\n\n{below[1]}")
        narrow = _Narrow(self._thread.dialect, room)
        cuts = splitting.advance(Cuts(), text, narrow)
        piece = cuts.pieces[0] if cuts.pieces else splitting.final(cuts, text, narrow)
        return f"{piece or text}\n\n{below[1]}"

    async def _attempt(self, step: Step) -> float:
        """Carry out *step*; the seconds to wait before the next one, 0 where it went well."""
        try:
            await self._carry_out(step)
        except TooLong:
            self._shrink()
        except EditRefused as error:
            log.warning("edit_refused", error=str(error), messages=len(self._shown))
            self._frozen += [shown.message_id for shown in self._shown]
            self._shown = []
        except RateLimited as error:
            delay = self._backoff(error)
            buckets = self._thread.buckets[_call(step)]
            self._pacer.pause(buckets[:1] if error.narrow else buckets, delay)
        except Unreachable as error:
            self._doubtful = isinstance(step, Post)
            return self._backoff(error)
        else:
            self._failed, self._waited = 0, 0.0
        return 0.0

    async def _carry_out(self, step: Step) -> None:
        match step:
            case Post():
                message_id = await self._thread.post(step.text, self._mark(step))
                self._shown.append(Shown(message_id, step.text, step.kind, step.buttons))
                await self._save()
            case Edit():
                await self._thread.edit(step.message_id, step.text, self._mark(step))
                stands = Shown(step.message_id, step.text, step.kind, step.buttons)
                self._shown[step.part] = stands
            case Delete():
                await self._remove(step.message_id)

    async def _remove(self, message_id: str) -> None:
        try:
            await self._thread.delete(message_id)
        except (Denied, EditRefused) as error:
            log.warning("delete_refused", error=str(error))  # the answer is whole all the same
        self._shown = [shown for shown in self._shown if shown.message_id != message_id]
        self._frozen = [frozen for frozen in self._frozen if frozen != message_id]
        await self._save()

    async def _save(self) -> None:
        await self._note([*self._frozen, *(shown.message_id for shown in self._shown)])

    def _mark(self, step: Post | Edit) -> Mark:
        return Mark(self._question, step.part, step.kind, step.buttons)

    async def _look(self) -> None:
        """Learn whether the post that got no answer stands there after all."""
        await self._pacer.turn(self._thread.buckets[Call.READ], lambda: Urgency.FINAL)
        try:
            found = await self._thread.find(self._question)
        except (RateLimited, Unreachable) as error:
            await asyncio.sleep(self._backoff(error))
            return
        movable = [one for one in found if one.message_id not in self._frozen]
        self._shown = adopted(self._shown, movable)
        await self._save()
        self._doubtful = False

    def _backoff(self, error: RateLimited | Unreachable) -> float:
        self._failed += 1
        delay = retry.backoff(
            retry.of_platform(error, PATIENCE),
            attempt=self._failed,
            waited=self._waited,
            patience=PATIENCE,
            dice=self._dice(),
        )
        log.warning("platform_call_failed", error=str(error), attempt=self._failed, wait=delay)
        if delay is None:
            raise error
        self._waited += delay
        return delay

    def _shrink(self) -> None:
        limit = self._dialect.limit // 2
        if limit < _NARROWEST:
            raise TooLong("platform.too_long")
        self._dialect, self._cuts = _Narrow(self._thread.dialect, limit), Cuts()


async def whole(call: Coroutine[None, None, T]) -> T:
    """What *call* returns; a cancellation waits until it is over, and then goes on.

    A call to a platform has its effect even when nobody waits for it any more: cancelled, an edit
    could land after the last one, and the id of a post would be lost. Each call ends by itself.
    """
    task = asyncio.ensure_future(call)  # waited for below, whatever happens
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _call(step: Step) -> Call:
    return {Post: Call.POST, Edit: Call.EDIT, Delete: Call.DELETE}[type(step)]
