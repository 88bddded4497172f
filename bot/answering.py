"""Shell: one question: thread read, Claude asked, answer written as it comes, remembered."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot import endings, prompting, reading, retry, seeding
from bot.asking import Answer, GaveUp, ask
from bot.bill import Bill
from bot.caps import Caps
from bot.claude import Claude
from bot.closing import Closing, unread
from bot.delivery import Painter
from bot.errors import (
    Denied,
    Fenced,
    Lost,
    MessageGone,
    ParleyError,
    PlatformError,
    StoreAway,
    TooLong,
    decisive,
    origin,
)
from bot.inquiry import Inquiry
from bot.manners import Manners
from bot.model import Ended, Request, Turn, opaque_id
from bot.pacer import Pacer
from bot.pacing import Urgency
from bot.ports import Call, Kind, Thread
from bot.reconcile import Shown, adopted
from bot.reply import Reply
from bot.sentences import say
from bot.settings import InForce
from bot.spending import OverBudget, Spending, spender_of
from bot.store import Again, Conversations, Lease, Work
from bot.tenure import Tenure
from bot.usage import Charge

log = structlog.get_logger(__name__)

REMEMBERING = 60.0  # seconds that an answer which is shown waits for the store to come back


@dataclass(frozen=True, slots=True)
class Pen:
    """What it takes to write an answer; *clock* gives seconds that never go back."""

    store: Conversations
    claude: Claude
    manners: Manners
    spending: Spending
    caps: Caps
    pacer: Pacer
    patience: retry.Patience
    window_tokens: int
    language: str
    clock: Callable[[], float]
    dice: Callable[[], float]


class Answering:
    """One question of a conversation whose lease we hold."""

    def __init__(self, pen: Pen, lease: Lease, thread: Thread, mode: InForce, work: Work) -> None:
        self._pen = pen
        self._lease = lease
        self._thread = thread
        self._mode = mode
        self._work = work
        self._question = work.turns[-1]
        thread.take_up(self._question)
        self._language = self._question.language or pen.language
        self._reply = Reply(*endings.while_it_grows(self._language))
        self._stopped: Ended | None = None
        self._calls = 0  # for this question, by this worker
        self._postscripts: list[str] = []  # what a person should know besides the answer
        self._closing = Closing(self._reply, self._language, work.before, self._postscripts)
        self._tenure = Tenure(pen.store, lease, pen.clock)
        self._log = log.bind(question=self._question.id)

    def nudge(self) -> None:
        """Look at once whether somebody stops this answer."""
        self._tenure.nudge()

    async def finish(self) -> bool:
        """Answer the question and remember the answer; whether another question is waiting.

        Raises Fenced where the lease is lost, StoreAway and Unreachable where the question has to
        wait for another time: it stays pending.
        """
        try:
            answer = await self._answered()
        except Lost:
            return False  # the store was emptied: nothing is pending there
        if self._work.resumed and not self._calls:
            await self._pen.spending.forgo(self._charge())
        for other in self._work.questions[:-1]:
            await self._thread.dismiss(other)
        waiting = await self._remembered(answer)
        if answer is not None:
            self._log.info("answered", messages=len(answer.parts))
        return waiting

    async def _answered(self) -> Turn | None:
        """The turn that answers, shown whole; None where nothing is to be remembered."""
        painter: Painter | None = None
        try:
            painter = await self._painter()
            return await self._written(painter)
        except (MessageGone, Denied, TooLong, Lost) as error:
            # No later try would fare better, and each would be asked of Claude anew.
            self._log.warning("answer_unwanted", error=str(error))
            if painter and not isinstance(error, MessageGone):
                lost = "answer.failed" if isinstance(error, Lost) else "answer.unposted"
                await painter.excuse(say(lost, self._language))
            if isinstance(error, Lost):
                raise
        except ParleyError:
            raise
        except Exception as error:  # noqa: BLE001  - a fault of ours must not wedge a conversation
            self._log.error("answer_failed", fault=type(error).__name__, where=origin(error))
        return None

    async def _painter(self) -> Painter:
        return Painter(
            self._thread,
            self._pen.pacer,
            question=self._question.id,
            shown=await self._standing(),
            note=lambda parts: self._pen.store.note_parts(self._lease, parts),
            guard=self._tenure.guard,
            dice=self._pen.dice,
        )

    async def _written(self, painter: Painter) -> Turn | None:
        """The turn that answers, as the thread shows it; None where nothing is to be remembered."""
        try:
            async with asyncio.TaskGroup() as tasks:
                saying = tasks.create_task(self._said())
                # An interim edit that waits for its turn is a final one by then.
                saying.add_done_callback(lambda _: self._pen.pacer.nudge())
                keeping = tasks.create_task(self._tenure.keep(lambda: self._stop(saying)))
                parts = await painter.paint(self._reply)
                keeping.cancel()
        except BaseExceptionGroup as group:
            raise decisive(group) from None
        ended = self._stopped if saying.cancelled() else saying.result()
        return ended.answer_to(self._question, parts) if ended else None

    async def _standing(self) -> list[Shown]:
        """What of this answer stands in the thread already, from a worker that died over it."""
        noted = [Shown(part, None, Kind.ANSWER) for part in self._work.parts]
        if not self._work.resumed:
            return noted
        await self._pen.pacer.turn(self._thread.buckets[Call.READ], lambda: Urgency.FINAL)
        return adopted(noted, await self._thread.find(self._question.id))

    def _stop(self, saying: asyncio.Task[Ended | None]) -> None:
        if saying.done():
            return  # it is whole, and only has to be shown
        saying.cancel()
        self._stopped = self._closing.stopped()

    async def _said(self) -> Ended | None:
        """What is to be remembered of Claude's answer; the reply has ended when this returns."""
        if self._work.again is Again.CONTINUE:
            self._closing.bring_back()
        if self._work.stopped:
            return self._closing.stopped()
        try:
            return self._closing.show(self._work.ended or await self._asked())
        except GaveUp as error:
            return self._closing.gave_up(error)
        except OverBudget as error:
            return self._closing.over_budget(error)
        except (Fenced, StoreAway):
            raise
        except Exception as error:  # noqa: BLE001  - a fault of ours must not wedge a conversation
            self._log.error("answer_failed", fault=type(error).__name__, where=origin(error))
            self._closing.notice("answer.failed")
        return None

    async def _read_thread(self) -> None:
        """Remember what stood in the thread before we were called to it, once."""
        if self._work.seeded:
            return
        try:
            history = await reading.history(
                self._thread,
                before=self._question.id,
                pacer=self._pen.pacer,
                dice=self._pen.dice,
            )
        except PlatformError as error:
            self._log.warning("thread_unread", error=str(error))
            self._tell("thread.unread")
            return
        people, platform = self._pen.store.people, self._lease.conversation.platform
        forgotten = await people.authors(platform, history.authors)
        seeds = seeding.turns(history, self._work.turns, forgotten)
        weighed = [(turn, prompting.weigh(turn.text)) for turn in seeds]
        await self._pen.store.seed(self._lease, weighed, retention=self._mode.retention)
        merge = self._mode.merges
        self._work = await self._pen.store.begin(self._lease, merge=merge) or self._work

    async def _asked(self) -> Ended | None:
        """What Claude has said to the question, to its end; None where it is not to be remembered.

        The store has it before it is shown to the end, so that nobody asks for it twice.
        """
        await self._thread.busy()
        await self._read_thread()
        inquiry = Inquiry(
            self._pen.store,
            self._lease,
            self._mode,
            self._work,
            ask=self._ask,
            window_tokens=self._pen.window_tokens,
            tell=self._tell,
        )
        place = self._thread.settings_place
        async with self._pen.caps.slot(self._lease, self._question, place, self._tell_for_now):
            answer = await inquiry.answer()
        self._postscripts += unread(self._work, self._language)
        ended = self._closing.judge(answer)
        if ended:
            with contextlib.suppress(StoreAway):  # it is shown all the same
                await self._pen.store.note_ended(self._lease, ended)
        return ended

    async def _ask(self, request: Request, among: int) -> Answer:
        self._calls += 1
        is_first_choice = request.tier == self._mode.tier
        paid = await self._pen.spending.pay(
            request,
            spender_of(self._question, self._lease.conversation, self._thread.settings_place),
            self._charge(),
            ask=self._asked_of_claude,
            lesser=self._mode.lesser if is_first_choice else None,  # or no tier could stand in
            among=among,
            waits=lambda seconds: self._tell_for_now("budget.waits", seconds=round(seconds)),
        )
        if paid.lesser is not None:
            self._tell("budget.near", tier=paid.lesser.name)
        return paid.answer

    def _charge(self) -> Charge:
        conversation, attempt = self._lease.conversation.key, str(self._lease.epoch)
        return Charge(conversation, self._question.id, attempt)

    def _tell(self, key: str, **arguments: object) -> None:
        sentence = say(key, self._language, **arguments)
        self._postscripts += [] if sentence in self._postscripts else [sentence]

    def _tell_for_now(self, key: str, **more: object) -> None:
        self._reply.tell(say(key, self._language, **more))

    async def _asked_of_claude(self, request: Request, bill: Bill, among: int) -> Answer:
        author = self._question.author
        return await ask(
            self._pen.claude,
            request,
            self._reply,
            user=opaque_id(self._lease.conversation, author) if author else None,
            language=self._language,
            manners=self._pen.manners,
            patience=self._pen.patience.shared(among),
            dice=self._pen.dice,
            bill=bill,
        )

    async def _remembered(self, answer: Turn | None) -> bool:
        """Whether another question is waiting, once the store has *answer*."""
        deadline = self._pen.clock() + REMEMBERING
        while True:
            try:
                return await self._pen.store.finish(
                    self._lease,
                    answer,
                    tokens=prompting.weigh(answer.text) if answer else 0,
                    retention=self._mode.retention,
                )
            except StoreAway:
                if self._pen.clock() > deadline:
                    raise
            await asyncio.sleep(0.25)  # sooner than a sweeper would take the conversation over
