"""The use case: heard -> remembered -> asked -> written as it comes -> remembered."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from structlog.contextvars import bind_contextvars

from bot import admission, prompting, tiering
from bot.answering import Answering, Pen
from bot.errors import Fenced, PlatformError, StoreAway, origin
from bot.model import Conversation, Hint, IncomingMessage, Place, Role, Turn, Wish
from bot.panel import Panel
from bot.ports import Thread
from bot.settings import reply_in_force
from bot.store import Heard, Lease

log = structlog.get_logger(__name__)

SWEEP = 2.0  # seconds between looks for answers that nobody is writing
HAND_OVER = 2.0  # seconds that saying good-bye to the store may take


class Responder:
    """Hears messages and answers them; one task for each conversation that has a question.

    The tasks live in *tasks*. *open_thread* re-opens the thread of a conversation, or gives None
    where this process does not serve its platform.
    """

    def __init__(
        self,
        panel: Panel,
        pen: Pen,
        *,
        tasks: asyncio.TaskGroup,
        open_thread: Callable[[Conversation], Thread | None],
    ) -> None:
        self._panel = panel
        self._store = pen.store
        self._pen = pen
        self._tasks = tasks
        self._open_thread = open_thread
        self._answering: dict[asyncio.Task[None], Answering | None] = {}

    async def concerns(self, hint: Hint) -> bool:
        """Whether the message may be for us. Raises StoreAway."""
        reply = reply_in_force(self._panel.settings, hint.settings_place)
        wish = admission.wish(hint.place, hint.address, reply)
        if wish is None:
            return False
        return wish in {Wish.ANSWER, Wish.JOIN} or await self._store.takes_part(hint.conversation)

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Take *message* in; True when the store has it, False where it is not for us.

        Raises StoreAway where nothing was remembered for sure.
        """
        mode = self._panel.in_force(thread.settings_place)
        wish = admission.wish(message.place, message.address, mode.reply)
        platform = message.conversation.platform
        if wish is None or not admission.admits(
            self._panel.settings.access, message.author, platform
        ):
            return False
        submitted = await self._store.submit(
            message.conversation,
            _turn(message),
            wish,
            tokens=prompting.weigh(message.text),
            retention=mode.retention,
            about=message.about,
        )
        log.info(
            "heard",
            conversation=message.conversation.key,
            message=message.id,
            outcome=submitted.heard.value,
        )
        if submitted.lease:
            self._start(submitted.lease, thread)
        if message.place is Place.DM:
            await self._store.bookmarks.note_dm(message.conversation, message.sent_at)
        return submitted.heard is not Heard.IGNORED

    async def heard_until(self, platform: str) -> int | None:
        """Up to when *platform* was heard without a gap; None: never. Raises StoreAway."""
        return await self._store.bookmarks.heard_until(platform)

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """All of *platform* up to *sent_at* was taken in. Raises StoreAway."""
        await self._store.bookmarks.note_heard(platform, sent_at)

    async def dms(self, platform: str) -> Sequence[Conversation]:
        """The DMs on *platform* that spoke with us of late. Raises StoreAway."""
        return await self._store.bookmarks.dms(platform)

    async def sweep(self) -> None:
        """Take over what nobody is writing any more, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP * (0.75 + 0.5 * self._pen.dice()))
            try:
                for conversation in await self._store.due(limit=50):
                    await self._take_over(conversation)
            except StoreAway as error:
                log.warning("sweep_failed", error=str(error))
            except Exception as error:  # noqa: BLE001  - what one sweep trips over, the next may not
                log.error("sweep_failed", fault=type(error).__name__, where=origin(error))  # noqa: TRY400

    async def drain(self, seconds: float) -> None:
        """Wait until no answer is being written, *seconds* at most; then let go of the others."""
        if self._answering:
            log.info("draining", answers=len(self._answering))
            await asyncio.wait(self._answering, timeout=seconds)
        for task in self._answering:
            task.cancel()
        if self._answering:
            await asyncio.wait(self._answering)

    def nudge(self, conversation: Conversation | None) -> None:
        """Have what is being written in *conversation* look for a stop; None: all of it."""
        for task, answering in self._answering.items():
            here = conversation is None or task.get_name() == conversation.key
            if answering is not None and here:
                answering.nudge()

    def lead(self, lease: Lease) -> None:
        """Answer what is pending in the conversation of *lease*, which is ours.

        Where this process does not serve its platform, whoever does takes over when it runs out.
        """
        thread = self._open_thread(lease.conversation)
        if thread is not None:
            self._start(lease, thread)

    async def _take_over(self, conversation: Conversation) -> None:
        if any(task.get_name() == conversation.key for task in self._answering):
            return  # we are at it: the lease ran out only because the store was away
        thread = self._open_thread(conversation)
        if thread is None:
            return
        lease = await self._store.take(conversation)
        if lease is not None:
            log.info("taken_over", conversation=conversation.key, epoch=lease.epoch)
            self._start(lease, thread)

    def _start(self, lease: Lease, thread: Thread) -> None:
        task = self._tasks.create_task(self._serve(lease, thread), name=thread.conversation.key)
        self._answering[task] = None
        task.add_done_callback(self._answering.pop)

    async def _serve(self, lease: Lease, thread: Thread) -> None:
        """Answer what is pending in a conversation, one question after the other."""
        # Every room that takes part in the answer logs with these.
        bind_contextvars(conversation=thread.conversation.key, epoch=lease.epoch)
        try:
            await self._answer_all(lease, thread)
        except asyncio.CancelledError:
            await self._let_go(lease)
            raise
        except Fenced:
            log.info("fenced")
        except (StoreAway, PlatformError) as error:
            # The question stays pending; the sweeper finds it when the lease has run out.
            log.error("answer_put_off", error=str(error))  # noqa: TRY400  - told, not traced
        except Exception as error:  # noqa: BLE001  - one conversation must not end the others
            # Without its stack, which may quote what a person wrote.
            log.error("conversation_failed", fault=type(error).__name__, where=origin(error))  # noqa: TRY400

    async def _answer_all(self, lease: Lease, thread: Thread) -> None:
        task = asyncio.current_task()
        assert task is not None
        while True:
            mode = self._panel.in_force(thread.settings_place)
            work = await self._store.begin(lease, merge=mode.merges)
            if work is None:
                return
            if admission.circles(work.turns):
                log.warning("loop_broken", question=work.turns[-1].id)
                if not await self._store.finish(lease, None, tokens=0, retention=mode.retention):
                    return
                continue
            mode = self._panel.for_question(thread.settings_place, work.turns[-1])
            answering = Answering(self._pen, lease, thread, mode, work)
            self._answering[task] = answering
            if not await answering.finish():
                return

    async def _let_go(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(HAND_OVER):
                await self._store.release(lease)
        except (TimeoutError, StoreAway, Fenced) as error:
            log.warning("hand_over_failed", error=str(error))


def _turn(message: IncomingMessage) -> Turn:
    tier, text = tiering.asked_for(message.text)
    return Turn(
        id=message.id,
        role=Role.USER,
        sent_at=message.sent_at,
        text=text,
        author=message.author,
        attachments=message.attachments,
        language=message.language,
        tier=tier,
        ticket=message.ticket,
    )
